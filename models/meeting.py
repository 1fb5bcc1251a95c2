"""Meetings of the tables: what is on them and what was sent about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from rules.tables import MeetingDay


class Occurrence(SQLModel):
    """What every meeting of a series has. Its day in the series names it for good, also when it moves."""

    series_on: date
    on: date = Field(index=True)
    start: str | None = None  # "HH:MM", where it differs from the table's
    room: str | None = None
    link: str | None = None
    cancelled: bool = False
    opening: int = 0
    version: int = 0  # of the agenda; 0: not issued

    def change(self, given: Mapping[str, Any]) -> None:
        """Another day, time or place, where one is given."""
        self.on = date.fromisoformat(given["to"]) if given["to"] else self.on
        self.start = given["start"] or self.start
        self.room = given["room"] or self.room
        self.link = given["link"] or self.link

    def day(self) -> MeetingDay:
        """As the rules know it."""
        return MeetingDay(self.series_on, self.on, self.cancelled)


class Meeting(Occurrence, table=True):
    """One meeting of a table."""

    __table_args__ = (UniqueConstraint("table_id", "series_on"),)

    id: int | None = Field(default=None, primary_key=True)
    table_id: str = Field(foreign_key="mediation_table.id")


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
