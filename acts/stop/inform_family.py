"""The family hears it last: after contract administration and the access (gate 8, S-45)."""

from acts.stop.act import ChildAct
from rules.shared.values import Given, PastDay
from rules.stop.asked import Asked
from rules.stop.gates import decision_before_family
from rules.stop.roles import stopping


class Informed(Given):
    """When the family was told; a day before the decision is kept and flagged."""

    on: PastDay


def _twice(asked: Asked) -> bool:
    return asked.child.informed_on is not None


ACT = ChildAct(
    "inform_family", Informed, stopping, "de stoppende aanbieder", twice=_twice, gates=(decision_before_family,)
)
