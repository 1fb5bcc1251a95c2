"""Jobs that run by themselves: one round at a time, written down, named, and cleaned up after a power cut."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Pending, Running, Scheduled

from flexroute.clock import from_local
from flows.deliver_mail import deliver_mail
from flows.flex_route import flex_route
from flows.mover import Ended, Runner
from flows.runtime import jobs
from flows.stop_provider import stop_provider
from flows.table_prep import table_prep
from models.store import job
from models.store.database import Database
from models.store.exclusive import exclusively
from models.store.job import JobRun

STARTED_AT = from_local("2026-03-04T09:00")
HOUR = timedelta(hours=1)


def written(database: Database, name: str) -> JobRun | None:
    with database.reading() as session:
        return session.get(JobRun, name)


def late(database: Database, now: datetime) -> list[str]:
    with database.reading() as session:
        return [one.name for one, _ in job.late(session, now)]


def test_a_job_writes_down_when_it_completed(database: Database) -> None:
    """By hand as well; it is expected to go on only once it has run by schedule, and told of after an hour."""
    with Runner(None) as runner:
        runner.run(deliver_mail, "post", now=STARTED_AT)
        assert late(database, STARTED_AT + 2 * HOUR) == []
        with jobs.by_timer():
            runner.run(deliver_mail, "post", now=STARTED_AT + HOUR)
    row = written(database, "mail")
    assert row
    assert (row.expected_since, row.completed_at, row.attention) == (STARTED_AT + HOUR, STARTED_AT + HOUR, None)
    assert late(database, STARTED_AT + 2 * HOUR) == []
    assert late(database, STARTED_AT + 2 * HOUR + timedelta(seconds=1)) == ["mail"]


def test_a_few_cases_are_not_the_job(case_database: Database) -> None:
    """Somebody's decision moves its own case; that says nothing about the sweep."""
    with Runner(None) as runner:
        runner.run(flex_route, "besluit", references=[], now=STARTED_AT)
        runner.run(stop_provider, "besluit", references=["ST-2026-000001"], now=STARTED_AT)
        assert written(case_database, "sweep") is None
        assert written(case_database, "stopping-providers") is None


