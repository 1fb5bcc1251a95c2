"""A list of referrals."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from models.flex.case import Case
from models.store.database import Database
from models.store.youth import Youth
from tests.support.lists import csv_lines, with_cell_in

HEAD = "eigen kenmerk;verwijsroute;opdracht;aanbieder;ontvangen op;gemeentecode"
LINE = "K-1;wijkteam;B;sys-noord;2026-03-02;0599"


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
