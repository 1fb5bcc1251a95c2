"""How a run ended, for people who look at Prefect: done, or somebody must look."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.exceptions import PrefectException
from prefect.states import Completed, Failed

from flexroute import log
from flexroute.errors import UserError

OF_ALL = (UserError, PrefectException, httpx.HTTPError)  # the database or Prefect: not what one process did wrong
ATTENTION = "AttentionNeeded"
MOST_TAGS = 500


@dataclass
class Count:
    """What a run did, for the log; a sweep has those of the flows in it."""

    tracked: bool = False
    moved: int = 0
    set_aside: int = 0


class _OfThisThread(threading.local):
    """The run at hand: a flow runs in one thread to its end."""

    def __init__(self) -> None:
        self.runs: list[Count] = []


_now = _OfThisThread()


@contextmanager
def logged(flow: str, tracked: bool = False) -> Iterator[Count]:
    """Within it a flow runs: when that ends, or breaks off, the log has a line of it."""
    count, began, error = Count(tracked), time.monotonic(), None
    _now.runs.append(count)
    try:
        yield count
    except BaseException as broke_off:
        error = type(broke_off).__name__
        raise
    finally:
        _now.runs.pop()
        seconds = round(time.monotonic() - began, 3)
        run = log.Run(
            flow=flow,
            moved=count.moved,
            set_aside=count.set_aside,
            seconds=seconds,
            tracked=count.tracked,
            error=error,
        )
        log.write(run, aloud=error is None)  # that it broke off is told already


def ended(done: str, attention: dict[str, str], moved: int = 0) -> State[str]:
    """Completed; or AttentionNeeded with what was set aside and why (references and ids only). `moved`: how many, for the log.

    Of the type Failed: Prefect's lists, its dashboard and its notifications go by the type, and only that one is red there.
    """
    for count in _now.runs[-1:]:
        count.moved += moved
        count.set_aside += len(attention)
    if attention:
        told = "; ".join(f"{what}: {why}" for what, why in attention.items())
        return Failed(name=ATTENTION, message=told)
    return Completed(message=done)


async def tagged(references: Iterable[str]) -> None:
    """The run at hand can be found by each of these in Prefect (as far as it follows), so that the whole path of one can be.

    Of a run over thousands no tags: they would fill Prefect's pages, and nobody looks for one of them there.
    """
    run = FlowRunContext.get()
    if run is None or run.flow_run is None or not isinstance(run.client, PrefectClient):
        return
    tags = set(run.flow_run.tags)
    if (more := tags.union(references)) != tags and len(more) <= MOST_TAGS:
        with suppress(PrefectException, httpx.HTTPError):  # the cases have moved, whether it is told or not
            await run.client.update_flow_run(run.flow_run.id, tags=more)
            run.flow_run.tags = sorted(more)


def asks_for_attention(state: State[Any]) -> bool:
    """Whether the flow came to its end and set something aside: it did its work, and is not run again for that."""
    return state.name == ATTENTION


def together(states: Iterable[State[str]]) -> State[str]:
    """Of several flows: what each did, or what some of them set aside."""
    ended_so = list(states)
    asking = [state.message or "" for state in ended_so if asks_for_attention(state)]
    if asking:
        return Failed(name=ATTENTION, message="; ".join(asking))
    return Completed(message="; ".join(state.message or "" for state in ended_so))
