"""The child or its parents agree that its information goes along, or not; the last answer counts (gate 9, S-50, AMB-49)."""

from acts.stop.act import ChildAct
from rules.shared.values import Given, PastDay, Truth
from rules.stop.asked import Asked
from rules.stop.gates import decision, informed
from rules.stop.roles import stopping


class Consent(Given):
    """The answer, and when it was given."""

    given: Truth
    on: PastDay


def _same_as_before(asked: Asked) -> bool:
    return isinstance(asked.values, Consent) and asked.child.consent is asked.values.given


ACT = ChildAct(
    "record_consent",
    Consent,
    stopping,
    "de stoppende aanbieder",
    twice=_same_as_before,
    gates=(decision, informed),
)
