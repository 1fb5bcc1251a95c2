"""Which acts are possible now for somebody, and why each other one is not: by the same checks that are made when it is done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from acts.engine.act import Act, Beginning, Held, SubjectKind, Unsettled, for_whom, offer
from acts.engine.record import not_found
from rules.shared.process import Process, of_reference
from rules.shared.refusal import Refused


@dataclass(frozen=True)
class Offer:
    """An act about one subject. `refused`: why it is not possible now; its sentence says what would open it.

    `requirement`: the number of the sentence that the refusal stands on; that of the act where it is possible.
    `begins`: what is known of its values, for its form.
    """

    act: Act[Any]
    refused: Refused | None
    requirement: str
    begins: Beginning = field(default_factory=Beginning)

    @property
    def possible(self) -> bool:
        """Whether it may be done now, with values that fit."""
        return self.refused is None


def offered(session: Session, reference: str, by: str, now: datetime, person: str | None = None) -> list[Offer]:
    """Every act about this subject, in the order of its process. Raises Refused where there is no such subject.

    `by`: for whom, an organisation or a person with a role; `person`: who would act for that one.

    Holds the subject as an act does: the answer is true until the transaction ends.
    """
    process = of_reference(reference)
    kept = process.subjects if process else ()
    for label, table in kept:
        if process and session.exec(select(table.reference).where(table.reference == reference)).first():
            acts = [act for act in process.acts.values() if act.kind and act.kind.label == label]
            kinds = {act.kind: act for act in acts}
            held = {kind: _held(session, kind, act, reference, by, now) for kind, act in kinds.items() if kind}
            return [_offer(process, act, held[act.kind], person) for act in acts if act.kind]
    raise Refused("not_found", f"Er is niets met kenmerk {reference}.", "reference")


def _held(
    session: Session, kind: SubjectKind[Any], act: Act[Any], reference: str, by: str, now: datetime
) -> Held[Any] | Refused | Unsettled:
    """The subject, held once for all acts of its kind: without values none of them says the same as what was said before."""
    try:
        return kind.hold(session, [reference], act, by, {}, now).get(reference) or not_found(kind, reference)
    except (Refused, Unsettled) as why:
        return why


def _offer(process: Process, act: Act[Any], held: Held[Any] | Refused | Unsettled, person: str | None) -> Offer:
    refused, of_act = _why_not(act, held, person), process.requirements[act.name]
    requirement = (refused and (refused.requirement or process.refusals.get(refused.code))) or of_act
    asked = for_whom(act, replace(held.asked, person=person)) if isinstance(held, Held) else None
    begins = act.begins(asked) if asked and act.may(asked) else Beginning()
    return Offer(act, refused, requirement, begins)


def _why_not(act: Act[Any], held: Held[Any] | Refused | Unsettled, person: str | None) -> Refused | None:
    if isinstance(held, Unsettled):
        return Refused("already_decided", "Een eerder besluit wordt nog verwerkt. Kijk zo opnieuw.")
    if isinstance(held, Refused):
        return held
    try:
        offer(act, replace(held.asked, person=person))
    except Refused as refused:
        return refused
    return None
