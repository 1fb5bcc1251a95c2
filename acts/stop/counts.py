"""How many children: the stopping provider tells, the access recognises it, and a difference is explained (S-40 … S-42, S-58)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from acts.engine.act import Act, Beginning
from acts.stop.subjects import DOSSIER
from rules.shared.refusal import Refused
from rules.shared.roles import municipality_of
from rules.shared.values import Municipality, Text, Values
from rules.stop.asked import OfDossier
from rules.stop.facts import Counts
from rules.stop.roles import stopping, stopping_or_access

Number = Annotated[int, Field(ge=0, le=100_000)]


class Numbers(Values):
    """Of one municipality, in three categories. Other numbers a second time: a correction."""

    municipality: Municipality = Field(title="gemeente")
    pre_trajectory: Number = Field(title="aantal in voortraject")
    running: Number = Field(title="aantal met lopende zorg")
    finishing: Number = Field(title="aantal in afronding")

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


class Explanation(Values):
    """Of the difference in one municipality."""

    municipality: Municipality = Field(title="gemeente")
    explanation: Text = Field(title="uitleg van het verschil")


def _counts(asked: OfDossier) -> Counts:
    return asked.dossier.counts.get(str(asked.given.get("municipality")), Counts())


def _explained(asked: OfDossier) -> bool:
    return _counts(asked).explained


def _no_difference(asked: OfDossier) -> Refused | None:
    place = asked.given.get("municipality")
    if place is None or _counts(asked).differences:
        return None
    where = asked.region.name_of(asked.region.access.get(str(place), str(place)))
    return Refused("wrong_step", f"Voor {where} is er nu geen verschil in de aantallen.", "municipality")


def _own_place(asked: OfDossier) -> Beginning:
    """An access speaks of its own municipality."""
    place = municipality_of(asked.by, asked.region)
    return Beginning({"municipality": place}, frozenset({"municipality"})) if place else Beginning()


def _where_it_differs(asked: OfDossier) -> Beginning:
    own = _own_place(asked)
    differ = [place for place, counts in asked.dossier.counts.items() if counts.differences]
    return own if own.fixed else Beginning(among={"municipality": differ})


WHO = "de stoppende aanbieder of de Toegang van deze gemeente"
ACTS = (
    Act("record_counts", Numbers, stopping_or_access, WHO, DOSSIER, twice=_same_as_before, begins=_own_place),
    Act(
        "explain_difference",
        Explanation,
        stopping_or_access,
        WHO,
        DOSSIER,
        twice=_explained,
        not_now=_no_difference,
        begins=_where_it_differs,
    ),
)
