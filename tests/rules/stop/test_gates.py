"""The gates of a dossier (A.12, gates 7 to 10): each opens and closes as the table says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given

from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.stop import gates as stop_gates
from rules.stop.asked import OfChild
from rules.stop.facts import ChildFacts, Counts, Proposal
from rules.stop.route import FILE_ITEMS, MESSAGES, Care, StopSignal
from tests.support.facts import ONE
from tests.support.parties import ACCESS, ACCESS_THERE, ADMINISTRATION, HERE, RECEIVER, STOPPER, THERE
from tests.support.stop_facts import (
    ALONG,
    COUNTED_ALIKE,
    EXAMPLES,
    FINISH,
    OTHER,
    READY,
    SAME,
    TODAY,
    TRANSFER,
    a_child,
    a_dossier,
    asked,
    children,
    code,
    refusal,
    subsets,
)

# counts


SIDES = (None, SAME, OTHER)
STATES = [Counts(mine, yours, told) for mine, yours, told in product(SIDES, SIDES, (False, True))]


@pytest.mark.parametrize("one", [None, *STATES])
def test_gate_counts(region: Region, one: Counts | None) -> None:
    """S-41, S-42, S-58: counts of both sides wherever there are counts or children, and every difference explained."""
    for other, here, there in product([None, *STATES], (False, True), (False, True)):
        counts = {place: known for place, known in ((HERE, one), (THERE, other)) if known}
        places = {place for place, added in ((HERE, here), (THERE, there)) if added}

        def fine(place: str, counts: dict[str, Counts] = counts, places: set[str] = places) -> bool:
            if place not in counts:
                return place not in places
            known = counts[place]
            both = known.provider is not None and known.access is not None
            return both and (known.provider == known.access or known.explained)

        dossier = a_dossier(counts=counts, children_in=frozenset(places))
        is_open = bool(counts) and fine(HERE) and fine(THERE)
        assert stop_gates.counts_agree(dossier) is is_open
        answer = stop_gates.counts(asked(region, dossier=dossier))
        assert code(answer) == ("" if is_open else "counts_unexplained")


def test_one_municipality_holds_up_all(region: Region) -> None:
    """S-42: no child falls between two stools, so the children of one wait for the numbers of the other."""
    dossier = a_dossier(counts={HERE: COUNTED_ALIKE}, children_in=frozenset({HERE, THERE}))
    for municipality in (HERE, THERE):
        child = a_child(municipality=municipality)
        assert code(stop_gates.counts(asked(region, child, dossier))) == "counts_unexplained"


# continuation


@pytest.mark.parametrize("stop_type", ["provider_decision", "not_renewed", "dissolved"])
@pytest.mark.parametrize("route", [FINISH, ALONG, TRANSFER, None])
def test_gate_continuation(region: Region, stop_type: str, route: Proposal | None) -> None:
    """S-06, S-07, S-24: route 1 after dissolution needs client and the child's own municipality, both; nothing else does."""
    who = (ADMINISTRATION, ACCESS, ACCESS_THERE, "tz-anna", RECEIVER, "niemand")
    for some in subsets(who):
        for municipality, own in ((HERE, ACCESS), (THERE, ACCESS_THERE)):
            dossier = a_dossier(stop_type=stop_type, continuation=some)
            answer = stop_gates.continuation(asked(region, a_child(municipality=municipality), dossier, proposal=route))
            due = stop_type == "dissolved" and route is not None and route.route == 1
            fine = not due or {ADMINISTRATION, own} <= some
            assert code(answer) == ("" if fine else "continuation_not_requested")


# reason


@pytest.mark.parametrize("care", Care)
@pytest.mark.parametrize("signals", subsets(tuple(StopSignal)))
def test_the_default_route(care: Care, signals: frozenset[str]) -> None:
    """S-24, S-29, S-43, AMB-43, AMB-44: restorative 1, durable 2; after the term 2 for every child."""
    route = stop_gates.default_route(a_child(care=care, signals=signals))
    assert route == (1 if care == "restorative" and "term_exceeded" not in signals else 2)


