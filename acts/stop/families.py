"""The family hears it last: after contract administration and the access (gate 8, S-45)."""

from __future__ import annotations

from pydantic import Field

from acts.engine.act import Act
from acts.stop.subjects import CHILD
from rules.shared.values import PastDay, Values
from rules.stop.asked import OfChild
from rules.stop.gates import decision_before_family
from rules.stop.roles import stopping


class Informed(Values):
    """When the family was told; a day before the decision is kept and flagged."""

    on: PastDay = Field(title="gezin geïnformeerd op")


def _told(asked: OfChild) -> bool:
    return asked.child.informed_on is not None


ACTS = (
    Act(
        "inform_family",
        Informed,
        stopping,
        "de stoppende aanbieder",
        CHILD,
        twice=_told,
        gates=(decision_before_family,),
    ),
)
