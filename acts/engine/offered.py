"""Which acts are possible now for somebody, and for each other one why not: by the same checks that will be made when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from acts.engine.act import Act, Unsettled, offer
from acts.engine.record import not_found
from rules.shared.process import of_reference
from rules.shared.refusal import Refused


@dataclass(frozen=True)
class Offer:
    """An act about one subject. `refused`: why it is not possible now; its sentence says what would open it."""

    act: Act[Any]
    refused: Refused | None

    @property
    def possible(self) -> bool:
        """Whether it may be done now, with values that fit."""
        return self.refused is None


def offered(session: Session, reference: str, by: str, now: datetime) -> list[Offer]:
    """Every act about this subject, in the order of its process. Raises Refused where there is no such subject.

    Holds the subject as an act does: the answer is true until the transaction ends.
    """
    process = of_reference(reference)
    kept = process.subjects if process else ()
    for label, table in kept:
        if process and session.exec(select(table.reference).where(table.reference == reference)).first():
            acts = [act for act in process.acts.values() if act.kind and act.kind.label == label]
            return [Offer(act, _why_not(session, act, reference, by, now)) for act in acts]
    raise Refused("not_found", f"Er is niets met kenmerk {reference}.", "reference")


def _why_not(session: Session, act: Act[Any], reference: str, by: str, now: datetime) -> Refused | None:
    assert act.kind  # noqa: S101 - of those that have none nobody asks
    try:
        held = act.kind.hold(session, [reference], act, by, {}, now).get(reference) or not_found(act.kind, reference)
        if isinstance(held, Exception):
            raise held
        offer(act, held.asked)
    except Refused as refused:
        return refused
    except Unsettled:
        return Refused("already_decided", "Een eerder besluit wordt nog verwerkt. Kijk zo opnieuw.")
    return None