@pytest.mark.parametrize(
    ("care", "signals", "route", "due"),
    [
        ("restorative", (), 1, False),
        ("restorative", (), 2, True),
        ("durable", (), 1, True),
        ("durable", (), 2, False),
        ("restorative", ("term_exceeded",), 1, True),
        ("restorative", ("term_exceeded",), 2, False),
        ("restorative", ("term_at_risk", "file_overdue", "family_informed_too_early"), 1, False),
    ],
)
def test_gate_reason_of_a_proposal(region: Region, care: str, signals: tuple[str, ...], route: int, due: bool) -> None:
    """S-31, S-43, AMB-43, AMB-44: another route than the default needs a reason; blanks are none."""
    child = a_child(care=Care(care), signals=frozenset(signals))
    given: dict[str, Any] = {"route": route}
    given |= {"receiving_provider": RECEIVER} if route == 2 else {"expected_end": "2027-05-01"}
    assert refusal(region, "propose_route", STOPPER, child, given) == ("reason_missing" if due else "")
    assert refusal(region, "propose_route", STOPPER, child, {**given, "reason": "Omdat."}) == ""


@pytest.mark.parametrize(
    ("given", "told_early", "due"),
    [
        ({}, False, False),
        ({"registered_on": "2025-03-03"}, False, False),  # the original
        ({"registered_on": "2026-09-01"}, False, True),
        ({}, True, True),
        ({"registered_on": "2025-03-03"}, True, True),
    ],
)
def test_gate_reason_of_an_acceptance(region: Region, given: dict[str, Any], told_early: bool, due: bool) -> None:
    """S-33, S-34, S-56, AMB-47, AMB-48: for another registration date, and where the family heard it too early."""
    known = {**READY, "accepted_on": None}
    if told_early:
        known["informed_on"] = known["agreed_on"] - ONE
    child = a_child(**known)
    assert refusal(region, "accept_transfer", RECEIVER, child, given) == ("reason_missing" if due else "")
    assert refusal(region, "accept_transfer", RECEIVER, child, {**given, "reason": "Overlegd."}) == ""


def test_gate_reason_of_a_no(region: Region) -> None:
    """S-32, AMB-44: the access says why not; a yes needs no reason."""
    child = a_child(proposed=True, waiting=TRANSFER)
    assert refusal(region, "decide_route", ACCESS, child, {"agreed": False}) == "reason_missing"
    assert refusal(region, "decide_route", ACCESS, child, {"agreed": False, "reason": "Te ver."}) == ""
    assert refusal(region, "decide_route", ACCESS, child, {"agreed": True}) == ""


# decision, family, consent, handover, file, acceptance, allocation


@EXAMPLES
@given(child=children())
def test_the_gates_of_one_child(region: Region, child: ChildFacts) -> None:
    """Gates 7 to 9, S-12, S-32, S-44, S-45, S-46, S-48, S-50, S-55: open exactly when it is so, with the code of the table."""
    look = asked(region, child)
    agreed = child.agreed is not None and child.waiting is None
    gates: dict[Callable[[OfChild], Refused | None], tuple[bool, str]] = {
        stop_gates.decision: (agreed, "no_agreement"),
        stop_gates.decision_before_family: (agreed, "family_informed_too_early"),
        stop_gates.informed: (child.informed_on is not None, "route_not_followed"),
        stop_gates.consent: (child.consent is True, "no_consent"),
        stop_gates.handover: (child.handed_over, "route_not_followed"),
        stop_gates.handover_file: ({*FILE_ITEMS} <= child.handover_file, "file_incomplete"),
        stop_gates.formal_file: ({*FILE_ITEMS} <= child.file, "file_incomplete"),
    }
    for gate, (is_open, why) in gates.items():
        assert code(gate(look)) == ("" if is_open else why)


