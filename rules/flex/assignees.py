"""Who must act on a case now: a row for each step of the route."""

from __future__ import annotations

from collections.abc import Callable

from rules.flex.facts import CaseFacts
from rules.flex.route import Step
from rules.shared.region import Region
from rules.shared.roles import TEAM

Assignees = Callable[[CaseFacts, Region], tuple[str, ...]]


def nobody(_case: CaseFacts, _region: Region) -> tuple[str, ...]:
    """Nobody any more, or nobody yet: the route itself goes on."""
    return ()


def owner(case: CaseFacts, _region: Region) -> tuple[str, ...]:
    """The provider that answers for the case (AMB-25)."""
    return (case.owner,)


def team(_case: CaseFacts, _region: Region) -> tuple[str, ...]:
    """Team Zorgbemiddeling (F-25, F-29)."""
    return (TEAM,)


def contract_managers(case: CaseFacts, region: Region) -> tuple[str, ...]:
    """The contract manager of the opdracht (F-33, AMB-18)."""
    return region.contract_managers(case.opdracht)


def asked(case: CaseFacts, _region: Region) -> tuple[str, ...]:
    """The flex provider with the open request (F-36)."""
    return (case.asked,) if case.asked else ()


def of_allocation(case: CaseFacts, _region: Region) -> tuple[str, ...]:
    """The referrer; after a failed check the owner, after a passed one the flex provider (F-50, AMB-27)."""
    if case.procedure_check is None:
        return (case.referrer,)
    return (case.owner,) if case.procedure_check or not case.accepted else (case.accepted,)


ASSIGNEES: dict[Step, Assignees] = {
    Step.REFERRAL: nobody,
    Step.PROVIDER_CHECK: owner,
    Step.MEDIATION: team,
    Step.TABLE: team,
    Step.APPROVAL: contract_managers,
    Step.FLEX_SEARCH: asked,
    Step.RE_OFFER: owner,
    Step.HANDOVER: owner,
    Step.ALLOCATION: of_allocation,
    Step.CLOSED: nobody,
}


def assignees(case: CaseFacts, region: Region) -> tuple[str, ...]:
    """Who must act now, by id; nobody once the case is closed."""
    return ASSIGNEES[case.step](case, region)
