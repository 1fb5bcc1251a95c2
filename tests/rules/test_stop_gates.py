"""The gates of a dossier (A.12, gates 6 to 10): each opens and closes as the table says, and in the order of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain, combinations, permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acts import of_stop
from acts.stop.act import check
from rules import stop_gates
from rules.refusal import Refused
from rules.region import Region
from rules.stop_asked import Asked
from rules.stop_facts import ChildFacts, Counts, DossierFacts, FlexCase, Proposal
from rules.stopping import FILE_ITEMS, MESSAGES, Care, Route, StopSignal
from tests.rules.made import DAYS, changed, contract, with_organisation
from tests.rules.made_stop import (
    ACCESS,
    AGREED,
    ALONG,
    EXAMPLES,
    FINISH,
    HERE,
    OTHER,
    READY,
    RECEIVER,
    SAME,
    STOPPER,
    THERE,
    TODAY,
    TRANSFER,
    a_child,
    a_dossier,
    asked,
    children,
)

ONE = timedelta(days=1)
GOING, COMING = "bijna-weg", "straks"  # whose contract ends, and begins


def code(refused: Refused | None) -> str:
    """The code with which a gate is closed; "" where it is open."""
    return refused.code if refused else ""


def subsets(items: tuple[str, ...]) -> list[frozenset[str]]:
    return [frozenset(some) for some in chain.from_iterable(combinations(items, n) for n in range(len(items) + 1))]


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


@pytest.mark.parametrize(
    ("by", "ready", "closed"), [("flex-anker", False, True), ("flex-anker", True, False), (RECEIVER, False, False)]
)
def test_gate_flex_route(region: Region, by: str, ready: bool, closed: bool) -> None:
    """Gate 5, F-39, F-50: at a flex provider nothing but the start is left in its case; a contracted one has none."""
    child = a_child(flex=FlexCase("ZB-2026-000001", "B", accepted="flex-anker", ready=ready))
    answer = stop_gates.flex_route(asked(region, child, by=by))
    assert code(answer) == ("route_not_followed" if closed else "")


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
    dossier = a_dossier(counts={HERE: AGREED}, children_in=frozenset({HERE, THERE}))
    for municipality in (HERE, THERE):
        child = a_child(municipality=municipality)
        assert code(stop_gates.counts(asked(region, child, dossier))) == "counts_unexplained"


# continuation


ADMINISTRATION, ACCESS_THERE = "beheer", "toegang-schiedam"


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
    gates: dict[Callable[[Asked], Refused | None], tuple[bool, str]] = {
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


# the gates of each act, from left to right


def refusal(region: Region, act: str, by: str, child: ChildFacts, given: dict[str, Any], **known: Any) -> str:
    """The code with which an act on a child is refused; "" where it may happen."""
    look = asked(region, child, known.pop("dossier", None), by=by, given=given, **known)
    try:
        check(of_stop.CHILD_ACTS[act], look)
    except Refused as refused:
        return refused.code
    return ""


TABLE = {  # the acts of a stopping provider, with their gates in this order
    "propose_route": ("contract", "continuation", "reason"),
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
}


@pytest.mark.parametrize("act", of_stop.CHILD_ACTS)
def test_each_act_has_the_gates_of_the_table(act: str) -> None:
    """A.12 gates 6 to 9, S-27 … S-29, S-42, S-44, S-45, S-50, S-55 … S-57: these, in this order, and no others."""
    gates = of_stop.CHILD_ACTS[act].gates
    assert tuple(gate.__name__.lstrip("_") for gate in gates) == TABLE[act]
    for gate in gates:
        assert getattr(stop_gates, gate.__name__, gate) is gate


NOT_CONTRACTED = Proposal(Route.TRANSFER, "heidehof")
BARE = {"proposed": True, "agreed": NOT_CONTRACTED, "agreed_on": date(2026, 9, 10), "waiting": None}
STEPS: dict[str, list[tuple[str, dict[str, Any]]]] = {  # the code that comes first, and what opens that gate
    "record_start": [
        ("not_contracted", {"agreed": TRANSFER}),
        ("route_not_followed", {"informed_on": date(2026, 9, 11)}),
        ("no_consent", {"consent": True}),
        ("route_not_followed", {"handed_over": True}),
        ("file_incomplete", {"handover_file": frozenset(FILE_ITEMS)}),
        ("route_not_followed", {"accepted_on": date(2026, 9, 20)}),
        ("allocation_missing", {"allocation_number": "1", "allocated_on": date(2026, 9, 25)}),
    ],
    "accept_transfer": [
        ("not_contracted", {"agreed": TRANSFER}),
        ("route_not_followed", {"informed_on": date(2026, 9, 1)}),  # before the agreement: the reason comes last
        ("no_consent", {"consent": True}),
        ("route_not_followed", {"handed_over": True}),
        ("file_incomplete", {"handover_file": frozenset(FILE_ITEMS)}),
        ("reason_missing", {"informed_on": date(2026, 9, 11)}),
    ],
}


@pytest.mark.parametrize("act", STEPS)
def test_gates_open_one_by_one(region: Region, act: str) -> None:
    """Gates 6, 7 and 9, S-11, S-12, S-50, S-55 … S-57: what is first in the table is asked for first; then nothing more."""
    known = dict(BARE)
    given = {"on": "2026-09-30"} if act == "record_start" else {}
    for first, opens in STEPS[act]:
        who = known["agreed"].receiver
        assert refusal(region, act, who, a_child(**known), given) == first
        known |= opens
    assert refusal(region, act, RECEIVER, a_child(**known), given) == ""


@pytest.mark.parametrize("missing", [step for step, _ in enumerate(STEPS["record_start"])])
def test_no_start_without_any_one_of_them(region: Region, missing: int) -> None:
    """Gates 6 and 7, S-12, S-27, S-29, S-50, S-55 … S-57: each by itself keeps the child where it is."""
    known = dict(BARE)
    for number, (_, opens) in enumerate(STEPS["record_start"]):
        known |= {} if number == missing else opens
    child = a_child(**known)
    why = STEPS["record_start"][missing][0]
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
            dossier = replace(dossier, counts={HERE: AGREED})
        elif gate == "contract":
            along = replace(along, receiver=RECEIVER)
        else:
            dossier = replace(dossier, continuation=frozenset({ADMINISTRATION, ACCESS}))
    child = a_child(proposed=True, waiting=along)
    assert refusal(region, "decide_route", ACCESS, child, {"agreed": False}, dossier=dossier) == "reason_missing"
