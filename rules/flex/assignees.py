"""Who must act on a case now, with which acts: a row for each step of the route."""

from __future__ import annotations

from collections.abc import Callable

from rules.flex.facts import CaseFacts
from rules.flex.route import STEP_INFO, Step
from rules.shared.assignment import CARE_MEDIATION, Assigned, Party, all_members, contract_managers_of
from rules.shared.region import Region
from rules.shared.roles import TEAM

Assignee = tuple[Party, tuple[str, ...]] | None  # who, with which acts


def nobody(_case: CaseFacts) -> Assignee:
    """Nobody any more, or nobody yet: the route itself goes on."""
    return None


def owner(*acts: str) -> Callable[[CaseFacts], Assignee]:
    """The provider that answers for the case (AMB-25)."""
    return lambda case: (Party(case.owner), acts)


def team(*acts: str) -> Callable[[CaseFacts], Assignee]:
    """Team Zorgbemiddeling (F-25, F-29)."""
    return lambda _case: (CARE_MEDIATION, acts)


def contract_managers(*acts: str) -> Callable[[CaseFacts], Assignee]:
    """The contract manager of the opdracht (F-33, AMB-18)."""
    return lambda case: (contract_managers_of(case.opdracht), acts)


def asked(*acts: str) -> Callable[[CaseFacts], Assignee]:
    """The flex provider with the open request (F-36)."""
    return lambda case: (Party(case.asked), acts) if case.asked else None


def of_allocation(case: CaseFacts) -> Assignee:
    """The referrer, outside the program; after a failed check the owner, after a passed one the flex provider (F-50, AMB-27)."""
    if case.procedure_check is None:
        return Party(case.referrer), ()
    if case.procedure_check or not case.accepted:
        return Party(case.owner), ("record_allocation",)
    return Party(case.accepted), ("record_start",)


ASSIGNEES: dict[Step, Callable[[CaseFacts], Assignee]] = {
    Step.REFERRAL: nobody,
    Step.PROVIDER_CHECK: owner("record_assessment"),
    Step.MEDIATION: team("decide_mediation"),
    Step.TABLE: team("record_table_answers", "move_to_table"),
    Step.APPROVAL: contract_managers("decide_approval"),
    Step.FLEX_SEARCH: asked("record_flex_answer"),
    Step.RE_OFFER: owner("re_offer"),
    Step.HANDOVER: owner("record_handover"),
    Step.ALLOCATION: of_allocation,
    Step.CLOSED: nobody,
}


def assigned(case: CaseFacts) -> tuple[Assigned, ...]:
    """Who must act from the day on which its step began (or its allocation was checked); by its term, meeting or treeknorm."""
    if (found := ASSIGNEES[case.step](case)) is None:
        return ()
    who, acts = found
    due = case.due or case.meets_on or case.treeknorm_date
    since = None if case.step is Step.ALLOCATION and case.procedure_check is not None else case.opened_on
    return (Assigned(who, acts, STEP_INFO[case.step].requirement, due, since, case.urgent),)


def recorders(case: CaseFacts) -> tuple[str, ...]:
    """Who records here what somebody else is waited for: the allocation that the referrer gives (F-50, F-51); else nobody apart."""
    waits_elsewhere = case.step is Step.ALLOCATION and case.procedure_check is None
    return (case.owner, TEAM) if waits_elsewhere else ()


def assignees(case: CaseFacts, region: Region) -> tuple[str, ...]:
    """Who must act now, by id; nobody once the case is closed."""
    return tuple(all_members(assigned(case), region))
