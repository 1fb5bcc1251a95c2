"""A dossier, and the client list of its provider."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import func, select

from acts import perform
from cli.child_file import import_children
from cli.list_report import Import
from flows.running import Runner
from models.case import Decision, Youth
from models.database import Database
from models.letter import Letter
from models.stop import StopChild
from tests.support.lists import csv_lines, with_cell_in, xlsx

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
STOP, FIRST, SECOND = "ST-2026-000001", "ST-2026-000001-0001", "ST-2026-000001-0002"
HEAD = "eigen kenmerk;gemeentecode;soort zorg;fase;zorgvorm;aanmelddatum;toewijzing tot"
LINE = "C-1;0599;duurzaam;lopende zorg;gezinshuis;15-01-2025;31-12-2026"
TABLES = (StopChild, Youth, Decision, Letter)
SECRETS = ("Proefjeugdige Kornoelje", "2014-05-09", "09-05-2014", "999900006", "999900007", "31-02-2014")
STOPS = {
    "provider": "zonnewende",
    "stop_type": "provider_decision",
    "announced_on": "2026-03-02",
    "contract_ends_on": "2026-06-30",
    "motives": "Te weinig personeel",
}
COUNTS = {"municipality": "0599", "pre_trajectory": 0, "running": 2, "finishing": 0}


def register(database: Database, **other: Any) -> str:
    """A dossier whose own news was moved."""
    reference = perform(database, "register_stop", None, "beheer", STOPS | other, NOW)
    move()
    return reference


def move() -> None:
    with Runner(None) as runner:
        runner.move_stops(None, "veegronde", NOW)


def taking_in(database: Database, folder: Path) -> Callable[..., Import]:
    """Import a text, bytes, or rows (as XLSX)."""

    def run(
        content: Any,
        by: str = "zonnewende",
        stop: str = STOP,
        now: datetime = NOW,
        name: str | None = None,
        settle: Callable[[], None] = move,
    ) -> Import:
        if isinstance(content, list):
            content, name = xlsx(content), name or "lijst.xlsx"
        path = folder / (name or "lijst.csv")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_children(database, path, stop, by, now, settle)

    return run


def many(number: int, first: int = 1) -> list[str]:
    return [LINE.replace("C-1", f"C-{n}") for n in range(first, first + number)]


def rows_of(database: Database, kind: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.exec(select(kind).order_by(*kind.__table__.primary_key)).all())


def counts(database: Database) -> list[int]:
    with database.reading() as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in TABLES]


def unsettled(database: Database) -> list[str]:
    return [one.act for one in rows_of(database, Decision) if one.settled_at is None]


def listed(*those: str) -> str:
    """Under the usual titles."""
    return csv_lines(HEAD, *those)


def with_cell(column: str, value: str, by: str = ";") -> str:
    """A good line with one more column, or with another value in one of the usual ones."""
    return with_cell_in(HEAD, LINE, column, value, by)
