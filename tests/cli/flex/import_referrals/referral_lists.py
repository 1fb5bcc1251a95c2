"""A list of referrals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlmodel import func, select

from models.case import Case, Decision, Youth
from models.database import Database
from models.letter import Letter
from tests.support.lists import csv_lines, with_cell_in

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
HEAD = "eigen kenmerk;verwijsroute;opdracht;aanbieder;ontvangen op;gemeentecode"
LINE = "K-1;wijkteam;B;sys-noord;2026-03-02;0599"
TABLES = (Case, Youth, Decision, Letter)
SECRETS = ("Proefjeugdige Kornoelje", "2014-05-09", "09-05-2014", "999900006", "999900007", "31-02-2014")


def counts(database: Database) -> list[int]:
    with database.reading() as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in TABLES]


def cases(database: Database) -> list[Case]:
    with database.reading() as session:
        return list(session.exec(select(Case).order_by(Case.reference)).all())


def private(database: Database) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [row.data for row in session.exec(select(Youth)).all()]


def listed(*those: str) -> str:
    """Under the usual titles."""
    return csv_lines(HEAD, *those)


def with_cell(column: str, value: str, by: str = ";") -> str:
    """A good line with one more column, or with another value in one of the usual ones."""
    return with_cell_in(HEAD, LINE, column, value, by)
