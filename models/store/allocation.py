"""Allocation numbers (JW301): one number of a municipality is one youth's, in the cases and in the dossiers together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from models.flex.case import Case
from models.stop.dossier import StopChild
from models.store.decision import Decision
from rules.flex.route import Outcome


@dataclass(frozen=True)
class Own:
    """A youth: its cases or its case, and the child in a dossier that they are about, where there is one."""

    case: int | None = None
    child: int | None = None


def alone_with(session: Session, municipality: str, number: str) -> None:
    """Whoever records this number at the same moment waits until this transaction ends. On SQLite nobody else writes anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"allocation.{municipality}.{number}"))))


def not_settled(session: Session, municipality: str, number: str, own: Own) -> str | None:
    """The reference of another youth's case or child for which this number is recorded and waits to be settled."""
    waits = select(Decision).where(Decision.act == "record_allocation", col(Decision.settled_at).is_(None))
    for decision in session.exec(waits):
        of_child = decision.child_id is not None
        about = session.get(StopChild, decision.child_id) if of_child else session.get(Case, decision.case_id)
        same = decision.data["number"] == number and about is not None and about.municipality == municipality
        if about and same and not _is(about, own):
            return about.reference
    return None


def holder(session: Session, municipality: str, number: str, own: Own) -> str | None:
    """The reference of another youth that has this number; a case that was withdrawn has none any more."""
    goes_on = or_(col(Case.outcome).is_(None), Case.outcome != Outcome.WITHDRAWN.value)
    cases = select(Case).where(Case.municipality == municipality, Case.allocation_number == number, goes_on)
    children = select(StopChild).where(StopChild.municipality == municipality, StopChild.allocation_number == number)
    having = [*session.exec(cases), *session.exec(children)]
    return next((one.reference for one in having if not _is(one, own)), None)


def _is(one: Case | StopChild, own: Own) -> bool:
    """A child and its own cases are one youth (docs/decisions/0011)."""
    if isinstance(one, StopChild):
        return one.id == own.child
    return one.id == own.case or (own.child is not None and one.stop_child_id == own.child)
