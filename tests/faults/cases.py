"""Many cases at every step of the route, each with something that was decided and that nobody has moved yet."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from datetime import datetime
from sqlite3 import connect
from typing import Any

from sqlalchemy import func, text
from sqlmodel import col, select

from acts import perform
from flexroute.clock import from_local
from flows.mover import Runner
from flows.table_prep import table_prep
from models.flex.case import Case, CaseSignal, FlexRequest, SubcontractorStatement
from models.flex.meeting import AgendaIssue, AgendaItem, FlexGuest, Meeting
from models.store.database import Database
from models.store.decision import Decision
from models.store.letter import Letter
from models.store.schema import METADATA
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
    NO,
    NOBODY_CAN,
    REFERRED,
    REFUSED,
    STARTED,
    TO_TABLE,
    UNABLE,
    WITHDRAWN,
)
from tests.support.private import TYPED
from tests.support.tries import Try

DECIDED = from_local("2026-03-11T10:30")  # a Wednesday: the agendas of Thursday close in an hour and a half
MOVER_COMES = from_local("2026-03-11T11:00")

TWO_NOS: Try = ("record_assessment", "sys-noord", {**A_NO[2], "subcontractors": [{"provider": "oa-klein", **NO}]})
ANOTHER_CAN: Try = (
    "record_table_answers",
    "tz-anna",
    {"on": "2026-03-10", "answers": [{"provider": "sys-zuid", "can_deliver": True, "earliest_start": "2026-03-20"}]},
)
ADJOURNED: Try = ("record_table_answers", "tz-anna", {"on": "2026-03-10", "adjourn": TYPED})
CANCELLED: Try = (
    "change_meeting",
    "tz-anna",
    {"table": "T_C1", "on": "2026-03-12", "cancelled": True, "reason": TYPED},
)

# the usual way, and when: what was moved before the news comes
WAY = (REFERRED, A_NO, TO_TABLE, NOBODY_CAN, APPROVED, FLEX_CAN, HANDED_OVER, ALLOCATED)
WHEN = [MONDAY] * 3 + [from_local(f"2026-03-10T{hour}:00") for hour in range(13, 18)]
OWNER = {"B": "sys-noord", "C2": "sys-noord", "C1": "sys-zuid"}
KINDS: tuple[tuple[str, int, Try | None], ...] = (  # opdracht, how far along the usual way, and the news
    ("B", 0, REFERRED),
    ("B", 1, TWO_NOS),
    ("B", 1, A_YES),
    ("B", 2, TO_TABLE),
    ("C2", 2, TO_TABLE),  # on an agenda that was issued
    ("B", 2, BACK),
    ("C1", 3, None),  # its meeting is cancelled
    ("B", 3, NOBODY_CAN),
    ("B", 3, ANOTHER_CAN),
    ("B", 3, ADJOURNED),
    ("B", 3, WITHDRAWN),
    ("B", 4, APPROVED),
    ("B", 4, REFUSED),
    ("B", 5, FLEX_CAN),
    ("B", 5, FLEX_CANNOT),
    ("B", 6, HANDED_OVER),
    ("B", 6, UNABLE),
    ("B", 7, ALLOCATED),
    ("B", 8, STARTED),
)
ROWS = (Case, Decision, SubcontractorStatement, FlexRequest, CaseSignal, Meeting, AgendaItem, FlexGuest, AgendaIssue, Letter)  # fmt: skip


def complete(attempt: Try, opdracht: str) -> Try:
    """An act with what depends on the opdracht: the provider."""
    act, by, given = attempt
    more = {"opdracht": opdracht, "provider": OWNER[opdracht]} if attempt is REFERRED else {}
    return act, OWNER[opdracht] if by == "sys-noord" else by, given | more


def record(database: Database, case: str | None, opdracht: str, attempt: Try, now: datetime) -> str:
    """Record one act; nothing moves."""
    act, by, given = complete(attempt, opdracht)
    if attempt is ALLOCATED:  # each case has a number of its own
        given["number"] = f"{case}".removeprefix("ZB-2026-")
    return perform(database, act, case, by, given, now)


def make(database: Database, number: int) -> list[str]:
    """So many cases, of every kind in turn. Their history is moved, their news is not. Answers with the references."""
    kinds = [KINDS[n % len(KINDS)] for n in range(number)]
    cases: dict[int, str] = {}
    with Runner(None) as runner:
        for far, (attempt, when) in enumerate(zip(WAY, WHEN, strict=True)):
            if when > FRIDAY > WHEN[far - 1]:
                runner.run(table_prep, "agenda's", now=FRIDAY)
            on_their_way = [n for n, (_, until, _) in enumerate(kinds) if until > far]
            for n in on_their_way:
                cases[n] = record(database, cases.get(n), kinds[n][0], attempt, when)
            runner.move([cases[n] for n in on_their_way], "geschiedenis", when)
    for n, (opdracht, _, news) in enumerate(kinds):
        if news:
            cases[n] = record(database, cases.get(n), opdracht, news, DECIDED)
    record(database, None, "C1", CANCELLED, DECIDED)
    return [cases[n] for n in range(number)]


def copy(source: Database, target: Database) -> None:
    """Everything in one SQLite database in the place of what is in another, of either kind."""
    if target.is_sqlite:
        with closing(connect(str(source.url.database))) as taken, closing(connect(str(target.url.database))) as given:
            taken.backup(given)
        return
    with source.reading() as taken, target.writing() as given:
        for table in reversed(METADATA.sorted_tables):
            given.connection().execute(table.delete())
        for table in METADATA.sorted_tables:
            if rows := [dict(row) for row in taken.connection().execute(table.select()).mappings()]:
                given.connection().execute(table.insert(), rows)
                if not target.is_sqlite and isinstance(rows[0].get("id"), int):
                    count_on = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
                    given.connection().execute(text(count_on))


def work_left(database: Database) -> int:
    """How many decisions wait to be settled."""
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(Decision).where(col(Decision.settled_at).is_(None))).one()


def standing(database: Database) -> Counter[str]:
    """Every row about cases, meetings and letters, as often as it is there; without the ids that each database gives itself."""
    with database.reading() as session:
        meetings = {meeting.id: f"{meeting.table_id} {meeting.series_on}" for meeting in session.exec(select(Meeting))}

        def told(row: Any) -> str:
            known = row.model_dump(mode="json", exclude={"id"})
            known |= {"meeting_id": meetings.get(known["meeting_id"])} if "meeting_id" in known else {}
            return f"{type(row).__name__} {json.dumps(known, sort_keys=True)}"

        return Counter(told(row) for kind in ROWS for row in session.exec(select(kind)))


def differences(found: Counter[str], wanted: Counter[str]) -> Counter[str]:
    """What is there too often, and what is missing."""
    return (found - wanted) + Counter({f"MISSING {row}": number for row, number in (wanted - found).items()})


def of_agendas(row: str) -> bool:
    """Whether a row is of an agenda as it was issued: how often, depends on who moves its cases together."""
    return row.removeprefix("MISSING ").startswith(("AgendaIssue ", "Meeting ")) or '"kind": "agenda"' in row
