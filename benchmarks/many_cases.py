"""Very many cases: one goes each way through the product, and the database makes the others from its rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select, text, update
from sqlmodel import SQLModel, col

from acts import perform
from benchmarks import workload
from flexroute.clock import from_local
from flows.mover import Runner
from models.flex.case import Case
from models.store.database import Database
from models.store.letter import Letter

NOW = from_local("2026-03-04T09:00")  # the day after the meeting
AT_A_TABLE = 100  # cases that one meeting discusses, at most
STEPS = ("provider_check", "mediation", "table", "approval", "flex_search", "handover", "allocation", "closed")
_OF_A_CASE = {
    *("subject", "escalation_case", "decision", "assignment", "letter", "agenda_item", "flex_request"),
    "subcontractor_statement",
}
_CASES = SQLModel.metadata.tables["escalation_case"]
_BY = {"reference": ":r", "subject": ":r", "case_id": ":c"}  # the first that a table has
_REFERENCE = "'ZB-2026-' || substr(CAST(1000000 + n AS TEXT), 2)"


def fill(database: Database, runs: Runner, number: int) -> dict[str, list[str]]:
    """So many cases, a tenth of them open, at all steps. Answers with the references at each step."""
    ways = dict(zip(STEPS, workload.referrals(database, len(STEPS)), strict=True))
    runs.move(None, "aanmeldingen", workload.BEFORE)
    for place, (act, by, given) in enumerate(workload.DECISIONS):
        for step in STEPS[place + 1 :]:
            _decide(database, runs, act, ways[step], by, given, NOW if step == "table" else workload.at(place))
    _decide(database, runs, "withdraw", ways["closed"], workload.REFERRER, {"reason": "Niet meer nodig."}, NOW)
    with database.writing() as session:
        session.execute(update(Letter).values(state="sent", sent_at=NOW))
    open_ = number // 10
    at_a_table = min(AT_A_TABLE, open_ // 7)
    each = (open_ - at_a_table) // (len(STEPS) - 1)
    found, first = {}, 1000
    for step, reference in reversed(ways.items()):  # those that are closed came first
        copies = {"closed": number - open_, "table": at_a_table, "provider_check": 2 * each}.get(step, each) - 1
        found[step] = [reference, *_copy(database, reference, first, copies)]
        first += copies
    with database.writing() as session:
        session.connection().exec_driver_sql("ANALYZE")
    _hold_to(database, found)
    return found


def _decide(
    database: Database, runs: Runner, act: str, reference: str, by: str, given: dict[str, Any], now: datetime
) -> None:
    perform(database, act, reference, by, given, now)
    runs.move([reference], act, now)


def _copy(database: Database, reference: str, first: int, copies: int) -> list[str]:
    """The same case so many times more, with every row that it has."""
    with database.writing() as session:
        case = session.execute(select(col(Case.id)).where(col(Case.reference) == reference)).scalar_one()
        for table in SQLModel.metadata.sorted_tables:
            if table.name in _OF_A_CASE:
                session.execute(
                    text(_copying(table)), {"r": reference, "c": case, "first": first, "last": first + copies}
                )
    return [f"ZB-2026-{n:06d}" for n in range(first, first + copies)]


def _copying(table: Table) -> str:
    """The statement that copies the rows of case `:c` with reference `:r` in this table."""
    new = {
        "reference": _REFERENCE,
        "subject": _REFERENCE,
        "case_id": "n",
        "key": "key || '/' || n",
        "id": "n" if table is _CASES else "",  # else by the database
    }
    columns = {f'"{one.name}"': new.get(one.name, f'{table.name}."{one.name}"') for one in table.c}
    columns = {name: value for name, value in columns.items() if value}
    by = next(f"{one} = {value}" for one, value in _BY.items() if one in table.c)
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)}) "  # noqa: S608 - our own names
        "WITH RECURSIVE numbers(n) AS (SELECT CAST(:first AS INTEGER) UNION ALL "
        "SELECT n + 1 FROM numbers WHERE n + 1 < CAST(:last AS INTEGER)) "
        f"SELECT {', '.join(columns.values())} FROM {table.name}, numbers WHERE {by}"
    )


def _hold_to(database: Database, made: dict[str, list[str]]) -> None:
    """Raises AssertionError where the database has other cases."""
    with database.reading() as session:
        steps = select(col(Case.step), func.count()).group_by(col(Case.step))
        there = dict(session.execute(steps).tuples().all())
    assert there == {step: len(those) for step, those in made.items()}, there  # noqa: S101
