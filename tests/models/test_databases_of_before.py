"""A database of an earlier version is carried over whole, and after that every story in it goes on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import JSON, Boolean, Date, DateTime, MetaData, text
from sqlmodel import Session, col, select

from acts import Refused
from flexroute.clock import from_local
from flows.mover import Runner
from models.flex.case import Case
from models.stop.dossier import StopChild
from models.store.assignment import Assignment
from models.store.attention import set_aside
from models.store.database import Database
from models.store.decision import Decision
from models.store.schema import migrate
from models.store.subject import Subject
from rules.shared.process import processes
from tests.models.test_migrations import alembic
from tests.support.assignments import unlike_the_rules
from tests.support.dossiers import People
from tests.support.flex_acts import A_YES, ALLOCATED, APPROVED, FLEX_CAN, HANDED_OVER, STARTED, WITHDRAWN
from tests.support.stored import rows
from tests.support.tries import Try, of_its_own
from tests.support.unmoved_dossiers import ROUTE_1, ROUTE_2

BEFORE = sorted((Path(__file__).parent / "databases").glob("*.sql"))
NOW = from_local("2026-09-01T15:00")
SOLVED: Try = ("decide_mediation", "tz-anna", {"outcome": "solved_directly", "provider": "sys-zuid", "reason": "x"})
NEXT: dict[str, Try] = {  # by step: an act that leads on
    "provider_check": A_YES,
    "mediation": SOLVED,
    "table": WITHDRAWN,
    "approval": APPROVED,
    "flex_search": FLEX_CAN,
    "re_offer": ("re_offer", "sys-noord", {"explanation": "x"}),
    "handover": HANDED_OVER,
}
IN_WORDS = """
SELECT subject, opening, act, by, settled_at IS NULL FROM decision
"""
IN_WORDS_0005 = """
SELECT coalesce(c.reference, s.reference, k.reference, m.table_id || ':' || m.series_on), d.opening, d.act, d.by, d.settled_at IS NULL
FROM decision d LEFT JOIN escalation_case c ON c.id = d.case_id LEFT JOIN stop_dossier s ON s.id = d.dossier_id
LEFT JOIN stop_child k ON k.id = d.child_id LEFT JOIN meeting m ON m.id = d.meeting_id
"""  # a decision pointed at what it is about


OLDER = [pytest.param(file, marks=pytest.mark.long) for file in BEFORE[:-1]]


@pytest.fixture(params=[*OLDER, BEFORE[-1]], ids=lambda file: file.stem)
def old(request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    """A database as it was left."""
    with closing(sqlite3.connect(":memory:")) as kept:
        kept.executescript(request.param.read_text(encoding="utf-8"))
        yield kept


@pytest.fixture
def carried_over(old: sqlite3.Connection, empty_database: Database) -> Database:
    """The same data in a database of either kind, and migrated."""
    if empty_database.is_sqlite:
        with closing(sqlite3.connect(str(empty_database.url.database))) as file:
            old.backup(file)
    else:
        [(revision,)] = old.execute("SELECT version_num FROM alembic_version")
        alembic(empty_database, command.upgrade, revision)
        with empty_database.writing() as session:
            _copy(old, session)
    migrate(empty_database)
    return empty_database


def _copy(old: sqlite3.Connection, session: Session) -> None:
    there = MetaData()
    there.reflect(session.connection())
    for table in there.sorted_tables:
        if table.name == "alembic_version":
            continue
        names = [column.name for column in table.columns]
        quoted = ", ".join(f'"{name}"' for name in names)
        found = old.execute(f"SELECT {quoted} FROM {table.name}")
        taken = [
            {name: _typed(table.columns[name].type, value) for name, value in zip(names, row, strict=True)}
            for row in found
        ]
        if taken:
            session.connection().execute(table.insert(), taken)
        if taken and "id" in names and isinstance(taken[0]["id"], int) and table.name != "region":
            last = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
            session.connection().execute(text(last))


def _typed(kind: Any, value: Any) -> Any:
    match kind:
        case _ if value is None:
            return None
        case Boolean():
            return bool(value)
        case DateTime():
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        case Date():
            return date.fromisoformat(value)
        case JSON():
            return json.loads(value)
    return value


@pytest.mark.both_databases
def test_every_decision_is_still_there(old: sqlite3.Connection, carried_over: Database) -> None:
    """Who decided what about which subject, at which opening, and whether it waits."""
    kept = {(d.subject, d.opening, d.act, d.by, d.settled_at is None) for d in rows(carried_over, Decision)}
    [(revision,)] = old.execute("SELECT version_num FROM alembic_version")
    told = old.execute(IN_WORDS_0005 if revision == "0005" else IN_WORDS)
    assert kept == {(*row[:4], bool(row[4])) for row in told}


@pytest.mark.both_databases
def test_every_subject_has_its_details_and_the_other_way_round(carried_over: Database) -> None:
    details = {
        (one.reference, process.name, kind.label)
        for process in processes()
        for kind in process.subjects
        for one in rows(carried_over, kind.table)
    }
    known = {(s.reference, s.process, s.kind) for s in rows(carried_over, Subject) if s.kind != "meeting"}
    assert known == details
    assert {s.process_version for s in rows(carried_over, Subject) if s.kind == "case"} == {"1.1"}


@pytest.mark.both_databases
def test_who_must_act_is_known(carried_over: Database) -> None:
    """Of all that was open, also where the version before did not keep it."""
    assert {one.subject for one in rows(carried_over, Assignment)} >= {
        case.reference
        for case in rows(carried_over, Case, col(Case.step).not_in(("referral", "closed", "flex_search")))
    }
    assert unlike_the_rules(carried_over) == {}


@pytest.mark.both_databases
def test_every_story_goes_on(carried_over: Database) -> None:
    """What waited to be settled is settled; then every case comes to its end, and every child to rest."""
    with Runner(None) as runner:
        assert not runner.move(None, "veegronde", NOW).attention
        assert [one for one in rows(carried_over, Decision) if one.settled_at is None] == []
        people = People(carried_over, runner, "2026-09-01T15:00")
        for case in rows(carried_over, Case, Case.stop_child_id == None):  # noqa: E711
            _to_its_end(runner, carried_over, case.reference)
        for child in rows(carried_over, StopChild):
            _to_rest(people, child.reference)
    assert {case.step for case in rows(carried_over, Case, Case.stop_child_id == None)} == {"closed"}  # noqa: E711
    assert {child.status for child in rows(carried_over, StopChild)} == {"transferred", "finished"}
    with carried_over.reading() as session:
        assert list(set_aside(session, NOW)) == []
    assert unlike_the_rules(carried_over) == {}


def _to_its_end(runner: Runner, database: Database, reference: str) -> None:
    for _ in range(10):
        with database.reading() as session:
            case = session.exec(select(Case).where(Case.reference == reference)).one()
        if case.step == "closed":
            return
        at_last = STARTED if case.procedure_check == [] else ALLOCATED
        act, by, given = of_its_own(reference, NEXT.get(case.step, at_last))
        runner.decide(act, reference, by, given, NOW)


def _to_rest(people: People, reference: str) -> None:
    for act, by, given in (of_its_own(reference, one) for one in (*ROUTE_2, *ROUTE_1[2:])):
        with suppress(Refused):  # what was done before, or is not asked of this one
            people.do(act, reference, by, **given)
