"""A duty of the IGJ guideline was seen to: who says so, and when it was (S-13 … S-23, S-54, AMB-50). It blocks nothing."""

from pydantic import field_validator

from acts.stop.act import DossierAct
from rules.stop_duties import DUTIES
from rules.stop_gates import OfDossier
from rules.stop_roles import stopping_or_administration
from rules.values import Given, PastDay, Text


class DutyDone(Given):
    """Which duty, and when. A note (the contact point, say) is read in the program and goes out in no mail."""

    duty: str
    on: PastDay
    note: Text | None = None

    @field_validator("duty")
    @classmethod
    def _is_one(cls, duty: str) -> str:
        if duty not in DUTIES:
            raise ValueError(f"kies een van: {', '.join(DUTIES)}")
        return duty


def _same_as_before(asked: OfDossier) -> bool:
    return isinstance(asked.values, DutyDone) and asked.dossier.duties.get(asked.values.duty) == asked.values.on


ACT = DossierAct(
    "record_duty",
    DutyDone,
    stopping_or_administration,
    "de stoppende aanbieder of contractbeheer",
    twice=_same_as_before,
)