def test_a_job_that_fails_has_not_completed(case_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was expected from its first start by schedule, so one that never completes is told of too."""

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("flows.deliver_mail.deliver", broken)
    with Runner(None) as runner, jobs.by_timer(), pytest.raises(RuntimeError):
        runner.run(deliver_mail, "post", now=STARTED_AT)
    assert late(case_database, STARTED_AT + 2 * HOUR) == ["mail"]


def test_one_round_at_a_time(database: Database) -> None:
    """Who comes by schedule while a round is at work has nothing to do; people are never held up by it."""
    with Runner(None) as runner, exclusively(database, "job-mail") as ours, jobs.by_timer():
        assert ours
        assert runner.run(deliver_mail, "post", now=STARTED_AT) == Ended(False, jobs.BUSY, False)
        assert written(database, "mail") is None
    with Runner(None) as runner, exclusively(database, "job-mail"):
        assert runner.run(deliver_mail, "post", now=STARTED_AT).message == "0 verstuurd"


def test_what_a_job_set_aside_is_written_down(case_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """And gone once a later round has nothing to tell."""
    told: dict[str, str] = {"T_C2": "geen deelnemers"}
    monkeypatch.setattr("flows.table_prep.ended", lambda done, attention, *moved: jobs_ended(done, attention | told))
    with Runner(None) as runner:
        assert runner.run(table_prep, "agenda's", now=STARTED_AT).attention
        row = written(case_database, "agendas")
        assert row
        assert row.attention == "T_C2: geen deelnemers"
        told.clear()
        runner.run(table_prep, "agenda's", now=STARTED_AT)
    row = written(case_database, "agendas")
    assert row
    assert row.attention is None


def jobs_ended(done: str, attention: dict[str, str]) -> State[str]:
    from flows.runtime.outcome import ended

    return ended(done, attention)


# with Prefect


@contextmanager
def as_scheduled(run: FlowRun) -> Iterator[None]:
    """As in the process that a worker started for this run."""
    context = SimpleNamespace(flow_run=run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "FlowRunContext", SimpleNamespace(get=lambda: context))
        yield


def in_prefect(do: Callable[[PrefectClient], Any]) -> Any:
    async def run() -> Any:
        async with get_client() as client:
            return await do(client)

    return asyncio.run(run())


def test_what_a_power_cut_left_is_ended(
    prefect_server: str, case_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same deployment: what waited since before now is skipped, what stays "Submitting" has crashed, as has what somebody
    started long ago. What is still to come, or asks for something else, is left alone. The run that does this has a telling name."""
    monkeypatch.setattr(jobs, "STARTING", timedelta(0))  # Prefect dates these states itself
    monkeypatch.setattr(jobs, "ABANDONED", timedelta(0))
    past = datetime.now(UTC) - HOUR
    states: dict[str, State[Any]] = {
        "late": Scheduled(scheduled_time=past),
        "next": Scheduled(scheduled_time=past + 2 * HOUR),
        "submitting": Pending(name="Submitting"),
    }

    async def play(client: PrefectClient) -> dict[str, StateType]:
        deployment = await client.create_deployment(await client.create_flow(deliver_mail), f"mail-{uuid4()}")
        made = {
            name: (await client.create_flow_run_from_deployment(deployment, name=name, state=state)).id
            for name, state in states.items()
        }
        asked: dict[str, Any] = {"parameters": {"now": STARTED_AT.isoformat()}, "state": Scheduled(scheduled_time=past)}
        made["another"] = (await client.create_flow_run_from_deployment(deployment, name="another", **asked)).id
        made["by hand"] = (await client.create_flow_run(deliver_mail, name="by hand", state=Running())).id
        ours = await client.create_flow_run_from_deployment(deployment, state=Running())
        with as_scheduled(ours.model_copy(update={"auto_scheduled": True, "expected_start_time": STARTED_AT})):
            await deliver_mail.fn(now=STARTED_AT)
        seen = {name: await client.read_flow_run(ident) for name, ident in {**made, "ours": ours.id}.items()}
        assert seen["ours"].name == "Post bezorgen · 04-03-2026 09:00"
        return {name: cast(Any, run.state).type for name, run in seen.items()}

    assert in_prefect(play) == {
        "late": StateType.CANCELLED,
        "next": StateType.SCHEDULED,
        "another": StateType.SCHEDULED,
        "submitting": StateType.CRASHED,
        "by hand": StateType.CRASHED,
        "ours": StateType.RUNNING,
    }


@pytest.mark.parametrize(
    ("by_schedule", "minutes", "dead"),
    [(True, 9, False), (True, 11, True), (False, 11, False), (False, 24 * 60 + 1, True)],
)
def test_a_run_that_was_at_work_is_dead(by_schedule: bool, minutes: int, dead: bool) -> None:
    """It had the turn, which we have now: its process is gone. Not what somebody asked for: that needs no turn."""
    now, ours = datetime.now(UTC), FlowRun.model_construct(id=uuid4(), flow_id=uuid4(), deployment_id=uuid4())
    working: State[Any] = Running(timestamp=now - timedelta(minutes=minutes))
    run = FlowRun.model_construct(
        id=uuid4(),
        flow_id=ours.flow_id,
        deployment_id=ours.deployment_id,
        auto_scheduled=by_schedule,
        state=working,
    )
    assert jobs._is_dead(run, ours, now) is dead
    assert not jobs._is_dead(ours.model_copy(update={"state": working}), ours, now)


def test_prefect_that_is_gone_stops_no_job(case_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was there when the run began; the work is done, and written down."""
    import httpx

    def gone() -> Any:
        raise httpx.ConnectError("gone")

    monkeypatch.setattr(jobs, "get_client", gone)
    run = FlowRun.model_construct(id=uuid4(), deployment_id=uuid4(), flow_id=uuid4(), auto_scheduled=True)
    with as_scheduled(run):
        asyncio.run(cast(Any, deliver_mail.fn)(now=STARTED_AT))
    assert late(case_database, STARTED_AT + 2 * HOUR) == ["mail"]


def test_a_run_that_asks_for_attention_is_not_run_again(
    prefect_server: str, case_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its state is of the type Failed, so that no list of Prefect shows it as a success; it did its work, once."""
    from flows.runtime.outcome import ended

    rounds: list[datetime] = []

    def held(now: datetime) -> Any:
        rounds.append(now)
        return SimpleNamespace(sent=0, notes=[], kept={"brief 12": "tegengehouden"})

    monkeypatch.setattr("flows.deliver_mail.deliver", held)
    with Runner(prefect_server) as runner:
        told = runner.run(deliver_mail, "post", now=STARTED_AT)
    assert told == Ended(True, "post: 0 verstuurd; brief 12: tegengehouden", True)
    assert rounds == [STARTED_AT]
    assert ended("", {"x": "y"}).type is StateType.FAILED
