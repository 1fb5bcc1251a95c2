"""What people decided: append-only, whatever it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class Decision(SQLModel, table=True):
    """What somebody decided, about a case, a meeting, a dossier or a child in it. Append-only; only `settled_at` is filled in later."""

    __table_args__ = (
        UniqueConstraint("case_id", "opening"),
        UniqueConstraint("meeting_id", "opening"),
        Index("decision_dossier_opening", "dossier_id", "opening", unique=True),
        Index("decision_child_opening", "child_id", "opening", unique=True),
        Index(
            "decision_with_news",
            "id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, foreign_key="escalation_case.id")
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")
    dossier_id: int | None = Field(default=None, foreign_key="stop_dossier.id")
    child_id: int | None = Field(default=None, foreign_key="stop_child.id")
    opening: int
    act: str
    step: str | None = None
    round: int | None = None
    by: str
    at: datetime
    data: dict[str, Any] = Field(sa_type=JSON)
    settled_at: datetime | None = None
