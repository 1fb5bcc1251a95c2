"""Route 1: the stopping provider finished the care itself; the program never does (S-11, S-24, S-25, S-51)."""

from __future__ import annotations

from pydantic import Field

from acts.engine.act import Act
from acts.stop.subjects import CHILD
from rules.shared.refusal import invalid
from rules.shared.values import PastDay, Values
from rules.stop.asked import OfChild
from rules.stop.gates import decision
from rules.stop.roles import stopping


class Finished(Values):
    """The last day of care."""

    on: PastDay = Field(title="laatste dag van de zorg")


def _twice(asked: OfChild) -> bool:
    return asked.child.finished_on is not None


def _fits(asked: OfChild) -> None:
    if asked.values.on < asked.child.registered_on:
        raise invalid("on", f"deze dag ligt voor de aanmelddatum ({asked.child.registered_on:%d-%m-%Y})")


ACTS = (
    Act(
        "finish_care",
        Finished,
        stopping,
        "de stoppende aanbieder",
        CHILD,
        twice=_twice,
        fits=_fits,
        gates=(decision,),
    ),
)
