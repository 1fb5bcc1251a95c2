"""Two processes that do the same work at the same moment: nothing happens twice, and nothing stays behind."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import col, select

from flexroute.clock import from_local
from flows.mover import Runner
from models.flex.case import Case
from models.flex.meeting import AgendaIssue, AgendaItem, Meeting
from models.store.database import Database
from models.store.letter import Letter
from tests.faults import cases
from tests.faults.cases import MOVER_COMES, work_left
from tests.faults.processes import PROCESSES, ended, environment, fork

pytestmark = pytest.mark.on_postgresql

NEXT_FRIDAY = from_local("2026-03-13T13:00")
TIMES, MANY_TIMES = 3, 12  # many: until both found something to do


def twice(database: Database, now: datetime, command: str, home: Path) -> list[str]:
    """Two processes with the same command, which begin together and end well. Answers with what they say."""
    start, said = PROCESSES.Barrier(2), [home / "one", home / "other"]
    both = [fork(environment(database, now), command, said=str(file), start=start) for file in said]
    assert [ended(process) for process in both] == [0, 0]
    return [file.read_text(encoding="utf-8") for file in said]


def test_two_movers_at_once(home: Path, database: Database, three_hundred: Database, undisturbed: Counter[str]) -> None:
    """F-22, F-24, A.10: each of 300 cases moves once and each letter is written once, whoever moves."""
    turns, shared = 0, database.is_sqlite  # where one writer goes on, the other one mostly finds nothing left
    while turns < TIMES or (turns < MANY_TIMES and not shared):
        turns += 1
        cases.copy(three_hundred, database)
        shared |= not any(" 0 in de flexroute" in said for said in twice(database, MOVER_COMES, "run", home))
        with Runner(None) as runner:  # on PostgreSQL each leaves to the sweep what the other one was busy with
            assert not runner.move(None, "veegronde", MOVER_COMES).attention
        assert not work_left(database)
        different = cases.differences(cases.standing(database), undisturbed)
        assert not [row for row in different if not cases.of_agendas(row)]
        what_was_issued_is_what_is_planned(database, MOVER_COMES)
    assert shared, "the two never worked at the same moment"


def test_two_preparations_at_once(home: Path, database: Database, three_hundred: Database) -> None:
    """F-26, N-03: one agenda for each meeting of the week, its first version, and one letter to everybody invited."""
    cases.copy(three_hundred, database)
    with Runner(None) as runner:
        runner.move(None, "verplaatsen", MOVER_COMES)
    twice(database, NEXT_FRIDAY, "prep", home)
    with database.reading() as session:
        coming = select(AgendaIssue).join(Meeting, col(Meeting.id) == col(AgendaIssue.meeting_id))
        issues = session.exec(coming.where(Meeting.on > NEXT_FRIDAY.date())).all()
        letters = select(Letter.meeting_id, Letter.recipient).where(Letter.kind == "agenda")
        written = Counter(session.exec(letters.where(col(Letter.meeting_id).in_([one.meeting_id for one in issues]))))
    assert sorted((one.content["table"], one.version) for one in issues) == [
        ("T_BC", 1), ("T_C2", 1), ("T_FOR", 1), ("T_FORV", 1),
    ]  # fmt: skip
    assert max(len(one.content["cases"]) for one in issues) > 40
    assert written == Counter(
        (one.meeting_id, who) for one in issues for who in {*one.content["invited"], *one.content["optional"]}
    )
    what_was_issued_is_what_is_planned(database, NEXT_FRIDAY)


def what_was_issued_is_what_is_planned(database: Database, now: datetime) -> None:
    """The last agenda of each meeting that is still to come names the cases that are planned for it, in that order."""
    with database.reading() as session:
        on_it = select(AgendaItem.meeting_id, Case.reference).join(Case, col(Case.id) == col(AgendaItem.case_id))
        planned: dict[int, list[str]] = {}
        for meeting, reference in session.exec(on_it.where(~col(AgendaItem.removed)).order_by(col(AgendaItem.id))):
            planned.setdefault(meeting, []).append(reference)
        issued = select(AgendaIssue).join(Meeting, col(Meeting.id) == col(AgendaIssue.meeting_id))
        last = issued.where(AgendaIssue.version == Meeting.version, ~col(Meeting.cancelled))
        for issue in session.exec(last.where(Meeting.on > now.date())):
            assert [case["reference"] for case in issue.content["cases"]] == planned.get(issue.meeting_id, [])
