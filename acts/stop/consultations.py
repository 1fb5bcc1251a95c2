"""Contract administration plans the recurring consultation with the stopping provider, and changes one of them (S-35, S-36)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

from pydantic import Field, model_validator
from sqlmodel import Session

from acts.engine.act import Act
from acts.engine.other_time import ClockTime, OtherTime
from acts.stop.subjects import DOSSIER
from models.stop.consultation import begins_at, changes_of, ensure_consultation, held_on, series_of
from models.stop.dossier import StopDossier
from rules.shared.refusal import Refused, invalid
from rules.shared.values import Day, Values, WrongField
from rules.stop.asked import OfDossier
from rules.stop.roles import administration


class Rhythm(Values):
    """From which day, at what time, how often, until when. A second time: from then on in the place of what was planned."""

    first_on: Day = Field(title="eerste overleg")
    start: ClockTime = Field(title="begintijd")
    minutes: Annotated[int, Field(ge=15, le=480)] = Field(60, title="duur in minuten")
    every_weeks: Annotated[int, Field(ge=1, le=26)] = Field(2, title="om de hoeveel weken")
    until: Day | None = Field(None, title="tot en met")

    @model_validator(mode="after")
    def _in_order(self) -> Rhythm:
        if self.until is not None and self.until < self.first_on:
            raise WrongField("until", "deze dag ligt voor het eerste overleg")
        return self


def _fits(asked: OfDossier) -> None:
    if asked.values.first_on <= asked.today:
        raise invalid("first_on", "kies een dag na vandaag")
    if not asked.region.days.is_working_day(asked.values.first_on):
        raise invalid("first_on", "kies een werkdag")


class Change(OtherTime):
    """Of one consultation of the dossier."""


def _other_time(session: Session, dossier: StopDossier, asked: OfDossier, now: datetime) -> None:
    values: Change = asked.values
    series, days = series_of(session, dossier), asked.region.days
    if series is None:
        raise Refused("wrong_step", "Voor dit dossier is geen overleg gepland.")
    changes = changes_of(session, dossier)
    day = held_on(series, days, values.on, changes)
    if day is None:
        raise invalid("on", f"op {values.on:%d-%m-%Y} is er geen overleg over dit dossier")
    row = ensure_consultation(session, dossier, day)
    if now >= begins_at(series, row):
        raise Refused("wrong_step", "Dit overleg is al geweest of begonnen.", "on")
    start = time.fromisoformat(row.start or series.start)
    values.fits(asked.region, series.until, start, now, lambda to: held_on(series, days, to, changes) is not None)


ACTS = (
    Act("plan_consultation", Rhythm, administration, "contractbeheer", DOSSIER, fits=_fits),
    Act("change_consultation", Change, administration, "contractbeheer", DOSSIER, kept=_other_time),
)
