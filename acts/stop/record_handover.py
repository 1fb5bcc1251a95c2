"""A transfer is always a warm handover (S-12, S-46)."""

from acts.stop.act import ChildAct
from rules.stop_asked import Asked
from rules.stop_gates import consent, decision, informed
from rules.stop_roles import stopping
from rules.values import Given, PastDay


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
