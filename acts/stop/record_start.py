"""The receiver starts as soon as the allocation is there; from that day it holds the child (gate 7, S-11, S-57, AMB-42)."""

from dataclasses import replace

from acts.stop.act import ChildAct, of_receiver
from rules.shared.values import Given, PastDay
from rules.stop.asked import Asked
from rules.stop.gates import (
    acceptance,
    allocation,
    consent,
    contract,
    decision,
    flex_route,
    handover,
    handover_file,
    informed,
)
from rules.stop.roles import receiver


class Start(Given):
    """The first day of care at the receiver."""

    on: PastDay


def _twice(asked: Asked) -> bool:
    return asked.child.started_on is not None


def _seen(asked: Asked) -> Asked:
    return replace(of_receiver(asked), on=asked.values.on)


ACT = ChildAct(
    "record_start",
    Start,
    receiver,
    "de ontvangende aanbieder",
    twice=_twice,
    seen=_seen,
    gates=(contract, decision, informed, consent, handover, handover_file, acceptance, allocation, flex_route),
)
