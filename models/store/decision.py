"""What people decided: append-only, whatever it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

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
    by: str
    at: datetime
    data: dict[str, Any] = Field(sa_type=JSON)
    settled_at: datetime | None = None