@pytest.mark.parametrize("items", subsets((*FILE_ITEMS, "behandelplan")))
def test_gate_file(region: Region, items: frozenset[str]) -> None:
    """Gate 7, S-48, S-55, AMB-41: the three items, in either file; more is fine, and one file is not the other."""
    complete = {"family_plan", "minutes_running_indication", "future_indication"} <= items
    closed = "" if complete else "file_incomplete"
    assert code(stop_gates.handover_file(asked(region, a_child(handover_file=items)))) == closed
    assert code(stop_gates.formal_file(asked(region, a_child(file=items)))) == closed
    assert code(stop_gates.formal_file(asked(region, a_child(handover_file=items)))) == "file_incomplete"
    assert code(stop_gates.handover_file(asked(region, a_child(file=items)))) == "file_incomplete"


def test_what_a_file_lacks_is_told(region: Region) -> None:
    """S-47, S-48, AMB-41: in words; what was there before the start is asked once more after it."""
    plan = frozenset({"family_plan"})
    before = stop_gates.handover_file(asked(region, a_child(handover_file=plan)))
    after = stop_gates.formal_file(asked(region, a_child(handover_file=frozenset(FILE_ITEMS), file=plan)))
    assert before
    assert after
    lacks = "Het dossier is niet compleet. Er ontbreekt nog: aantal minuten lopende indicatie, toekomstige indicatie."
    assert before.message == lacks
    assert after.message == f"{lacks} De stoppende aanbieder legt dit na de start opnieuw vast."


@pytest.mark.parametrize(("days", "closed"), [(None, True), (-30, False), (0, False), (1, True)])
def test_gates_acceptance_and_allocation_on_the_day_of_the_start(
    region: Region, days: int | None, closed: bool
) -> None:
    """Gate 7, S-55, S-57: on the day of the start at the latest; a start is not before what it needs."""
    day = TODAY + timedelta(days=days) if days is not None else None
    for on in (None, TODAY):
        accepted = asked(region, a_child(accepted_on=day), on=on)
        assert code(stop_gates.acceptance(accepted)) == ("route_not_followed" if closed else "")
        allocated = asked(region, a_child(agreed=TRANSFER, allocation_number="1", allocated_on=day), on=on)
        assert code(stop_gates.allocation(allocated)) == ("allocation_missing" if closed else "")
    assert (
        code(stop_gates.allocation(asked(region, a_child(agreed=TRANSFER, allocated_on=day)))) == "allocation_missing"
    )


@pytest.mark.parametrize("messages", subsets(MESSAGES))
@pytest.mark.parametrize("number", [None, "100200301"])
@pytest.mark.parametrize("proposal", [TRANSFER, ALONG])
def test_gate_allocation(region: Region, messages: frozenset[str], number: str | None, proposal: Proposal) -> None:
    """Gate 7, S-28, S-57: a number and its day; for a child that moves along with employees also all four messages."""
    child = a_child(
        agreed=proposal, allocation_number=number, allocated_on=TODAY if number else None, messages=messages
    )
    fine = number is not None and (not proposal.moves_along or len(messages) == 4)
    assert code(stop_gates.allocation(asked(region, child))) == ("" if fine else "allocation_missing")


# scope


@pytest.mark.parametrize(
    ("forms", "locations", "care_form", "location", "fine"),
    [
        (("a", "b"), (), "a", None, True),
        (("a", "b"), (), "c", None, False),
        (("a",), (), "a", "Dorpsstraat", True),  # the dossier names no locations
        (("a",), ("Dorpsstraat",), "a", "Dorpsstraat", True),
        (("a",), ("Dorpsstraat",), "a", "Kade", False),
        (("a",), ("Dorpsstraat",), "a", None, False),
        (("a",), ("Dorpsstraat",), "b", "Dorpsstraat", False),
    ],
)
def test_gate_scope(
    forms: tuple[str, ...], locations: tuple[str, ...], care_form: str, location: str | None, fine: bool
) -> None:
    """S-01, AMB-52: only who gets the care that stops, at a place that stops."""
    dossier = a_dossier(care_forms=forms, locations=locations)
    refused = stop_gates.in_scope(dossier, care_form, location)
    assert code(refused) == ("" if fine else "not_affected")
    assert refused is None or refused.field == ("location" if care_form in forms else "care_form")
