"""Who may do what (A.8). An act by anybody else is refused, an administrator's included: there is no other door."""

from __future__ import annotations

from rules.flex.asked import OfCase
from rules.flex.correcting import unanswered
from rules.shared.roles import is_care_mediator


def care_mediator(asked: OfCase) -> bool:
    """Any care mediator (F-25)."""
    return is_care_mediator(asked.by, asked.region)


def owner(asked: OfCase) -> bool:
    """The provider that answers for the case: asked to assess, explains, hands over, offers again (AMB-25)."""
    return asked.by == asked.case.owner


def contract_manager(asked: OfCase) -> bool:
    """The contract manager of the opdracht (F-33, AMB-18)."""
    return asked.by in asked.region.contract_managers(asked.case.opdracht)


def asked_flex_or_mediator(asked: OfCase) -> bool:
    """The flex provider that was asked in this round, or a care mediator for it (F-36)."""
    return care_mediator(asked) or asked.by == asked.case.asked or asked.by in asked.case.flex_answers


def accepted_flex(asked: OfCase) -> bool:
    """The flex provider that accepted in this round (F-36, F-50)."""
    return asked.case.flex_answers.get(asked.by, False)


def owner_or_mediator(asked: OfCase) -> bool:
    """The owner or a care mediator: who may record an allocation (F-51)."""
    return owner(asked) or care_mediator(asked)


def anyone_involved(asked: OfCase) -> bool:
    """The referrer, the owner or a care mediator: who may withdraw (AMB-30)."""
    return asked.by == asked.case.referrer or owner_or_mediator(asked)


def corrector(asked: OfCase) -> bool:
    """A care mediator, or the referrer as long as nobody answered."""
    return care_mediator(asked) or (asked.by == asked.case.referrer and unanswered(asked.case))


def provider_with_subcontractors(asked: OfCase) -> bool:
    """A provider that has contracted subcontractors; whose statement it is, is checked with the value (AMB-21)."""
    return asked.by in asked.region.organisation and bool(asked.region.organisation[asked.by].subcontractors)
