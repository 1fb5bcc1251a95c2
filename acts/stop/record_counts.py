"""The stopping provider tells how many children it has, and the access how many it knows (S-40, S-41, S-58)."""

from typing import Annotated

from pydantic import Field

from acts.stop.act import DossierAct
from rules.shared.values import Given, Municipality
from rules.stop.asked import OfDossier
from rules.stop.roles import stopping, stopping_or_access

Number = Annotated[int, Field(ge=0, le=100_000)]


class Numbers(Given):
    """Of one municipality, in three categories. Other numbers a second time: a correction."""

    municipality: Municipality
    pre_trajectory: Number
    running: Number
    finishing: Number

    @property
    def by_category(self) -> dict[str, int]:
        """Without the municipality."""
        return self.model_dump(exclude={"municipality"})


def _same_as_before(asked: OfDossier) -> bool:
    if not isinstance(asked.values, Numbers):
        return False
    known = asked.dossier.counts.get(asked.values.municipality)
    mine = known and (known.provider if stopping(asked) else known.access)
    return mine == asked.values.by_category


ACT = DossierAct(
    "record_counts",
    Numbers,
    stopping_or_access,
    "de stoppende aanbieder of de Toegang van deze gemeente",
    twice=_same_as_before,
)
