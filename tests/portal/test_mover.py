"""The mover: who records waits for nobody else's move, and everything that waits moves in one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from threading import Event
from typing import Any

import pytest
from sqlmodel import select

from acts import Refused
from flexroute.log import Trouble
from flows.mover import Ended, Runner
from models.flex.overview import of_case
from models.region.directory import load_region
from models.store.database import Database
from models.store.job import JobRun
from portal.mover import Asked, Mover
from rules.flex.route import Step
from rules.shared.jobs import JOBS
from tests.support.flex_acts import A_NO, CANNOT, MONDAY, REFERRAL, TO_TABLE
from tests.support.simultaneous import together

PEOPLE = 12


@pytest.fixture
def mover() -> Iterator[Mover]:
    with Mover(None, jobs=False) as made:
        yield made


def step(database: Database, reference: str) -> str:
    with database.reading() as session:
        seen = of_case(session, load_region(session), reference, MONDAY.date())
    assert seen
    return seen.step


def refer(mover: Mover) -> str:
    reference, moved = mover.decide("register_referral", None, "ref-lt", {**REFERRAL, "again": True}, MONDAY)
    assert moved.result(30)
    return reference


def held(mover: Mover) -> Event:
    """Keep the mover busy until this is set."""
    go_on = Event()

    def wait(_runner: Runner) -> None:
        go_on.wait(30)

    mover._ask(Asked(MONDAY, first=wait))
    return go_on


@pytest.mark.both_databases
def test_a_decision_is_recorded_at_once_and_then_moved(database: Database, mover: Mover) -> None:
    reference = refer(mover)
    assert step(database, reference) == Step.PROVIDER_CHECK
    _, moved = mover.decide(A_NO[0], reference, A_NO[1], A_NO[2], MONDAY)
    ended = moved.result(30)
    assert ended
    assert not ended.attention
    assert step(database, reference) == Step.MEDIATION


@pytest.mark.both_databases
def test_many_at_once_are_recorded_each_and_moved_together(
    database: Database, mover: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one move lasts, others record; then all of them are one run."""
    cases = [refer(mover) for _ in range(PEOPLE)]
    runs, move_on = list[int](), Runner.move_on

    def counted(self: Runner, decided: Mapping[str, Sequence[str]], what: str, now: datetime) -> Ended:
        runs.append(sum(map(len, decided.values())))
        return move_on(self, decided, what, now)

    monkeypatch.setattr(Runner, "move_on", counted)
    go_on = held(mover)
    moved = together(*(partial(mover.decide, A_NO[0], case, A_NO[1], CANNOT, MONDAY) for case in cases))
    go_on.set()
    assert all(future.result(30) for _, future in moved)
    assert runs == [PEOPLE]
    assert {step(database, case) for case in cases} == {Step.MEDIATION}


def test_what_waits_is_settled_first(database: Database, mover: Mover) -> None:
    """Two people answer one after the other, quicker than the case moves: the second is not refused."""
    case = refer(mover)
    mover.decide(*_of(A_NO, case))
    _, moved = mover.decide(*_of(TO_TABLE, case))
    assert moved.result(30)
    assert step(database, case) == Step.TABLE


def _of(act: tuple[str, str, dict[str, Any]], case: str) -> tuple[str, str, str, dict[str, Any], datetime]:
    return act[0], case, act[1], act[2], MONDAY


def test_a_refusal_moves_nothing(database: Database, mover: Mover) -> None:
    case = refer(mover)
    with pytest.raises(Refused, match="Dit kan nu niet"):
        mover.decide(*_of(TO_TABLE, case))
    assert step(database, case) == Step.PROVIDER_CHECK


def test_a_move_that_fails_stops_neither_the_thread_nor_the_decision(
    database: Database, mover: Mover, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = refer(mover)
    with monkeypatch.context() as broken:
        broken.setattr(Runner, "move_on", lambda *_: 1 / 0)
        _, moved = mover.decide(*_of(A_NO, case))
        with pytest.raises(ZeroDivisionError):
            moved.result(30)
    _, moved = mover.decide(*_of(TO_TABLE, case))  # settles what was recorded
    assert moved.result(30)
    assert step(database, case) == Step.TABLE


def test_what_waits_is_moved_before_the_end(database: Database) -> None:
    with Mover(None, jobs=False) as mover:
        case = refer(mover)
        go_on = held(mover)
        moved: Future[Ended | None] = mover.decide(*_of(A_NO, case))[1]
        go_on.set()
    assert moved.done()
    assert step(database, case) == Step.MEDIATION


def test_a_move_that_lasts_too_long_is_told_of(
    mover: Mover, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recording goes on meanwhile; it is logged with its reference, and `/ready` says so."""
    case = refer(mover)
    told, go_on, move_on = Event(), Event(), Runner.move_on

    def slow(self: Runner, decided: Mapping[str, Sequence[str]], what: str, now: datetime) -> Ended:
        go_on.wait(30)
        return move_on(self, decided, what, now)

    def heard(*lines: Any, **_: Any) -> None:
        if any(
            isinstance(line, Trouble) and (line.errors, line.reference) == (("portal.mover.Stuck",), case)
            for line in lines
        ):
            told.set()

    assert not mover.stuck
    monkeypatch.setattr(Runner, "move_on", slow)
    monkeypatch.setattr("portal.mover.log.write", heard)
    monkeypatch.setattr("portal.mover.STUCK_SECONDS", 0.01)
    _, moved = mover.decide(*_of(A_NO, case))
    assert told.wait(30)
    assert mover.stuck
    go_on.set()
    assert moved.result(30)
    assert step(database, case) == Step.MEDIATION


def test_jobs_that_nobody_runs(case_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle mover runs what is due, and not again what has just run."""
    monkeypatch.setattr("portal.mover.clock.now", lambda: MONDAY)
    mover = Mover(None)
    with Runner(None) as runner:
        mover._run_jobs(runner)
        with case_database.reading() as session:
            ran = {row.name: row.completed_at for row in session.exec(select(JobRun))}
        assert ran == dict.fromkeys(JOBS, MONDAY)
        monkeypatch.setattr(Runner, "run", lambda *_args, **_given: pytest.fail("it has just run"))
        mover._run_jobs(runner)
