"""The receiver accepts the child, after it checked the file and the order of informing (gate 7, S-33, S-34, S-55, S-56)."""

from acts.stop.act import ChildAct, of_receiver
from rules.shared.refusal import Refused
from rules.shared.values import EarlierDay, Given, Text
from rules.stop.asked import Asked
from rules.stop.gates import consent, contract, decision, handover, handover_file, informed, reason_missing
from rules.stop.roles import receiver


class Acceptance(Given):
    """With the original registration date, unless the receiver says why not (AMB-47, AMB-48)."""

    registered_on: EarlierDay | None = None
    reason: Text | None = None


def _twice(asked: Asked) -> bool:
    return asked.child.accepted_on is not None


def _reason(asked: Asked) -> Refused | None:
    if asked.values.reason:
        return None
    if asked.values.registered_on not in (None, asked.child.registered_on):
        return reason_missing("de aanmelddatum wordt een andere")
    return reason_missing("het gezin is te vroeg geïnformeerd") if asked.child.told_too_early else None


ACT = ChildAct(
    "accept_transfer",
    Acceptance,
    receiver,
    "de ontvangende aanbieder",
    twice=_twice,
    seen=of_receiver,
    gates=(contract, decision, informed, consent, handover, handover_file, _reason),
)
