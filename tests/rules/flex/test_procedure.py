"""The flex provider's check, and the gate before the start."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.flex.procedure import (
    NO_APPROVAL,
    NO_TABLE_ASSESSMENT,
    WRONG_DELIVERER,
    may_deliver,
    may_start,
    procedure_check,
)
from rules.shared.region import Region
from tests.support.facts import a_case, contract, with_organisation

ON = date(2026, 3, 24)
FOLLOWED: dict[str, Any] = {"assessed_round": 1, "approved_round": 1}


@pytest.mark.parametrize(
    ("delivered_by", "may"),
    [
        ("provider", True),
        ("table", True),
        ("sys-noord", True),  # the owner by its id
        ("sys-zuid", True),  # any system provider
        ("prest-west", True),  # and any performance provider
        ("flex-anker", False),
        ("ref-lt", False),
        ("ref-gi", False),
        ("toegang-rotterdam", False),
        ("oa-klein", False),
        ("heidehof", False),  # has no contract
        ("cm-bc", False),
        ("", False),
        ("nobody", False),
    ],
)
def test_only_providers_and_the_table_deliver(region: Region, delivered_by: str, may: bool) -> None:
    """F-18, F-51, F-82, AMB-16, AMB-17: the referrer issues the allocation, somebody else hands it over."""
    assert may_deliver(delivered_by, "sys-noord", region, ON) is may
    expected = () if may else (WRONG_DELIVERER,)
    assert procedure_check(a_case(**FOLLOWED), delivered_by, ON, region) == expected


@pytest.mark.parametrize(("on", "may"), [("2026-12-31", True), ("2027-01-01", False)])
def test_a_provider_delivers_while_its_contract_holds(region: Region, on: str, may: bool) -> None:
    """F-18, F-51: Zonnewende is a system provider until the end of 2026."""
    assert may_deliver("zonnewende", "sys-noord", region, date.fromisoformat(on)) is may


def test_a_flex_provider_that_is_a_system_provider_too_may_deliver(region: Region) -> None:
    """F-51, AMB-17: what counts is that it is a system provider, not what else it is."""
    both = with_organisation(region, "flex-anker", contracts=[contract("flex", "B"), contract("system", "C2")])
    assert may_deliver("flex-anker", "sys-noord", both, ON)


@pytest.mark.parametrize(
    ("known", "delivered_by", "failing"),
    [
        (FOLLOWED, "provider", ()),
        ({"assessed_round": 1}, "provider", (NO_APPROVAL,)),
        ({"approved_round": 1}, "provider", (NO_TABLE_ASSESSMENT,)),
        ({}, "ref-lt", (NO_TABLE_ASSESSMENT, NO_APPROVAL, WRONG_DELIVERER)),
        ({**FOLLOWED, "round": 2}, "table", (NO_TABLE_ASSESSMENT, NO_APPROVAL)),  # those of round 1 are old
        ({"round": 2, "assessed_round": 2, "approved_round": 1}, "table", (NO_APPROVAL,)),
        ({"round": 2, "assessed_round": 2, "approved_round": 2}, "table", ()),
    ],
)
def test_the_check_names_what_is_missing(
    region: Region, known: dict[str, Any], delivered_by: str, failing: tuple[str, ...]
) -> None:
    """F-11, F-12, F-50, F-51, AMB-24: table, approval, deliverer, of this round."""
    assert procedure_check(a_case(**known), delivered_by, ON, region) == failing


@given(
    number=st.integers(1, 3),
    assessed=st.integers(0, 3),
    approved=st.integers(0, 3),
    delivered_by=st.sampled_from(["provider", "table", "sys-zuid", "ref-lt", "flex-anker", "nobody"]),
)
def test_the_check_passes_only_with_all_three(
    region: Region, number: int, assessed: int, approved: int, delivered_by: str
) -> None:
    """F-11, F-50, F-51, AMB-24: passed is: assessed, approved, in this round, and delivered by a provider or the table."""
    case = a_case(round=number, assessed_round=assessed, approved_round=approved)
    failing = procedure_check(case, delivered_by, ON, region)
    right = delivered_by in ("provider", "table", "sys-zuid")
    assert (failing == ()) == (assessed == number and approved == number and right)
    assert (NO_TABLE_ASSESSMENT in failing, NO_APPROVAL in failing) == (assessed != number, approved != number)


def test_a_judgement_holds_in_its_own_round() -> None:
    """F-12, F-38, F-40, AMB-24: a case that comes back is assessed and approved anew."""
    case = a_case(**FOLLOWED)
    assert (case.table_assessed, case.approved) == (True, True)
    assert (replace(case, round=2).table_assessed, replace(case, round=2).approved) == (False, False)
    assert (a_case().table_assessed, a_case().approved) == (False, False)


@given(
    check=st.sampled_from([None, (), (WRONG_DELIVERER,), (NO_APPROVAL, WRONG_DELIVERER)]),
    handed=st.booleans(),
    allocated=st.booleans(),
)
def test_the_start_needs_check_handover_and_allocation(
    check: tuple[str, ...] | None, handed: bool, allocated: bool
) -> None:
    """F-11, F-39, F-50, F-81, F-82, AMB-26, AMB-27: gate 5 opens with all three only, and says what is missing first."""
    case = a_case(
        procedure_check=check, handed_over_on=ON if handed else None, allocation_number="1" if allocated else None
    )
    if not check and handed and allocated:
        assert may_start(case) is None
        return
    refused = may_start(case)
    assert refused
    missing = ["procedure_check_failed"] * bool(check) + ["handover_missing"] * (not handed) + ["allocation_missing"]
    assert refused.code == missing[0]
    assert refused.message
