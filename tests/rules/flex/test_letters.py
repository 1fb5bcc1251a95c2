"""Who gets which letter."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.flex.details import Detail, chosen_details, is_number
from rules.flex.letters import AGENDA, AGENDA_CANCELLED, RECIPIENTS, also_told_of_withdrawal, recipients
from rules.flex.route import Step
from rules.shared.region import Region
from rules.shared.roles import TEAM
from tests.support.facts import a_case

ASKED = {"asked": "flex-anker"}
ACCEPTED = {"accepted": "flex-anker"}


@pytest.mark.parametrize(
    ("kind", "known", "expected"),
    [
        ("referral_received", {}, ["ref-lt"]),
        ("assessment_request", {}, ["sys-noord"]),
        ("assessment_reminder", {}, ["sys-noord"]),
        ("assessment_overdue", {}, ["sys-noord", TEAM, "ref-lt"]),
        ("assessment_outcome", {}, ["ref-lt"]),
        ("escalation", {}, [TEAM]),
        ("direct_flex_rejected", {}, ["ref-lt"]),
        ("approval_request", {}, ["cm-bc"]),
        ("approval_reminder", {}, ["cm-bc"]),
        ("approval_decision", {}, [TEAM, "sys-noord"]),
        ("flex_request", ASKED, ["flex-anker"]),
        ("flex_reminder", ASKED, ["flex-anker"]),
        ("flex_answer", ASKED, [TEAM]),
        ("re_offered", {}, [TEAM]),
        ("handover_request", ACCEPTED, ["sys-noord", "flex-anker"]),
        ("handover_done", ACCEPTED, ["flex-anker", TEAM]),
        ("allocation_request", ACCEPTED, ["ref-lt"]),
        ("procedure_check_failed", ACCEPTED, [TEAM, "cm-bc"]),
        ("start_allowed", ACCEPTED, ["flex-anker"]),
        ("placement", {}, ["sys-noord"]),
        ("status_to_referrer", {}, ["ref-lt"]),
        ("withdrawn", {}, ["sys-noord", "ref-lt"]),
        ("many_rounds", {}, [TEAM, "cm-bc"]),
        ("corrected", {}, []),
    ],
)
def test_each_letter_goes_to_its_readers(region: Region, kind: str, known: dict[str, Any], expected: list[str]) -> None:
    """F-10, F-22, F-24, F-26, F-33, F-35, F-36, F-38, F-39, F-40, AMB-27, AMB-29, AMB-34: the list of A.10, no more and no less."""
    assert sorted(recipients(kind, a_case(**known), region)) == sorted(expected)


def test_these_are_all_the_letters() -> None:
    """F-23, AMB-33: no letter goes into the message traffic, and none to child or family."""
    assert len(RECIPIENTS) == 24
    assert {party for parties in RECIPIENTS.values() for party in parties} == {
        "owner",
        "team",
        "referrer",
        "manager",
        "flex",
    }
    assert not {AGENDA, AGENDA_CANCELLED} & RECIPIENTS.keys()


def test_contract_administration_reads_where_nobody_has_the_opdracht(region: Region) -> None:
    """F-33, AMB-18: the request for judgement is never lost."""
    assert recipients("approval_request", a_case(opdracht="A"), region) == ("beheer",)
    assert recipients("approval_request", a_case(opdracht="C1"), region) == ("cm-c1",)


def test_all_managers_of_an_opdracht_read(region: Region) -> None:
    """F-33, AMB-18: where two have it, both are asked."""
    rows = [{**p.model_dump(), **({"opdrachten": ["E", "B"]} if p.id == "cm-e" else {})} for p in region.people]
    both = Region.model_validate({**region.model_dump(by_alias=True), "people": rows})
    assert recipients("approval_request", a_case(), both) == ("cm-bc", "cm-e")


@pytest.mark.parametrize(
    ("step", "known", "who"),
    [
        (Step.PROVIDER_CHECK, {}, ()),
        (Step.MEDIATION, {}, ()),
        (Step.TABLE, {}, ()),
        (Step.APPROVAL, {}, ("cm-bc",)),
        (Step.FLEX_SEARCH, ASKED, ("flex-anker",)),
        (Step.HANDOVER, ACCEPTED, ("flex-anker",)),
        (Step.ALLOCATION, ACCEPTED, ("flex-anker",)),
        (Step.RE_OFFER, {}, ()),
    ],
)
def test_who_has_a_request_hears_of_a_withdrawal(
    region: Region, step: Step, known: dict[str, Any], who: tuple[str, ...]
) -> None:
    """AMB-30: the manager that judges, the flex provider that is asked or that accepted."""
    assert also_told_of_withdrawal(a_case(step=step, **known), region) == who


@given(
    kind=st.sampled_from(sorted(RECIPIENTS)),
    opdracht=st.sampled_from(["A", "B", "C1", "E"]),
    flex=st.sampled_from([{}, ASKED, ACCEPTED]),
    referrer=st.sampled_from(["ref-lt", "ref-gp", "ref-gi"]),
)
def test_every_reader_has_an_address(
    region: Region, kind: str, opdracht: str, flex: dict[str, str], referrer: str
) -> None:
    """F-23, AMB-33: everybody once, everybody an organisation, person or mailbox of the region."""
    readers = recipients(kind, a_case(opdracht=opdracht, referrer=referrer, **flex), region)
    assert len(set(readers)) == len(readers)
    assert all("@" in region.mail_of(reader) for reader in readers)
    assert readers or not RECIPIENTS[kind] or (RECIPIENTS[kind] == ("flex",) and not flex)


@given(st.text(max_size=50))
def test_an_own_number_is_a_number(typed: str) -> None:
    """C.4: what somebody made up stands in a letter only where it cannot be a name: with a digit, without spaces or long words."""
    known = chosen_details({"own_number": typed}, get_args(Detail))
    assert known == ({"own_number": typed} if is_number(typed) else {})
    assert not is_number(f"{typed} {typed}")
    assert not is_number(f"Kornoelje{typed}1")


@given(st.sets(st.sampled_from(get_args(Detail))))
def test_a_letter_has_the_facts_that_the_region_chose(chosen: set[Detail]) -> None:
    """C.4: those that are known."""
    known: dict[Detail, str] = dict.fromkeys(get_args(Detail), "1")
    assert set(chosen_details(known, chosen)) == chosen
    assert chosen_details({}, chosen) == {}


@pytest.mark.parametrize("number", ["WT-2026.0041", "41", "A/12", "gi_7"])
def test_usual_numbers(number: str) -> None:
    """C.4."""
    assert is_number(number)
