"""How a run ended, for people who look at Prefect: done, or somebody must look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpx
from prefect.client.schemas.objects import State
from prefect.exceptions import PrefectException
from prefect.states import Completed, Failed

from flexroute.errors import UserError

OF_ALL = (UserError, PrefectException, httpx.HTTPError)  # the database or Prefect: not what one process did wrong
ATTENTION = "AttentionNeeded"


def ended(done: str, attention: dict[str, str]) -> State[str]:
    """Completed; or AttentionNeeded with what was set aside and why (references and ids only).

    Of the type Failed: Prefect's lists, its dashboard and its notifications go by the type, and only that one is red there.
    """
    if attention:
        told = "; ".join(f"{what}: {why}" for what, why in attention.items())
        return Failed(name=ATTENTION, message=told)
    return Completed(message=done)


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
