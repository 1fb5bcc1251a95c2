"""Several people and several movers at the same moment: one wins, the others are told, nothing happens twice or is lost."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlmodel import Session, col, select

from acts import perform
from acts.flex.referral_list import import_referrals
from acts.intake.report import Import
from flexroute.clock import from_local
from flows.mover import Runner
from flows.table_prep import table_prep
from models.flex import history
from models.flex.case import Case, FlexRequest
from models.flex.meeting import AgendaIssue, AgendaItem, Meeting
from models.region import directory
from models.store.database import Database
from models.store.decision import Decision
from rules.shared.region import Region
from tests.support.flex_acts import (
    A_NO,
    A_YES,
    ALLOCATED,
    APPROVED,
    BACK,
    FLEX_CAN,
    FLEX_CANNOT,
    FRIDAY,
    HANDED_OVER,
    MONDAY,
    NOBODY_CAN,
    REFUSED,
    STARTED,
    TO_TABLE,
    UNABLE,
    WITHDRAWN,
    refer,
)
from tests.support.simultaneous import together
from tests.support.stored import case_of, rows
from tests.support.tries import Try, deciding, of_its_own

pytestmark = pytest.mark.on_postgresql

AFTER_MEETING = from_local("2026-03-11T09:00")
TO_APPROVAL = (A_NO, TO_TABLE, NOBODY_CAN)
TO_HANDOVER = (*TO_APPROVAL, APPROVED, FLEX_CAN)


def when(act: str) -> datetime:
    """The first acts are before the meeting, the answers of the table after it."""
    return MONDAY if act in ("record_assessment", "decide_mediation") else AFTER_MEETING


def case_at(runner: Runner, database: Database, *so_far: Try) -> str:
    reference = refer(database)
    runner.move([reference], "aanmelding", MONDAY)
    for act, by, given in (of_its_own(reference, what) for what in so_far):
        runner.decide(act, reference, by, given, when(act))
    return reference


def everything_is_settled_and_said_once(database: Database) -> None:
    assert not rows(database, Decision, col(Decision.settled_at).is_(None))
    assert not rows(database, Case, col(Case.trouble).is_not(None))
    openings = Counter((d.subject, d.opening) for d in rows(database, Decision))
    assert set(openings.values()) <= {1}


EXCLUSIVE: dict[str, tuple[tuple[Try, ...], Try, Try]] = {
    "two assessments": ((), A_YES, A_NO),
    "two care mediators": (
        (A_NO,),
        TO_TABLE,
        BACK,
    ),
    "the same twice": ((A_NO,), TO_TABLE, TO_TABLE),
    "two care mediators at the table": (
        (A_NO, TO_TABLE),
        NOBODY_CAN,
        ("record_table_answers", "tz-bram", NOBODY_CAN[2]),
    ),
    "approved and refused": (TO_APPROVAL, APPROVED, REFUSED),
    "the flex provider and a care mediator": ((*TO_APPROVAL, APPROVED), FLEX_CAN, FLEX_CANNOT),
    "handed over twice": (TO_HANDOVER, HANDED_OVER, HANDED_OVER),
    "two allocations": (TO_HANDOVER, ALLOCATED, ("record_allocation", "sys-noord", {**ALLOCATED[2], "number": "2"})),
    "started and cannot": ((*TO_HANDOVER, HANDED_OVER, ALLOCATED), STARTED, UNABLE),
    "started and withdrawn": ((*TO_HANDOVER, HANDED_OVER, ALLOCATED), STARTED, WITHDRAWN),
    "withdrawn twice": ((A_NO,), WITHDRAWN, ("withdraw", "sys-noord", {"reason": "x"})),
}


@pytest.mark.parametrize("pair", EXCLUSIVE)
def test_of_two_people_at_the_same_moment_one_wins(database: Database, runner: Runner, pair: str) -> None:
    """A.12 gates 1 to 5, F-12: one decision stands; the other is told at once, with a code."""
    so_far, one, other = EXCLUSIVE[pair]
    for _ in range(4):
        reference = case_at(runner, database, *so_far)
        known = len(rows(database, Decision))
        now = when(one[0])
        told = Counter(together(deciding(reference, one, now), deciding(reference, other, now)))
        assert told["recorded"] == 1, told
        assert told["already_decided"] + told["wrong_step"] == 1, told
        assert len(rows(database, Decision)) == known + 1
    everything_is_settled_and_said_once(database)


def test_acts_that_go_together_are_both_recorded(database: Database, runner: Runner) -> None:
    """F-39, F-50: a handover and an allocation at the same moment do not stand in each other's way."""
    for _ in range(4):
        reference = case_at(runner, database, *TO_HANDOVER)
        assert (
            together(deciding(reference, HANDED_OVER, AFTER_MEETING), deciding(reference, ALLOCATED, AFTER_MEETING))
            == ["recorded"] * 2
        )
        assert deciding(reference, STARTED, AFTER_MEETING)() == "recorded"
    everything_is_settled_and_said_once(database)


