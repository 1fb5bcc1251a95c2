"""Meetings of the tables: what is on them and what was sent about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.store.occurrence import Occurrence


class Meeting(Occurrence, table=True):
    """One meeting of a table."""

    __table_args__ = (
        UniqueConstraint("table_id", "series_on"),
        Index("meeting_by_reference", "reference", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    table_id: str = Field(foreign_key="mediation_table.id")
    reference: str = Field(sa_column_kwargs={"server_default": ""})


def reference_of(table_id: str, series_on: date) -> str:
    """The name of a meeting: its table, and its day in the series, which never changes."""
    return f"{table_id}:{series_on.isoformat()}"


class AgendaItem(SQLModel, table=True):
    """A case planned for a meeting (F-77). The order of ids is the order of planning."""

    __tablename__ = "agenda_item"

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    case_id: int = Field(foreign_key="escalation_case.id", index=True)
    round: int
    removed: bool = False


class FlexGuest(SQLModel, table=True):
    """A flex provider called to one meeting (AMB-13)."""

    __tablename__ = "flex_guest"

    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id")
    provider: str = Field(primary_key=True, foreign_key="organisation.id")


class AgendaIssue(SQLModel, table=True):
    """An agenda as it was sent: codes, dates and ids only. A later one has a higher version."""

    __tablename__ = "agenda_issue"

    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id")
    version: int = Field(primary_key=True)
    issued_at: datetime
    content: dict[str, Any] = Field(sa_type=JSON)
