"""What was given of a provider that stops was wrong: what may still be corrected, and what that does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acts.stop.corrections import CorrectedChild, CorrectedStop
from models.stop.dossier import REQUEST
from rules.stop.correcting import (
    ALWAYS,
    JUDGED,
    OWN,
    correct_child,
    correctable,
    correctable_of_dossier,
    removable,
    route_lapses,
)
from rules.stop.facts import ChildFacts, FlexCase
from rules.stop.route import ChildStatus
from rules.stop.status import child_missing, child_status
from tests.support.parties import HERE
from tests.support.stop_facts import COUNTED_ALIKE, FINISH, TRANSFER, a_child, a_dossier

DAY = date(2026, 10, 1)
AGREED: dict[str, Any] = {"proposed": True, "agreed": TRANSFER, "agreed_on": DAY}
IN_FLEX = FlexCase("ZB-2026-000001", "B")
KNOWN: list[tuple[dict[str, Any], frozenset[str], bool]] = [  # a child, what may be corrected, whether it may go
    ({}, JUDGED | ALWAYS, True),
    ({"waiting": FINISH, "proposed": True}, JUDGED | ALWAYS, True),
    (AGREED, JUDGED | ALWAYS, False),
    ({**AGREED, "informed_on": DAY, "consent": True}, JUDGED | ALWAYS, False),
    ({**AGREED, "handed_over_on": DAY}, ALWAYS, False),
    ({**AGREED, "accepted_on": DAY}, ALWAYS, False),
    ({**AGREED, "allocation_number": "1"}, ALWAYS, False),
    ({"flex": IN_FLEX}, ALWAYS, False),
    ({**AGREED, "started_on": DAY}, OWN, False),
    ({**AGREED, "agreed": FINISH, "finished_on": DAY}, OWN, False),
]


def test_every_field_can_be_corrected_once() -> None:
    """S-17: whatever was given of a child stands in one of the lists, and is kept where a correction finds it."""
    assert not JUDGED & ALWAYS
    assert JUDGED | ALWAYS == CorrectedChild.model_fields.keys() - {"reason"} == {*REQUEST, "private"}
    assert correctable_of_dossier(
        a_dossier(counts={}, children_in=frozenset())
    ) == CorrectedStop.model_fields.keys() - {"reason"}


@pytest.mark.parametrize(("known", "fields", "may_go"), KNOWN)
def test_what_may_be_corrected_when(known: dict[str, Any], fields: frozenset[str], may_go: bool) -> None:
    """S-11, S-32: what its route is about until something is handed over; it leaves only while nothing was agreed."""
    assert correctable(a_child(**known)) == fields
    assert removable(a_child(**known)) == may_go


@pytest.mark.parametrize("field", sorted(JUDGED))
@pytest.mark.parametrize("known", [AGREED, {**AGREED, "informed_on": DAY, "consent": True}, {"waiting": TRANSFER}])
def test_a_route_of_another_child_lapses(known: dict[str, Any], field: str) -> None:
    """S-31, S-32: it must be proposed again, and what followed the agreement begins afresh."""
    child = a_child(**known)
    value = getattr(child, field)
    after = correct_child(child, {field: value}).after(child)
    assert child_status(after) is ChildStatus.WAITING_FOR_PROPOSAL
    assert child_missing(after, counts_open=True) == {"proposal"}
    assert (after.agreed, after.waiting, after.informed_on, after.consent) == (None, None, None, None)


@given(
    known=st.sampled_from([known for known, _, _ in KNOWN]),
    fields=st.frozensets(st.sampled_from(sorted(JUDGED | ALWAYS))),
)
def test_a_correction_lets_go_of_nobody(known: dict[str, Any], fields: frozenset[str]) -> None:
    """S-11: whatever is corrected, a child is open as it was, or settled as it was; what was handed over stays."""
    child: ChildFacts = a_child(**known)
    if not fields <= correctable(child):
        return  # refused before it comes here
    after = correct_child(child, {field: getattr(child, field) for field in fields & JUDGED}).after(child)
    lapses = route_lapses(child, fields)
    assert child_status(after) is (ChildStatus.WAITING_FOR_PROPOSAL if lapses else child_status(child))
    kept = ("handed_over_on", "accepted_on", "allocation_number", "started_on", "finished_on", "signals")
    assert [getattr(after, name) for name in kept] == [getattr(child, name) for name in kept]


def test_which_provider_stops_is_fixed_once_somebody_counted() -> None:
    """S-40: numbers and children are of that provider."""
    assert "provider" not in correctable_of_dossier(a_dossier(counts={HERE: COUNTED_ALIKE}))
