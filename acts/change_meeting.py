"""One meeting moves, gets another time or place, or is cancelled (F-53, AMB-14)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

from pydantic import HttpUrl, StringConstraints, TypeAdapter, field_validator, model_validator

from acts.meeting_act import Found, MeetingAct, OfMeeting
from flexroute.clock import AMSTERDAM
from models.agenda import meeting_day
from rules.refusal import invalid
from rules.values import Day, Text, Truth


class Change(OfMeeting):
    """Another day, time, room or link, or no meeting at all."""

    to: Day | None = None
    start: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    room: Text | None = None
    link: Text | None = None
    cancelled: Truth = False
    reason: Text | None = None

    @field_validator("link")
    @classmethod
    def _is_a_link(cls, link: str | None) -> str | None:
        if link is not None:
            try:
                TypeAdapter(HttpUrl).validate_python(link)
            except ValueError:
                raise ValueError("schrijf de link voluit, bijvoorbeeld https://overleg.example.nl/kamer") from None
        return link

    @model_validator(mode="after")
    def _changes_something(self) -> Change:
        other = any((self.to, self.start, self.room, self.link))
        if self.cancelled and other:
            raise ValueError("een overleg dat niet doorgaat heeft geen andere dag, tijd of plaats")
        if not self.cancelled and not other:
            raise ValueError("vul in wat er verandert: to, start, room, link of cancelled")
        return self


def _fits(values: Change, found: Found) -> None:
    if values.to is not None:
        until = found.table.valid_until
        if not found.region.days.is_working_day(values.to) or (until is not None and values.to > until):
            raise invalid("to", "kies een werkdag waarop de tafel nog bestaat")
        if meeting_day(found.region, found.table, values.to, found.changes) is not None:
            raise invalid("to", "op die dag komt deze tafel al bij elkaar")
    start = time.fromisoformat(values.start or found.meeting.start or found.table.start.isoformat())
    if datetime.combine(values.to or values.on, start, AMSTERDAM) <= found.now and not values.cancelled:
        raise invalid("to" if values.to else "start", "dit moment is al voorbij; kies een later moment")


ACT = MeetingAct("change_meeting", Change, _fits)
