"""Jobs that run by themselves: one round of each at a time, cleaned up after a power cut, and written down when it completed.

Prefect's own limit of a deployment is not used: its count outlives the leases that a killed server had in memory, and then refuses
every later run. The turn in the case database ends with the process that has it, whatever happens to that, and whoever started it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas import filters as wanted
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.context import FlowRunContext
from prefect.exceptions import PrefectException
from prefect.states import Cancelled, Completed, Crashed

from flexroute import clock
from flows.runtime.outcome import asks_for_attention, logged
from models.store import job as written
from models.store.database import current
from models.store.exclusive import exclusively

P = ParamSpec("P")
Work = Callable[P, Coroutine[Any, Any, State[str]]]

BUSY = "een eerdere ronde is nog bezig en doet dit werk"
SKIPPED = "een latere ronde doet dit werk"
DIED = "begonnen of klaargezet, en nooit geëindigd: machine, worker of server viel uit"
STARTING = timedelta(minutes=10)  # for longer than this no run is submitted, or at work while another has the turn
ABANDONED = timedelta(days=1)  # and for longer than this none that somebody started by hand

_timers: list[bool] = []


@contextmanager
def by_timer(so: bool = True) -> Iterator[None]:
    """What this process runs meanwhile was started by cron, or another timer that is not Prefect's."""
    _timers.append(so)
    try:
        yield
    finally:
        _timers.pop()


def job(name: str) -> Callable[[Work[P]], Work[P]]:
    """Make a flow one of the jobs that run by themselves.

    People may run it at any time. By schedule it takes the turn; without it there is nothing to do, for who has it does the work.
    """

    def make(work: Work[P]) -> Work[P]:
        takes = inspect.signature(work)

        @wraps(work)
        async def run(*args: P.args, **given: P.kwargs) -> State[str]:
            asked = takes.bind(*args, **given).arguments
            now = asked.get("now") or clock.now()
            if not _by_schedule():
                with logged(work.__name__, tracked=_followed() is not None):
                    return _write_down(name, now, await work(*args, **given))
            await _in_prefect(_name)
            with exclusively(current(), f"job-{name}") as ours:
                if not ours:
                    return Completed(message=BUSY)
                with current().writing() as session:
                    written.expect(session, name, now)
                await _in_prefect(_end_what_is_left)
                with logged(work.__name__, tracked=_followed() is not None):
                    return _write_down(name, now, await work(*args, **given))

        return run

    return make


def _write_down(name: str, now: datetime, state: State[str]) -> State[str]:
    told = state.message if asks_for_attention(state) else None
    with current().writing() as session:
        written.record(session, name, completed_at=now, attention=told)
    return state


def _by_schedule() -> bool:
    run = _followed()
    return any(_timers) or bool(run and run.auto_scheduled)


def _followed() -> FlowRun | None:
    context = FlowRunContext.get()
    return context.flow_run if context else None


async def _in_prefect(do: Callable[[PrefectClient, FlowRun], Coroutine[Any, Any, None]]) -> None:
    """Do something about this run of a deployment. Prefect may be gone meanwhile: the work goes on."""
    run = _followed()
    if run is None or run.deployment_id is None:
        return
    with suppress(PrefectException, httpx.HTTPError):
        async with get_client() as client:
            await do(client, run)


async def _name(client: PrefectClient, ours: FlowRun) -> None:
    """Scheduled runs have the names of animals; people look for a job and a moment."""
    due = clock.local(ours.expected_start_time or datetime.now(UTC))
    flow = await client.read_flow(ours.flow_id)
    await client.set_flow_run_name(ours.id, f"{flow.name} · {due:%d-%m-%Y %H:%M}")


async def _end_what_is_left(client: PrefectClient, ours: FlowRun) -> None:
    """Older runs of this deployment that wait do nothing that we do not; those that a power cut left behind are dead."""
    now = datetime.now(UTC)
    of_it = wanted.FlowRunFilterDeploymentId(any_=[ours.deployment_id or ours.id])
    past = wanted.FlowRunFilterNextScheduledStartTime(before_=now)
    waiting = wanted.FlowRunFilter(
        deployment_id=of_it, state=_of_type(StateType.SCHEDULED), next_scheduled_start_time=past
    )
    for run in await client.read_flow_runs(flow_run_filter=waiting):
        if run.parameters != ours.parameters:
            continue  # somebody queued it by hand and asks for something else
        await client.set_flow_run_state(run.id, Cancelled(message=SKIPPED))
    same_flow = wanted.FlowFilter(id=wanted.FlowFilterId(any_=[ours.flow_id]))
    begun = wanted.FlowRunFilter(state=_of_type(StateType.PENDING, StateType.RUNNING))
    for run in await client.read_flow_runs(flow_filter=same_flow, flow_run_filter=begun):
        if _is_dead(run, ours, now):
            await client.set_flow_run_state(run.id, Crashed(message=DIED))


def _is_dead(run: FlowRun, ours: FlowRun, now: datetime) -> bool:
    """Whether a run that has begun will never end: by schedule it works with the turn only, and that is ours."""
    if run.id == ours.id or run.state is None:
        return False
    has_turn_or_waits = run.deployment_id == ours.deployment_id and (run.auto_scheduled or run.state.is_pending())
    return run.state.timestamp < now - (STARTING if has_turn_or_waits else ABANDONED)


def _of_type(*types: StateType) -> wanted.FlowRunFilterState:
    return wanted.FlowRunFilterState(type=wanted.FlowRunFilterStateType(any_=list(types)))