def test_many_people_at_once(database: Database, runner: Runner) -> None:
    """AMB-23, gate 1: eight people approve and refuse; one decision, at most one open flex request."""
    for _ in range(3):
        reference = case_at(runner, database, *TO_APPROVAL)
        told = together(*(deciding(reference, attempt, AFTER_MEETING) for attempt in (APPROVED, REFUSED) * 4))
        assert Counter(told)["recorded"] == 1
        assert {*told} <= {"recorded", "already_decided", "wrong_step"}
    assert max(Counter(r.case_id for r in rows(database, FlexRequest)).values(), default=0) <= 1
    everything_is_settled_and_said_once(database)


def test_two_schedulers_change_one_meeting(database: Database, runner: Runner) -> None:
    """F-53, AMB-14: the meeting goes to one of both days, or both changes hold one after the other; its case goes along."""
    reference = case_at(runner, database, A_NO, TO_TABLE)
    meeting = {"table": "T_BC", "on": "2026-03-10", "reason": "x"}
    told = together(
        deciding(None, ("change_meeting", "tz-anna", {**meeting, "to": "2026-03-11"}), MONDAY),
        deciding(None, ("change_meeting", "tz-bram", {**meeting, "cancelled": True}), MONDAY),
    )
    assert sorted(told) == ["invalid", "recorded"]  # for the second there is no meeting on that day any more
    case = case_of(database, reference)
    (planned,) = rows(database, Meeting, Meeting.id == case.meeting_id)
    assert not planned.cancelled
    everything_is_settled_and_said_once(database)


# movers


LOTS = (("B", "sys-noord"), ("C1", "sys-zuid"), ("E", "sys-oost"), ("C2", "sys-noord"))


def sixty_assessments(database: Database, runner: Runner) -> list[str]:
    """Sixty cases for four tables whose provider said no; recorded, not moved."""
    references = [refer(database, *LOTS[number % 4]) for number in range(60)]
    runner.move(None, "aanmeldingen", MONDAY)
    for number, reference in enumerate(references):
        perform(database, "record_assessment", reference, LOTS[number % 4][1], A_NO[2], MONDAY)
    return references


def sixty_for_the_tables(database: Database, runner: Runner) -> list[str]:
    """Sixty decisions that bring cases to four tables; recorded, not moved."""
    references = sixty_assessments(database, runner)
    runner.move(None, "beoordelingen", MONDAY)
    for number, reference in enumerate(references):
        perform(database, "decide_mediation", reference, ("tz-anna", "tz-bram")[number % 2], TO_TABLE[2], MONDAY)
    return references


def moving(now: datetime, references: Sequence[str] | None = None) -> Callable[[], None]:
    def move() -> None:
        with Runner(None) as runner:
            assert not runner.move(list(references) if references else None, "tegelijk", now).attention

    return move


