"""One meeting of a series, of whatever kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Field, SQLModel

from rules.shared.series import MeetingDay


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
