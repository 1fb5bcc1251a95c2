"""A transfer is always a warm handover (S-12, S-46)."""

from acts.stop.act import ChildAct
from rules.shared.values import Given, PastDay
from rules.stop.asked import Asked
from rules.stop.gates import consent, decision, informed
from rules.stop.roles import stopping


class Handover(Given):
    """When it took place."""

    on: PastDay


def _twice(asked: Asked) -> bool:
    return asked.child.handed_over


ACT = ChildAct(
    "record_handover",
    Handover,
    stopping,
    "de stoppende aanbieder",
    twice=_twice,
    gates=(decision, informed, consent),
)
