"""A dossier, and the client list of its provider."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from acts import perform
from acts.intake.report import Import
from acts.stop.child_list import import_children
from flows.mover import Runner
from models.store.database import Database
from tests.support.lists import NOW, csv_lines, with_cell_in, xlsx

STOP, FIRST, SECOND = "ST-2026-000001", "ST-2026-000001-0001", "ST-2026-000001-0002"
HEAD = "eigen kenmerk;gemeentecode;soort zorg;fase;zorgvorm;aanmelddatum;toewijzing tot"
LINE = "C-1;0599;duurzaam;lopende zorg;gezinshuis;15-01-2025;31-12-2026"
STEP_INFO = {
    "provider": "zonnewende",
    "stop_type": "provider_decision",
    "announced_on": "2026-03-02",
    "contract_ends_on": "2026-06-30",
    "motives": "Te weinig personeel",
}
COUNTS = {"municipality": "0599", "pre_trajectory": 0, "running": 2, "finishing": 0}


def register(database: Database, **other: Any) -> str:
    """A dossier whose own news was moved."""
    reference = perform(database, "register_stop", None, "beheer", STEP_INFO | other, NOW)
    move()
    return reference


def move() -> None:
    with Runner(None) as runner:
        runner.move(None, "veegronde", NOW)


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


def listed(*those: str) -> str:
    """Under the usual titles."""
    return csv_lines(HEAD, *those)


def with_cell(column: str, value: str, by: str = ";") -> str:
    """A good line with one more column, or with another value in one of the usual ones."""
    return with_cell_in(HEAD, LINE, column, value, by)
