"""The gates of each act on a child, from left to right as the table has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from rules.shared.region import Region
from rules.stop import gates as stop_gates
from rules.stop.facts import Counts, Proposal
from rules.stop.route import FILE_ITEMS, Route
from tests.support.acts import CHILD_ACTS
from tests.support.parties import ACCESS, ADMINISTRATION, HERE, RECEIVER, STOPPER
from tests.support.stop_facts import (
    COUNTED_ALIKE,
    FINISH,
    OTHER,
    READY,
    SAME,
    TODAY,
    TRANSFER,
    a_child,
    a_dossier,
    refusal,
)

TABLE = {  # the acts of a stopping provider, with their gates in this order
    "propose_route": ("contract", "continuation", "another_route"),  # which needs a reason
    "decide_route": ("counts", "contract", "continuation", "reason"),
    "inform_family": ("decision_before_family",),
    "record_consent": ("decision", "informed"),
    "record_handover": ("decision", "informed", "consent"),
    "record_file": ("decision", "informed", "consent"),
    "accept_transfer": ("contract", "decision", "informed", "consent", "handover", "handover_file", "reason"),
    "record_allocation": ("decision",),
    "record_start": (
        *("contract", "decision", "informed", "consent"),
        *("handover", "handover_file", "acceptance", "allocation", "flex_route"),
    ),
    "finish_care": ("decision",),
    "sign_off": ("file",),
    "correct_child": (),  # what it may change, it compares with what stands
    "remove_child": ("removable",),
}


@pytest.mark.parametrize("act", CHILD_ACTS)
def test_each_act_has_the_gates_of_the_table(act: str) -> None:
    """A.12 gates 6 to 9, S-27 … S-29, S-42, S-44, S-45, S-50, S-55 … S-57: these, in this order, and no others."""
    gates = (*CHILD_ACTS[act].gates, *CHILD_ACTS[act].value_gates)
    assert tuple(gate.__name__.lstrip("_") for gate in gates) == TABLE[act]
    for gate in gates:
        assert getattr(stop_gates, gate.__name__, gate) is gate


NOT_CONTRACTED = Proposal(Route.TRANSFER, "heidehof")
BARE: dict[str, Any] = {"proposed": True, "agreed": NOT_CONTRACTED, "agreed_on": date(2026, 9, 10), "waiting": None}
OPENED_BY: dict[str, list[tuple[str, dict[str, Any]]]] = {  # the code that comes first, and what opens that gate
    "record_start": [
        ("not_contracted", {"agreed": TRANSFER}),
        ("route_not_followed", {"informed_on": date(2026, 9, 11)}),
        ("no_consent", {"consent": True}),
        ("route_not_followed", {"handed_over_on": TODAY}),
        ("file_incomplete", {"handover_file": frozenset(FILE_ITEMS)}),
        ("route_not_followed", {"accepted_on": date(2026, 9, 20)}),
        ("allocation_missing", {"allocation_number": "1", "allocated_on": date(2026, 9, 25)}),
    ],
    "accept_transfer": [
        ("not_contracted", {"agreed": TRANSFER}),
        ("route_not_followed", {"informed_on": date(2026, 9, 1)}),  # before the agreement: the reason comes last
        ("no_consent", {"consent": True}),
        ("route_not_followed", {"handed_over_on": TODAY}),
        ("file_incomplete", {"handover_file": frozenset(FILE_ITEMS)}),
        ("reason_missing", {"informed_on": date(2026, 9, 11)}),
    ],
}


@pytest.mark.parametrize("act", OPENED_BY)
def test_gates_open_one_by_one(region: Region, act: str) -> None:
    """Gates 6, 7 and 9, S-11, S-12, S-50, S-55 … S-57: what is first in the table is asked for first; then nothing more."""
    known = dict(BARE)
    given = {"on": "2026-09-30"} if act == "record_start" else {}
    for first, opens in OPENED_BY[act]:
        who = known["agreed"].receiver
        assert refusal(region, act, who, a_child(**known), given) == first
        known |= opens
    assert refusal(region, act, RECEIVER, a_child(**known), given) == ""


@pytest.mark.parametrize("missing", [step for step, _ in enumerate(OPENED_BY["record_start"])])
def test_no_start_without_any_one_of_them(region: Region, missing: int) -> None:
    """Gates 6 and 7, S-12, S-27, S-29, S-50, S-55 … S-57: each by itself keeps the child where it is."""
    known = dict(BARE)
    for number, (_, opens) in enumerate(OPENED_BY["record_start"]):
        known |= {} if number == missing else opens
    child = a_child(**known)
    why = OPENED_BY["record_start"][missing][0]
    assert refusal(region, "record_start", known["agreed"].receiver, child, {"on": "2026-09-30"}) == why


def test_a_start_is_held_to_its_own_day(region: Region) -> None:
    """Gate 7, S-57: recorded later, it is the day of the start on which all must have been there."""
    child = a_child(**READY)
    first = max(child.accepted_on or TODAY, child.allocated_on or TODAY)
    for days, why in (
        (-6, "route_not_followed"),
        (-5, "allocation_missing"),
        (-1, "allocation_missing"),
        (0, ""),
        (1, ""),
    ):
        on = (first + timedelta(days=days)).isoformat()
        assert refusal(region, "record_start", RECEIVER, child, {"on": on}) == why


def test_a_newer_proposal_stops_what_follows_an_agreement(region: Region) -> None:
    """S-44, S-45: until the access has decided nothing goes on, and the family is not told."""
    child = a_child(**{**READY, "waiting": FINISH, "informed_on": None})
    today = {"on": TODAY.isoformat()}
    acts: dict[str, tuple[str, dict[str, Any]]] = {
        "record_consent": (STOPPER, {**today, "given": False}),
        "record_file": (STOPPER, {**today, "items": ["family_plan"]}),
        "record_allocation": (ACCESS, {"messages": ["stop_307"]}),
        "record_start": (RECEIVER, today),
        "finish_care": (STOPPER, today),
    }
    for act, (by, values) in acts.items():
        assert refusal(region, act, by, child, values) == "no_agreement", act
    assert refusal(region, "inform_family", STOPPER, child, today) == "family_informed_too_early"


@pytest.mark.parametrize("order", list(permutations(("counts", "contract", "continuation"))))
def test_gates_of_a_decision_from_left_to_right(region: Region, order: tuple[str, ...]) -> None:
    """S-07, S-29, S-42: counts, contract, continuation, reason: whatever is put right first, the first of the others is told."""
    codes = {"counts": "counts_unexplained", "contract": "not_contracted", "continuation": "continuation_not_requested"}
    along = Proposal(Route.FINISH, "heidehof", moves_along=True)
    dossier = a_dossier(stop_type="dissolved", counts={HERE: Counts(SAME, OTHER)})
    closed = dict(codes)
    for gate in order:
        child = a_child(proposed=True, waiting=along)
        first = next(iter(closed.values()))
        assert refusal(region, "decide_route", ACCESS, child, {"agreed": False}, dossier=dossier) == first
        del closed[gate]
        if gate == "counts":
            dossier = replace(dossier, counts={HERE: COUNTED_ALIKE})
        elif gate == "contract":
            along = replace(along, receiver=RECEIVER)
        else:
            dossier = replace(dossier, continuation=frozenset({ADMINISTRATION, ACCESS}))
    child = a_child(proposed=True, waiting=along)
    assert refusal(region, "decide_route", ACCESS, child, {"agreed": False}, dossier=dossier) == "reason_missing"
