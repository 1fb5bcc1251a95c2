"""One meeting of a series moves, gets another time or place, or is cancelled: of a table, or of a consultation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated

from pydantic import Field, HttpUrl, TypeAdapter, field_validator, model_validator

from flexroute.clock import AMSTERDAM
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.values import Day, ShownLine, Text, Truth, Values, WrongField, written

ClockTime = Annotated[str, written("([01][0-9]|2[0-3]):[0-5][0-9]", "schrijf de tijd als uu:mm, bijvoorbeeld 14:30")]


def a_link(link: str | None) -> str | None:
    """A link that a browser can follow. Raises ValueError."""
    if link is not None:
        try:
            TypeAdapter(HttpUrl).validate_python(link)
        except ValueError:
            raise ValueError("schrijf de link voluit, bijvoorbeeld https://overleg.example.nl/kamer") from None
    return link


class OtherTime(Values):
    """Another day, time, room or link, or no meeting at all."""

    on: Day = Field(title="dag van het overleg")
    to: Day | None = Field(None, title="nieuwe dag")
    start: ClockTime | None = Field(None, title="begintijd")
    room: ShownLine | None = Field(None, title="ruimte")
    link: ShownLine | None = Field(None, title="link")
    cancelled: Truth = Field(False, title="gaat niet door")
    reason: Text | None = Field(None, title="reden")

    _is_a_link = field_validator("link")(a_link)

    @model_validator(mode="after")
    def _changes_something(self) -> OtherTime:
        other = any((self.to, self.start, self.room, self.link))
        if self.cancelled and other:
            raise WrongField("cancelled", "een overleg dat niet doorgaat heeft geen andere dag, tijd of plaats")
        if not self.cancelled and not other:
            raise ValueError("vul in wat er verandert: de dag, de tijd, de ruimte of de link, of dat het niet doorgaat")
        return self

    def fits(
        self, region: Region, until: date | None, start: time, now: datetime, meets_on: Callable[[date], bool]
    ) -> None:
        """A working day on which it does not meet yet, and a moment to come. Raises Refused (`invalid`)."""
        if self.to is not None:
            if not region.days.is_working_day(self.to) or (until is not None and self.to > until):
                raise invalid("to", "kies een werkdag waarop dit overleg nog bestaat")
            if meets_on(self.to):
                raise invalid("to", "op die dag is dit overleg al")
        at = time.fromisoformat(self.start) if self.start else start
        if datetime.combine(self.to or self.on, at, AMSTERDAM) <= now and not self.cancelled:
            raise invalid("to" if self.to else "start", "dit moment is al voorbij; kies een later moment")
