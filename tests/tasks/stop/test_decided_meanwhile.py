"""Somebody decides between the clock's first look and its work: what was decided goes first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

import acts
from flexroute.clock import from_local
from flows.deadline_watch import deadline_watch
from flows.mover import Runner
from models.flex.case import Case
from models.store.database import Database
from models.store.letter import Letter
from tasks.engine import deadlines, step
from tests.support.dossiers import People
from tests.support.parties import ACCESS, STOPPER
from tests.support.unmoved_dossiers import (
    AGREED,
    ROUTE_1,
    ROUTE_2,
    do,
    everything_is_settled_and_said_once,
    record,
    sweep,
    watch,
)

Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Lets somebody decide once the clock has found whom to look at, and before it does."""

    def let(decide: Callable[[], object]) -> None:
        begin, waiting = step.call, [decide]

        def call(*args: Any) -> Any:
            while waiting:
                waiting.pop()()
            return begin(*args)

        monkeypatch.setattr(deadlines, "call", call)

    return let


def test_care_that_was_finished_stays_finished_by_route_1(people: People, meanwhile: Meanwhile) -> None:
    """S-10, S-24, AMB-43: recorded at the last moment; no term passes and no route lapses."""
    child = people.add(people.open(), care="restorative", allocation_ends_on="2027-03-31")
    do(people, child, ROUTE_1[0], AGREED)
    people.wait_until("2027-04-01T06:00")
    meanwhile(lambda: record(people, child, ("finish_care", STOPPER, {"on": "2027-03-31"})))
    assert watch(people) == []
    sweep(people)
    view = people.child(child)
    assert (view.status, view.route) == ("finished", 1)
    assert "term_exceeded" not in view.signals
    everything_is_settled_and_said_once(people)


def test_a_child_that_started_has_no_term_any_more(people: People, meanwhile: Meanwhile) -> None:
    """S-10, S-57: it went over while the clock was on its way."""
    child = people.add(people.open())
    do(people, child, *ROUTE_2[:8])
    people.wait_until("2028-01-01T06:00")
    meanwhile(lambda: record(people, child, ("record_start", "bosrand", {"on": "2027-12-31"})))
    assert watch(people) == []
    sweep(people)
    assert people.child(child).status == "transferred"
    assert "term_exceeded" not in people.child(child).signals


def test_a_dossier_with_new_numbers_does_not_close(people: People, meanwhile: Meanwhile) -> None:
    """S-42, S-52: a difference that came in on the way is explained first."""
    dossier = people.open(0)
    people.wait_until("2028-01-03T06:00")
    numbers = {"municipality": "0599", "pre_trajectory": 0, "running": 4, "finishing": 0}
    meanwhile(lambda: record(people, dossier, ("record_counts", ACCESS, numbers)))
    watch(people)
    sweep(people)
    assert people.dossier(dossier).status == "counting"


def test_an_answer_that_came_in_is_not_late(database: Database, meanwhile: Meanwhile) -> None:
    """F-21, AMB-02: the provider answers while the clock is on its way."""
    referral = {"referral_route": "local_team", "opdracht": "B", "provider": "sys-noord", "received_on": "2026-03-02"}
    answer = {"can_deliver": False, "explanation": "Vol", "ground": "demand_peak"}
    late = from_local("2026-03-10T07:00")
    with Runner(None) as runner:
        given = {**referral, "municipality": "0599"}
        case, _ = runner.decide("register_referral", None, "ref-lt", given, from_local("2026-03-02T09:00"))
        meanwhile(lambda: acts.perform(database, "record_assessment", case, "sys-noord", answer, late))
        runner.run(deadline_watch, "termijnen", now=late)
        runner.move(None, "verplaatsen", late)
    with database.reading() as session:
        assert "assessment_overdue" not in session.exec(select(Letter.kind)).all()
        found = session.exec(select(Case)).one()
        assert (found.step, found.overdue) == ("mediation", False)
