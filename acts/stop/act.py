"""What an act on a dossier or a child in it is, and how one is checked.

Where several refusals apply, the first of this order counts: not found, forbidden, already decided, wrong step, invalid, the gates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Generic, TypeVar

from sqlmodel import Session

from acts.engine.act import forbidden, read_values
from models.stop.dossier import StopChild, StopDossier
from notifications.words import WORDS
from rules.shared.refusal import Refused
from rules.shared.repeating import same_again
from rules.shared.values import Given
from rules.stop.asked import Asked, OfDossier
from rules.stop.assignees import acts_of_child
from rules.stop.gates import counts_agree
from rules.stop.route import AT
from rules.stop.status import child_missing, child_status

A = TypeVar("A", bound=OfDossier)


def never(_asked: OfDossier) -> bool:
    """For acts that may be done again, or at any time."""
    return False


def nothing_more(_asked: OfDossier) -> None:
    """For acts whose values need no further check."""


def not_now(asked: OfDossier) -> Refused:
    """An act at the wrong moment: where the child stands."""
    if isinstance(asked, Asked):
        where = f"De jeugdige staat nu op: {WORDS[child_status(asked.child)]}."
        due = acts_of_child(asked.child, child_missing(asked.child, counts_agree(asked.dossier)))
        where += f" Nu aan de beurt: {WORDS[due[0]]}." if due else ""
    else:
        where = "Kijk in het dossier wat nu nodig is."
    return Refused("wrong_step", f"Dit kan nu niet. {where}")


def already_decided() -> Refused:
    """It was recorded before."""
    return Refused("already_decided", "Dit is al vastgelegd. De eerste vastlegging blijft staan.")


@dataclass(frozen=True)
class StopAct(Generic[A]):
    """An act on a dossier (`OfDossier`) or on a child in it (`Asked`)."""

    name: str
    values: type[Given]
    may: Callable[[A], bool]
    who: str  # in Dutch: who may do it
    twice: Callable[[A], bool] = never  # already decided
    wrong: Callable[[A], bool] = never  # not now
    not_now: Callable[[A], Refused] = not_now  # how that is told
    fits: Callable[[A], None] = nothing_more  # raises Refused for a value that does not fit
    seen: Callable[[A], A] = lambda asked: asked  # what the gates look at: which proposal, which day
    gates: tuple[Callable[[A], Refused | None], ...] = ()  # in the order of the document
    planned: Callable[[Session, StopDossier, A, datetime], None] | None = None  # whether it fits what is kept
    clashes: Callable[[Session, StopChild, A], None] | None = None  # with what is kept of other children
    single: str | None = None  # a value that is one child's own: never for a selection


DossierAct = StopAct[OfDossier]
ChildAct = StopAct[Asked]  # at which statuses it is no wrong step stands in rules/stopping.py


def of_receiver(asked: Asked) -> Asked:
    """The gates look at the route of the receiver that acts: the agreed one, or the proposal that waits."""
    routes = (asked.child.agreed, asked.child.waiting)
    return replace(asked, proposal=next((one for one in routes if one and one.receiver == asked.by), None))


def repeated(asked: OfDossier) -> bool:
    """Whether it only says again what was said about this child just before."""
    if not isinstance(asked, Asked) or asked.values is None:
        return False
    return same_again(asked.by, asked.values.model_dump(mode="json"), asked.said, asked.region)


def check(act: StopAct[A], asked: A, clashes: Callable[[A], None] = nothing_more) -> A:
    """Whether this act may happen now: what was asked, with its values. Raises Refused with the code that comes first.

    `clashes` raises it for a value that does not fit what is kept of others.
    """
    if not act.may(asked):
        raise forbidden(act.who)
    asked = replace(asked, values=_shape(act.values, asked))
    if act.twice(asked) or repeated(asked):
        raise already_decided()
    if asked.dossier.closed:
        raise Refused("wrong_step", "Dit dossier is gesloten.")
    if act.wrong(asked) or (isinstance(asked, Asked) and child_status(asked.child) not in AT[act.name]):
        raise act.not_now(asked)
    asked = replace(asked, values=read_values(act.values, asked.given, asked.region, asked.today))
    act.fits(asked)
    clashes(asked)
    asked = act.seen(asked)
    for gate in act.gates:
        if refused := gate(asked):
            raise refused
    return asked


def _shape(kind: type[Given], asked: OfDossier) -> Given | None:
    """The values where they are well-formed, also with a day in the future: what was decided already goes before that."""
    try:
        return read_values(kind, asked.given, asked.region, date.max)
    except Refused:
        return None