def test_movers_that_want_each_others_meetings(database: Database, runner: Runner) -> None:
    """F-26, AMB-32: movers with the same tables in another order come to an end; each case is on one agenda, once."""
    references = sixty_for_the_tables(database, runner)
    together(*(moving(MONDAY, references[first::5]) for first in range(5)))
    assert {case.step for case in rows(database, Case)} == {"table"}
    assert Counter(item.case_id for item in rows(database, AgendaItem)) == Counter(
        case.id for case in rows(database, Case)
    )
    everything_is_settled_and_said_once(database)


def preparing(now: datetime) -> Callable[[], None]:
    def prepare() -> None:
        with Runner(None) as runner:
            assert not runner.run(table_prep, "agenda's", now=now).attention

    return prepare


def what_was_issued_is_what_is_planned(database: Database) -> None:
    references = {case.id: case.reference for case in rows(database, Case)}
    issued = {issue.meeting_id: issue for issue in rows(database, AgendaIssue)}  # the latest of each
    for meeting in rows(database, Meeting, Meeting.version > 0):
        planned = [references[item.case_id] for item in rows(database, AgendaItem, AgendaItem.meeting_id == meeting.id)]
        assert [case["reference"] for case in issued[meeting.id].content["cases"]] == planned


def test_cases_come_while_the_agendas_are_made(database: Database, runner: Runner) -> None:
    """F-26, AMB-14: whoever is first, every agenda that people have names every case that is planned."""
    references = sixty_for_the_tables(database, runner)
    together(preparing(FRIDAY), *(moving(FRIDAY, references[first::3]) for first in range(3)))
    what_was_issued_is_what_is_planned(database)
    everything_is_settled_and_said_once(database)


@contextmanager
def held(database: Database, kind: Any, *where: Any) -> Iterator[None]:
    """Somebody is busy with these rows. (On SQLite there is one writer: nobody can be busy while another moves.)"""
    if database.is_sqlite:
        yield
        return
    with Session(database.engine) as session, session.begin():
        session.exec(select(kind).where(*where).with_for_update()).all()
        yield


def test_a_case_that_somebody_is_busy_with_leaves_a_cancelled_meeting_too(database: Database, runner: Runner) -> None:
    """F-26, F-53: a meeting is cancelled while somebody looks at one of its cases; the case does not stay behind on it."""
    references = [case_at(runner, database, A_NO, TO_TABLE) for _ in range(3)]
    cancel = ("change_meeting", "tz-anna", {"table": "T_BC", "on": "2026-03-10", "cancelled": True, "reason": "x"})
    busy, released = Event(), Event()

    def look() -> None:
        with held(database, Case, Case.reference == references[1]):
            busy.set()
            released.wait(0.5)  # as long as the canceller does not need the case; then it lets go

    with ThreadPoolExecutor(1) as threads:
        looking = threads.submit(look)
        assert busy.wait(30)
        assert deciding(None, cancel, MONDAY)() == "recorded"
        released.set()
        looking.result(30)
    runner.move(None, "veegronde", MONDAY)
    (gone,) = rows(database, Meeting, col(Meeting.cancelled))
    assert {case.meeting_id for case in rows(database, Case)} & {gone.id} == set()
    everything_is_settled_and_said_once(database)


# registrations


def import_file(path: Path, first: int, last: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["eigen kenmerk", "verwijsroute", "opdracht", "aanbieder", "ontvangen op", "gemeentecode"])
        out.writerows([f"K-{n}", "wijkteam", "B", "sys-noord", "2026-03-02", "0599"] for n in range(first, last))
    return path


