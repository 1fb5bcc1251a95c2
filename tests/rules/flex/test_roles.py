"""Who may do what, and who must act now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from processes.flex import FLEX
from rules.flex import roles
from rules.flex.asked import OfCase
from rules.flex.assignees import ASSIGNEES, assigned, assignees, recorders
from rules.flex.facts import CaseFacts
from rules.flex.route import STEP_INFO, Step, acts_at
from rules.shared import roles as shared_roles
from rules.shared.assignment import members
from rules.shared.region import Region
from rules.shared.roles import TEAM
from tests.support.facts import a_case
from tests.support.parties import MEDIATORS

ALL_KINDS = [
    "sys-noord", "sys-zuid", "prest-west", "oa-klein", "flex-anker", "flex-dubbel", "ref-lt", "ref-gp", "ref-gi",
    "toegang-rotterdam", "heidehof", "tz-anna", "tz-bram", "cm-bc", "cm-c1", "cm-e", "beheer", TEAM, "nobody", "",
]  # fmt: skip


def asked(who: str, region: Region, **known: Any) -> OfCase:
    return OfCase(region, who, date(2026, 3, 9), {}, case=a_case(**known))


def allowed(may: Callable[[OfCase], bool], region: Region, **known: Any) -> set[str]:
    return {who for who in ALL_KINDS if may(asked(who, region, **known))}


CARE_MEDIATORS = {*MEDIATORS}


@pytest.mark.parametrize(
    ("may", "who"),
    [
        (shared_roles.is_referrer, {"ref-lt", "ref-gp", "ref-gi"}),
        (shared_roles.is_care_mediator, CARE_MEDIATORS),
        (shared_roles.is_scheduler, set()),
    ],
)
def test_a_role_is_what_the_region_says(region: Region, may: Callable[[str, Region], bool], who: set[str]) -> None:
    """F-14, F-15, F-16, F-25: the three kinds of legal referrers; care mediators are people."""
    assert {ident for ident in ALL_KINDS if may(ident, region)} == who


def test_a_scheduler_is_a_person_with_that_role(region: Region) -> None:
    """AMB-13: a scheduler prepares tables and calls flex providers; it decides nothing."""
    rows = [{**p.model_dump(), **({"roles": ["scheduler"]} if p.id == "tz-bram" else {})} for p in region.people]
    own = Region.model_validate({**region.model_dump(by_alias=True), "people": rows})
    assert shared_roles.is_scheduler("tz-bram", own)
    assert not shared_roles.is_care_mediator("tz-bram", own)
    assert not roles.care_mediator(asked("tz-bram", own))


@pytest.mark.parametrize("referrer", ["ref-lt", "ref-gp", "ref-gi"])
def test_the_route_is_the_same_whoever_refers(region: Region, referrer: str) -> None:
    """F-13, F-14, F-15, F-16: at every step the same people act; only the referrer itself differs."""
    for step in Step:
        case = a_case(step=step, referrer=referrer, asked="flex-anker", accepted="flex-anker")
        usual = assignees(a_case(step=step, asked="flex-anker", accepted="flex-anker"), region)
        assert assignees(case, region) == tuple(referrer if who == "ref-lt" else who for who in usual)


def test_team_zorgbemiddeling_decides_what_it_decides(region: Region) -> None:
    """F-25, F-26, AMB-02, AMB-05, AMB-32: any care mediator and nobody else."""
    assert allowed(roles.care_mediator, region) == CARE_MEDIATORS


def test_the_owner_answers_for_the_case(region: Region) -> None:
    """F-19, F-39, F-40, AMB-25: only the provider that received the referral."""
    assert allowed(roles.owner, region) == {"sys-noord"}
    assert allowed(roles.owner, region, owner="prest-west") == {"prest-west"}


@pytest.mark.parametrize(
    ("opdracht", "who"),
    [("B", {"cm-bc"}), ("C", {"cm-bc"}), ("C2", {"cm-bc"}), ("C1", {"cm-c1"}), ("E", {"cm-e"}), ("A", {"beheer"})],
)
def test_the_contract_manager_of_the_opdracht_judges(region: Region, opdracht: str, who: set[str]) -> None:
    """F-33, F-34, AMB-18: no other manager; contract administration only where nobody has the opdracht."""
    assert allowed(roles.contract_manager, region, opdracht=opdracht) == who
    assert assignees(a_case(step=Step.APPROVAL, opdracht=opdracht), region) == tuple(who)


def test_the_flex_provider_that_is_asked_answers(region: Region) -> None:
    """F-36, F-80, AMB-23: or a care mediator for it; one that answered in this round is known, another is not."""
    assert allowed(roles.asked_flex_or_mediator, region) == CARE_MEDIATORS
    assert allowed(roles.asked_flex_or_mediator, region, asked="flex-anker") == CARE_MEDIATORS | {"flex-anker"}
    answered = {"asked": "flex-dubbel", "flex_answers": {"flex-anker": False}}
    assert allowed(roles.asked_flex_or_mediator, region, **answered) == CARE_MEDIATORS | {"flex-anker", "flex-dubbel"}


def test_only_the_flex_provider_that_accepted_goes_on(region: Region) -> None:
    """F-36, F-40, F-50: it reports that it cannot, or starts; one that declined does not."""
    assert allowed(roles.accepted_flex, region, flex_answers={"flex-anker": False, "flex-dubbel": True}) == {
        "flex-dubbel"
    }
    assert allowed(roles.accepted_flex, region, asked="flex-anker") == set()


def test_owner_and_mediators_record_an_allocation(region: Region) -> None:
    """F-51, AMB-16: the owner or the table's people; not the referrer that issued it."""
    assert allowed(roles.owner_or_mediator, region) == CARE_MEDIATORS | {"sys-noord"}


