"""What people decided: append-only, whatever it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Row, bindparam, inspect, or_, select, text
from sqlmodel import Field, Session, SQLModel

from models.store import subject as _subjects  # noqa: F401 - a decision points at one


class Decision(SQLModel, table=True):
    """What somebody decided, and about which subject. Append-only; only `settled_at` is filled in later."""

    __table_args__ = (
        Index("decision_subject_opening", "subject", "opening", unique=True),  # one answer to each opening
        Index(
            "decision_with_news",
            "id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(foreign_key="subject.reference")
    opening: int
    act: str
    step: str | None = None
    round: int | None = None
    by: str  # for whom: an organisation, or a person with a role
    at: datetime
    data: dict[str, Any] = Field(sa_type=JSON)
    settled_at: datetime | None = None
    person: str | None = Field(default=None, foreign_key="person.id")  # who took it
    rules_version: str | None = None  # of the program
    region_version: int | None = None
    exception: str | None = None  # of the region, with its reason: without it this would have been refused


_COLUMNS: Any = inspect(Decision).local_table.c
_OPEN = select(*_COLUMNS).where(  # built once: every step asks it
    _COLUMNS.subject.in_(bindparam("subjects", expanding=True)),
    _COLUMNS.settled_at.is_(None),
    _COLUMNS.act.in_(bindparam("acts", expanding=True)),
)


def open_decisions(session: Session, subjects: Sequence[str], acts: Iterable[str]) -> dict[str, Row[Any]]:
    """By reference: the decision about it, one of these acts, that waits to be settled."""
    chosen = {"subjects": subjects, "acts": sorted(acts)}
    return {row.subject: row for row in session.connection().execute(_OPEN, chosen)} if chosen["acts"] else {}


def waiting_about(session: Session, reference: str) -> list[str]:
    """This reference, and those of what is part of it (the children of a dossier), where a decision waits to be settled."""
    part = _COLUMNS.subject.startswith(f"{reference}-", autoescape=True)
    about = select(_COLUMNS.subject).where(_COLUMNS.settled_at.is_(None), or_(_COLUMNS.subject == reference, part))
    return list(session.connection().execute(about.distinct().order_by(_COLUMNS.subject)).scalars())