def test_two_imports_at_once(database: Database, tmp_path: Path) -> None:
    """F-17, C.4: two files that overlap, at the same moment; every referral once, every reference once."""
    files = [import_file(tmp_path / "een.csv", 0, 40), import_file(tmp_path / "twee.csv", 20, 60)]

    def take_in(path: Path) -> Callable[[], Import]:
        return lambda: import_referrals(database, path, "ref-lt", MONDAY)

    one, two = together(*map(take_in, files))
    assert not one.wrong + two.wrong
    cases = rows(database, Case)
    assert sorted(case.reference for case in cases) == [f"ZB-2026-{n:06d}" for n in range(1, 61)]
    assert {case.sender_reference for case in cases} == {f"K-{n}" for n in range(60)}
    assert len(one.new) + len(two.new) == 60
    assert len(one.known) + len(two.known) == 20


# a crash between the act and the flow


@pytest.mark.parametrize(
    ("so_far", "left", "then", "code"),
    [
        ((), A_NO, TO_TABLE, None),  # the second act follows on what the first one means
        (
            (A_NO,),
            TO_TABLE,
            BACK,
            "already_decided",
        ),
        (TO_APPROVAL, APPROVED, FLEX_CAN, None),
        ((*TO_APPROVAL, APPROVED), FLEX_CAN, HANDED_OVER, None),
        (TO_HANDOVER, UNABLE, STARTED, "wrong_step"),
        (TO_APPROVAL, APPROVED, ("decide_approval", "flex-anker", APPROVED[2]), "forbidden"),
    ],
)
def test_what_a_crash_left_is_settled_before_the_next_act(
    database: Database, runner: Runner, so_far: tuple[Try, ...], left: Try, then: Try, code: str | None
) -> None:
    """F-12, gates 1 and 5: a recorded decision counts at once, also when the program stopped before it was moved."""
    reference = case_at(runner, database, *so_far)
    perform(database, left[0], reference, left[1], left[2], when(left[0]))
    assert deciding(reference, then, when(then[0]))() == (code or "recorded")
    assert [d.act for d in rows(database, Decision)][len(so_far) + 1 :] == [left[0]] + [then[0]] * (code is None)
    everything_is_settled_and_said_once(database)


def test_what_a_crash_left_of_a_meeting_is_settled_before_the_next_act(database: Database, runner: Runner) -> None:
    """F-53: the meeting was moved and the program stopped; who then calls a flex provider on the new day finds it there."""
    reference = case_at(runner, database, A_NO, TO_TABLE)
    move = {"table": "T_BC", "on": "2026-03-10", "to": "2026-03-11", "reason": "x"}
    perform(database, "change_meeting", None, "tz-anna", move, MONDAY)
    call = ("call_flex_provider", "tz-anna", {"table": "T_BC", "on": "2026-03-11", "provider": "flex-anker"})
    assert deciding(None, call, MONDAY)() == "recorded"
    with database.reading() as session:
        case = session.exec(select(Case).where(Case.reference == reference)).one()
        assert str(history.facts_of(session, [case])[reference].meets_on) == "2026-03-11"
    everything_is_settled_and_said_once(database)


def test_a_sweep_moves_what_a_crash_left(database: Database, runner: Runner) -> None:
    """F-21, A.10: sixty cases with a decision that nobody moved; the sweep moves each, once."""
    sixty_for_the_tables(database, runner)
    assert "60 in de flexroute verplaatst" in runner.move(None, "veegronde", AFTER_MEETING).message
    assert "0 in de flexroute verplaatst" in runner.move(None, "veegronde", AFTER_MEETING).message
    everything_is_settled_and_said_once(database)


# what threads share


def test_two_threads_load_the_region_at_once(
    database: Database, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-53: the region is read from memory; one that forgets it does not take it away from another that reads it."""

    class Forgetful(dict[Any, Any]):
        """Forgets a region as soon as it is kept, as another thread may do."""

        def __setitem__(self, key: Any, value: Any) -> None:
            self.clear()

    monkeypatch.setattr(directory, "_loaded", Forgetful())
    with database.reading() as session:
        assert directory.load_region(session) == region
