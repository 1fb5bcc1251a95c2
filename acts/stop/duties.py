"""A duty of the IGJ guideline was seen to: who says so, and when it was (S-13 … S-23, S-54, AMB-50). It blocks nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, field_validator
from sqlmodel import Session

from acts.engine.act import Act, already_decided, not_one_of
from acts.stop.subjects import DOSSIER
from models.stop.dossier import StopDossier, StopDuty
from notifications.words import vocabulary
from rules.shared.values import PastDay, Shown, Values
from rules.stop.asked import OfDossier
from rules.stop.duties import DUTIES
from rules.stop.roles import stopping_or_administration


class DutyDone(Values):
    """Which duty, and when. A note (the contact point, say) is read in the program and goes out in no mail."""

    duty: Annotated[str, Field(examples=[*DUTIES])] = Field(title="verplichting")
    on: PastDay = Field(title="gedaan op")
    note: Shown | None = Field(None, title="opmerking", description="Dit komt in geen brief.")

    @field_validator("duty")
    @classmethod
    def _is_one(cls, duty: str) -> str:
        if duty not in DUTIES:
            raise ValueError(not_one_of(vocabulary(DUTIES), duty))
        return duty


def _new(session: Session, dossier: StopDossier, asked: OfDossier, _now: datetime) -> None:
    known = session.get(StopDuty, (dossier.id, asked.values.duty))
    if known and known.done_on == asked.values.on:
        raise already_decided()


ACTS = (
    Act(
        "record_duty",
        DutyDone,
        stopping_or_administration,
        "de stoppende aanbieder of contractbeheer",
        DOSSIER,
        kept=_new,
    ),
)
