"""A dossier of thousands of children: taking in its list, looking at it, and a morning on which every term asks for a word.

Each beside the bare SQL that writes or reads the same rows, and per child beside a dossier of a tenth.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlmodel import SQLModel, col, select

from acts.stop.child_list import import_children
from benchmarks.world import fresh
from flexroute.clock import from_local, local_date
from flows.deadline_watch import deadline_watch
from flows.mover import Runner
from models.region.directory import load_region
from models.stop import overview as stop_overview
from models.stop.dossier import StopChild, StopDossier
from models.store.assignment import Assignment
from models.store.database import Database
from models.store.decision import Decision
from models.store.letter import Letter
from models.store.subject import Subject
from models.store.youth import Youth
from tasks.engine.batch import SIZE

_CHANGED = (
    update(StopChild)
    .where(col(StopChild.id) == bindparam("this"))
    .values({key: bindparam(key) for key in ("signals", "warned", "watch_on")})
)
NOW, DUE, AFTER = (from_local(at) for at in ("2026-09-01T09:00", "2027-09-30T07:00", "2027-10-01T07:00"))
TITLES = ("eigen kenmerk", "gemeentecode", "soort zorg", "fase", "zorgvorm", "aanmelddatum", "toewijzing tot", "naam")


def measure(postgresql: str | None, number: int, api_url: str) -> dict[str, Any]:
    """Seconds, and the ratio to the bare SQL, for `number` children; `growth`: per child, to a dossier of a tenth."""
    with Runner(api_url) as runs:
        _once(postgresql, SIZE, runs)
        few, many = _once(postgresql, number // 10, runs), _once(postgresql, number, runs)
    figures: dict[str, Any] = {"children": number}
    for what, (ours, bare) in many.items():
        figures |= {f"{what}_seconds": ours, f"{what}_ratio": ours / bare, f"{what}_growth": ours / few[what][0] / 10}
    return figures


def _once(postgresql: str | None, number: int, runs: Runner) -> dict[str, tuple[float, float]]:
    """By measure: seconds of the product, and of the bare SQL."""
    with _dossier(postgresql, runs) as (database, dossier), tempfile.TemporaryDirectory() as folder:
        path = _list(Path(folder), number)
        taken_in = _seconds(lambda: _import(database, path, dossier, runs))
        looked, read = _best(lambda: _look(database, dossier)), _best(lambda: _rows(database, StopChild))
        tables: tuple[type[SQLModel], ...] = (Subject, StopChild, Decision, Youth, Assignment)
        rows = {table: _rows(database, table) for table in tables}
        watched = _seconds(lambda: runs.run(deadline_watch, "termijnen", now=DUE))
        runs.run(deadline_watch, "termijnen", now=AFTER)
        letters, after = _rows(database, Letter)[-3 * number :], _rows(database, StopChild)
        assert {letter["kind"] for letter in letters} == {"term_near"}  # noqa: S101 - each term asked for a word
    with _dossier(postgresql, runs) as (database, _):
        inserted = _seconds(lambda: _insert(database, rows))
        changed = _seconds(lambda: _change(database, after, letters))
    return {"import": (taken_in, inserted), "overview": (looked, read), "watch": (watched, changed)}


@contextmanager
def _dossier(postgresql: str | None, runs: Runner) -> Iterator[tuple[Database, str]]:
    with fresh(postgresql) as database:
        stop = {"provider": "zonnewende", "stop_type": "not_renewed", "announced_on": "2026-09-01"}
        given = {**stop, "contract_ends_on": "2026-12-31", "motives": "Niet verlengd."}
        yield database, runs.decide("register_stop", None, "beheer", given, NOW)[0]


def _list(folder: Path, number: int) -> Path:
    path = folder / "lijst.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerow(TITLES)
        same = ("0599", "herstelgericht", "lopende zorg", "outpatient_individual", "03-03-2025", "31-08-2028")
        lines.writerows((f"K-{n}", *same, f"Naam {n}") for n in range(number))
    return path


def _import(database: Database, path: Path, dossier: str, runs: Runner) -> None:
    done = import_children(database, path, dossier, "zonnewende", NOW, lambda: None)
    assert not done.wrong  # noqa: S101
    runs.move(None, "import", NOW)


def _look(database: Database, dossier: str) -> None:
    """What `flexroute stop` asks of the database and the rules."""
    with database.reading() as session:
        region, today = load_region(session), local_date(NOW)
        row = session.exec(select(StopDossier).where(StopDossier.reference == dossier)).one()
        stop_overview.whole(session, region, row, today)


def _rows(database: Database, table: type[SQLModel]) -> list[dict[str, Any]]:
    with database.reading() as session:
        kept: Any = table.__table__  # type: ignore[attr-defined]
        return [dict(row._mapping) for row in session.execute(kept.select().order_by(*kept.primary_key))]


def _insert(database: Database, rows: dict[type[SQLModel], list[dict[str, Any]]]) -> None:
    """The same children, decisions, youth and assignments, as many in a transaction as the product takes."""
    children = {row["reference"] for row in rows[StopChild]}
    own = {
        Subject: [row for row in rows[Subject] if row["reference"] in children],
        StopChild: rows[StopChild],
        Decision: [row for row in rows[Decision] if row["subject"] in children],
        Youth: rows[Youth],
        Assignment: [row for row in rows[Assignment] if row["subject"] in children],
    }
    for start in range(0, len(children), SIZE):
        with database.writing() as session:
            for table, all_ in own.items():
                session.execute(insert(table), all_[start : start + SIZE])


def _change(database: Database, children: list[dict[str, Any]], letters: list[dict[str, Any]]) -> None:
    """The same changes of rows, and the same letters."""
    for start in range(0, len(children), SIZE):
        with database.writing() as session:
            session.connection().execute(_CHANGED, [_of(child) for child in children[start : start + SIZE]])
            session.execute(insert(Letter), letters[3 * start : 3 * (start + SIZE)])


def _of(child: dict[str, Any]) -> dict[str, Any]:
    return {"this": child["id"], **{key: child[key] for key in ("signals", "warned", "watch_on")}}


def _best(work: Callable[[], Any]) -> float:
    """Of three, for what only reads and takes a moment."""
    return min(_seconds(work) for _ in range(3))


def _seconds(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