def test_referrer_owner_and_mediators_may_withdraw(region: Region) -> None:
    """AMB-30: the referrer of this case, no other."""
    assert allowed(roles.anyone_involved, region) == CARE_MEDIATORS | {"sys-noord", "ref-lt"}


def test_a_statement_is_taken_back_by_a_provider_with_subcontractors(region: Region) -> None:
    """F-37, AMB-21: the subcontractor speaks through the provider that contracted it."""
    assert allowed(roles.provider_with_subcontractors, region) == {"sys-noord", "sys-zuid", "prest-west"}


@pytest.mark.parametrize(
    ("step", "known", "who"),
    [
        (Step.PROVIDER_CHECK, {}, ("sys-noord",)),
        (Step.MEDIATION, {}, (TEAM,)),
        (Step.TABLE, {}, (TEAM,)),
        (Step.APPROVAL, {}, ("cm-bc",)),
        (Step.FLEX_SEARCH, {"asked": "flex-anker"}, ("flex-anker",)),
        (Step.FLEX_SEARCH, {}, ()),
        (Step.RE_OFFER, {}, ("sys-noord",)),
        (Step.HANDOVER, {"accepted": "flex-anker"}, ("sys-noord",)),
        (Step.ALLOCATION, {"accepted": "flex-anker"}, ("ref-lt",)),
        (Step.ALLOCATION, {"accepted": "flex-anker", "procedure_check": ("wrong_deliverer",)}, ("sys-noord",)),
        (Step.ALLOCATION, {"accepted": "flex-anker", "procedure_check": ()}, ("flex-anker",)),
        (Step.CLOSED, {"accepted": "flex-anker"}, ()),
        (Step.REFERRAL, {}, ()),
    ],
)
def test_somebody_is_waited_for(region: Region, step: Step, known: dict[str, Any], who: tuple[str, ...]) -> None:
    """F-21, F-25, F-29, F-34, F-36, F-39, F-40, F-50, AMB-27: who must act at each step; nobody once closed."""
    assert assignees(a_case(step=step, **known), region) == who


@pytest.mark.parametrize(
    ("step", "check", "since"),
    [
        (Step.APPROVAL, None, date(2026, 3, 9)),
        (Step.ALLOCATION, None, date(2026, 3, 9)),
        (Step.ALLOCATION, ("wrong_deliverer",), None),
        (Step.ALLOCATION, (), None),
    ],
)
def test_since_when_it_waits(step: Step, check: tuple[str, ...] | None, since: date | None) -> None:
    """F-42, F-50: since the step began; after the check of an allocation since somebody else must act."""
    case = a_case(step=step, procedure_check=check, accepted="flex-anker", opened_on=date(2026, 3, 9))
    assert [one.since for one in assigned(case)] == [since]


@pytest.mark.parametrize("step", [Step.HANDOVER, Step.ALLOCATION, Step.CLOSED])
@pytest.mark.parametrize("check", [None, ("wrong_deliverer",), ()])
def test_who_records_what_the_referrer_gives(step: Step, check: tuple[str, ...] | None) -> None:
    """F-50, F-51: an allocation comes from outside; a provider or the team types it in."""
    waits = step is Step.ALLOCATION and check is None
    assert recorders(a_case(step=step, procedure_check=check)) == (("sys-noord", TEAM) if waits else ())


@pytest.mark.parametrize("check", [None, ("wrong_deliverer",), ()])
@pytest.mark.parametrize("step", list(Step))
def test_an_assignee_may_do_what_is_asked(region: Region, step: Step, check: tuple[str, ...] | None) -> None:
    """F-42, F-50: only acts that the step asks for and that this party may do; a referrer allocates outside the program."""
    known: dict[str, Any] = {"step": step, "asked": "flex-anker", "accepted": "flex-anker", "procedure_check": check}
    known["flex_answers"] = {"flex-anker": True}
    for one in assigned(a_case(**known)):
        assert one.requirement == STEP_INFO[step].requirement
        assert {*one.acts} <= {*acts_at(step)}
        assert one.acts or one.party.organisation == "ref-lt"
        [who] = members(one.party, region)
        who = "tz-anna" if who == TEAM else who
        assert all(FLEX.acts[act].may(asked(who, region, **known)) for act in one.acts)


def test_every_step_says_who_must_act() -> None:
    """F-42: no step is left out."""
    assert [*ASSIGNEES] == [*Step]


@pytest.mark.parametrize("step", [step for step in Step if step not in (Step.REFERRAL, Step.CLOSED)])
def test_no_open_case_waits_for_nobody(region: Region, step: Step) -> None:
    """F-42: at every step between referral and end there is somebody to ask about the case."""
    case: CaseFacts = a_case(step=step, asked="flex-anker", accepted="flex-anker")
    assert assignees(case, region)
