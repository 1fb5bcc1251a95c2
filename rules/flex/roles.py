"""Who may do what (A.8). An act by anybody else is refused, an administrator's included: there is no other door."""

from __future__ import annotations

from collections.abc import Callable

from rules.flex.facts import CaseFacts
from rules.shared.region import Region
from rules.shared.roles import TEAM, is_care_mediator

MayAct = Callable[[str, CaseFacts, Region], bool]


def care_mediator(who: str, _facts: CaseFacts, region: Region) -> bool:
    """Any care mediator (F-25)."""
    return is_care_mediator(who, region)


def owner(who: str, facts: CaseFacts, _region: Region) -> bool:
    """The provider that answers for the case: asked to assess, explains, hands over, offers again (AMB-25)."""
    return who == facts.owner


def contract_manager(who: str, facts: CaseFacts, region: Region) -> bool:
    """The contract manager of the opdracht (F-33, AMB-18)."""
    return who in region.contract_managers(facts.opdracht)


def asked_flex_or_mediator(who: str, facts: CaseFacts, region: Region) -> bool:
    """The flex provider that was asked in this round, or a care mediator for it (F-36)."""
    return is_care_mediator(who, region) or who == facts.asked or who in facts.flex_answers


def accepted_flex(who: str, facts: CaseFacts, _region: Region) -> bool:
    """The flex provider that accepted in this round (F-36, F-50)."""
    return facts.flex_answers.get(who, False)


def owner_or_mediator(who: str, facts: CaseFacts, region: Region) -> bool:
    """The owner or a care mediator: who may record an allocation (F-51)."""
    return owner(who, facts, region) or is_care_mediator(who, region)


def anyone_involved(who: str, facts: CaseFacts, region: Region) -> bool:
    """The referrer, the owner or a care mediator: who may withdraw (AMB-30)."""
    return who == facts.referrer or owner_or_mediator(who, facts, region)


def provider_with_subcontractors(who: str, _facts: CaseFacts, region: Region) -> bool:
    """A provider that has contracted subcontractors; whose statement it is, is checked with the value (AMB-21)."""
    return who in region.organisation and bool(region.organisation[who].subcontractors)


def waiting_for(facts: CaseFacts, region: Region) -> tuple[str, ...]:
    """Who must act now; nobody once the case is closed."""
    match facts.step.value:
        case "referral" | "closed":
            return ()
        case "provider_check" | "re_offer" | "handover":
            return (facts.owner,)
        case "mediation" | "table":
            return (TEAM,)
        case "approval":
            return region.contract_managers(facts.opdracht)
        case "flex_search":
            return (facts.asked,) if facts.asked else ()
        case (
            _
        ):  # allocation: the referrer; after a failed check the owner, after a passed one the flex provider (AMB-27)
            if facts.procedure_check is None:
                return (facts.referrer,)
            return (facts.owner,) if facts.procedure_check or not facts.accepted else (facts.accepted,)
