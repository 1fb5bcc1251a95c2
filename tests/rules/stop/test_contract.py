"""The gate on contracts (A.12, gate 6): who may take over a child, in the order of the region."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.shared.region import Region
from rules.stop import gates as stop_gates
from rules.stop.facts import DossierFacts, FlexCase, Proposal
from rules.stop.route import Route
from rules.stop.status import child_missing
from tests.support.facts import DAYS, changed, contract, with_organisation
from tests.support.parties import RECEIVER, STOPPER
from tests.support.stop_facts import EXAMPLES, TODAY, TRANSFER, a_child, a_dossier, asked, code

GOING, COMING = "bijna-weg", "straks"  # whose contract ends, and begins


@pytest.fixture(scope="module")
def market(region: Region) -> Region:
    """The region with contracts that begin and end, of every kind."""

    def contract(kind: str, forms: list[str], since: str, until: str) -> dict[str, Any]:
        return {"kind": kind, "opdrachten": ["B"], "from": since, "to": until, "care_forms": forms}

    form = "outpatient_individual"
    region = with_organisation(region, GOING, contracts=[contract("system", [form], "2023-01-01", "2026-10-15")])
    region = with_organisation(region, COMING, contracts=[contract("performance", [form], "2026-10-15", "2028-12-31")])
    both = [
        contract("flex", [form], "2023-01-01", "2028-12-31"),
        contract("system", ["other"], "2023-01-01", "2028-12-31"),
    ]
    return with_organisation(region, "flex-en-systeem", contracts=both)


# contract


@pytest.mark.parametrize(
    ("receiver", "care_form", "day", "holds"),
    [
        (RECEIVER, "outpatient_individual", "2026-10-01", True),
        (RECEIVER, "family_home", "2026-10-01", False),  # not for this care
        ("prest-west", "outpatient_group", "2026-10-01", True),  # a performance contract is as good
        ("sys-zuid", "family_home", "2028-12-31", True),  # the last day
        ("sys-zuid", "family_home", "2029-01-01", False),
        ("heidehof", "outpatient_individual", "2026-10-01", False),  # none at all
        ("flex-anker", "outpatient_individual", "2026-10-01", False),
        ("flex-en-systeem", "outpatient_individual", "2026-10-01", False),  # for this care only as flex provider
        ("flex-en-systeem", "other", "2026-10-01", True),
        (GOING, "outpatient_individual", "2026-10-15", True),
        (GOING, "outpatient_individual", "2026-10-16", False),
        (COMING, "outpatient_individual", "2026-10-14", False),
        (COMING, "outpatient_individual", "2026-10-15", True),
        (STOPPER, "outpatient_individual", "2026-10-01", True),
        (STOPPER, "outpatient_individual", "2027-01-01", False),
    ],
)
def test_who_has_a_contract(market: Region, receiver: str, care_form: str, day: str, holds: bool) -> None:
    """S-27, S-29, S-37: a system or performance contract with the care form, in force on that day; flex is none."""
    assert stop_gates.contracted(market, receiver, care_form, date.fromisoformat(day)) is holds


@pytest.mark.parametrize("along", [False, True])
@pytest.mark.parametrize(
    ("receiver", "on", "closed"),
    [
        (None, None, False),  # nobody takes over
        (RECEIVER, None, False),
        ("heidehof", None, True),
        ("flex-anker", None, True),
        (STOPPER, None, True),  # not to itself, contract or no contract
        (GOING, None, False),
        (GOING, "2026-10-16", True),  # on the day of the start it has none any more
        (COMING, None, True),
        (COMING, "2026-10-15", False),
    ],
)
def test_gate_contract(market: Region, along: bool, receiver: str | None, on: str | None, closed: bool) -> None:
    """Gate 6, S-10, S-27, S-29: on the day of the act, or of the start; moving along with employees makes no exception."""
    proposal = Proposal(Route.FINISH if along else Route.TRANSFER, receiver, along)
    day = date.fromisoformat(on) if on else None
    answer = stop_gates.contract(asked(market, proposal=proposal, on=day))
    assert code(answer) == ("not_contracted" if closed else "")


def test_gate_contract_without_a_proposal(region: Region) -> None:
    """S-29: nothing is proposed, so nobody needs a contract."""
    assert stop_gates.contract(asked(region)) is None


@pytest.mark.parametrize(
    ("receiver", "accepted", "opdracht", "on", "closed"),
    [
        ("flex-anker", None, "B", None, True),
        ("flex-anker", "flex-dubbel", "B", None, True),
        ("flex-anker", "flex-anker", "B", None, False),
        ("flex-anker", "flex-anker", "E", None, True),  # no flex contract for what the case asks
        ("flex-anker", "flex-anker", "B", date(2028, 12, 31), False),
        ("flex-anker", "flex-anker", "B", date(2029, 1, 1), True),
        ("heidehof", "flex-anker", "B", None, True),
        (STOPPER, STOPPER, "B", None, True),
    ],
)
def test_gate_contract_and_the_flex_route(
    region: Region, receiver: str, accepted: str | None, opdracht: str, on: date | None, closed: bool
) -> None:
    """Gates 1 and 6, F-36, S-29: a flex provider only for the child that it accepted, while its contract holds; never who stops."""
    market = with_organisation(region, STOPPER, contracts=[contract("flex", "B")])
    child = a_child(flex=FlexCase("ZB-2026-000001", opdracht, accepted=accepted))
    answer = stop_gates.contract(asked(market, child, proposal=Proposal(Route.TRANSFER, receiver), on=on))
    assert code(answer) == ("not_contracted" if closed else "")


@pytest.mark.parametrize(("accepted", "ready", "closed"), [
    (RECEIVER, False, True), (RECEIVER, True, False), ("flex-anker", False, False), (None, False, False),
])  # fmt: skip
def test_gate_flex_route(region: Region, accepted: str | None, ready: bool, closed: bool) -> None:
    """Gate 5, F-39, F-50: nothing but the start is left in the case of who accepted there; another receiver has none."""
    child = a_child(agreed=TRANSFER, flex=FlexCase("ZB-2026-000001", "B", accepted=accepted, ready=ready))
    assert code(stop_gates.flex_route(asked(region, child))) == ("route_not_followed" if closed else "")
    assert ("flex_route" in child_missing(child, counts_open=True)) is closed


# candidates


def able(region: Region, dossier: DossierFacts, day: date) -> list[str]:
    return stop_gates.candidates(region, dossier.provider, dossier.care_forms, day)


def test_candidates_are_in_the_order_of_the_region(market: Region) -> None:
    """S-30, S-37: everybody with a contract for a care form that stops, today; not who stops; no flex provider."""
    found = able(market, a_dossier(), TODAY)
    assert found == ["sys-noord", "sys-zuid", "sys-oost", RECEIVER, GOING]
    assert able(market, a_dossier(), date(2026, 10, 16)) == [*found[:-1], COMING]
    assert able(market, a_dossier(care_forms=("family_home",)), TODAY) == ["sys-zuid"]
    assert able(market, a_dossier(care_forms=("outpatient_group",)), TODAY) == [
        "sys-noord",
        "prest-west",
    ]
    assert able(market, a_dossier(care_forms=()), TODAY) == []


@EXAMPLES
@given(seed=st.randoms(use_true_random=False), day=DAYS, provider=st.sampled_from((STOPPER, "sys-noord", RECEIVER)))
def test_candidates_follow_the_region(market: Region, seed: Any, day: date, provider: str) -> None:
    """S-30, S-37: however the region lists its organisations, the list keeps that order, each of them once."""
    rows = [row.model_dump(by_alias=True) for row in market.organisations]
    seed.shuffle(rows)
    shuffled, dossier = changed(market, organisations=rows), a_dossier(provider=provider)
    found = able(shuffled, dossier, day)
    assert found == [row["id"] for row in rows if row["id"] in found]
    for row in shuffled.organisations:
        may = any(
            c.kind in ("system", "performance")
            and c.valid_from <= day <= c.valid_to
            and {*c.care_forms} & {*dossier.care_forms}
            for c in row.contracts
        )
        assert (row.id in found) == (may and row.id != provider)
