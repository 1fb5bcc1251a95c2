"""Contract administration plans the recurring consultation with the stopping provider (S-35, S-36)."""

from typing import Annotated

from pydantic import Field, model_validator

from acts.engine.other_time import ClockTime
from acts.stop.act import DossierAct
from rules.shared.refusal import invalid
from rules.shared.values import Day, Given
from rules.stop.asked import OfDossier
from rules.stop.roles import administration


class Rhythm(Given):
    """From which day, at what time, how often, until when. A second time: from then on in the place of what was planned."""

    first_on: Day
    start: ClockTime
    minutes: Annotated[int, Field(ge=15, le=480)] = 60
    every_weeks: Annotated[int, Field(ge=1, le=26)] = 2
    until: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Rhythm":
        if self.until is not None and self.until < self.first_on:
            raise ValueError("until ligt voor first_on")
        return self


def _fits(asked: OfDossier) -> None:
    if asked.values.first_on <= asked.today:
        raise invalid("first_on", "kies een dag na vandaag")
    if not asked.region.days.is_working_day(asked.values.first_on):
        raise invalid("first_on", "kies een werkdag")


ACT = DossierAct("plan_consultation", Rhythm, administration, "contractbeheer", fits=_fits)
