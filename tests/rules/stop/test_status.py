"""Where a child stands, what is missing, and who holds it: tables, gone through from end to end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs.stop_standings import OF_CHILD
from rules.shared.region import Region
from rules.stop import gates as stop_gates
from rules.stop import status as stop_status
from rules.stop.facts import ChildFacts, FlexCase
from rules.stop.route import AT, FILE_ITEMS, MESSAGES, OPEN, SETTLED, ChildStatus
from tests.support.acts import CHILD_ACTS
from tests.support.parties import ACCESS, RECEIVER, STOPPER
from tests.support.stop_facts import (
    ALONG,
    EXAMPLES,
    FINISH,
    READY,
    TODAY,
    TRANSFER,
    a_child,
    a_dossier,
    asked,
    children,
)

LONG_AFTER = date(2035, 1, 1)


# a child


@pytest.mark.parametrize("agreed", [None, FINISH, TRANSFER, ALONG])
@pytest.mark.parametrize("waiting", [None, FINISH, TRANSFER])
@pytest.mark.parametrize("refused", [False, True])
def test_where_a_child_stands(agreed: Any, waiting: Any, refused: bool) -> None:
    """S-10, S-31, S-32, S-43, AMB-44: a start, an end of care, a proposal that waits, the agreed route, a no; in this order."""
    child = a_child(agreed=agreed, waiting=waiting, refused=refused, proposed=bool(agreed or waiting or refused))
    if waiting:
        status = "waiting_for_decision"
    elif agreed is not None:
        status = "transferring" if agreed.receiver else "finishing"
    else:
        status = "waiting_for_decision" if refused else "waiting_for_proposal"
    assert stop_status.child_status(child) == status
    assert stop_status.child_status(replace(child, finished_on=TODAY)) == "finished"
    assert stop_status.child_status(replace(child, started_on=TODAY)) == "transferred"


@EXAMPLES
@given(child=children())
def test_a_child_is_open_or_settled(child: ChildFacts) -> None:
    """S-11: settled is transferred or finished, and nothing else."""
    status = stop_status.child_status(child)
    assert (status in SETTLED) == bool(child.started_on or child.finished_on)
    assert (status in OPEN) != (status in SETTLED)
    assert {*OPEN} | {*SETTLED} == {*ChildStatus}


@pytest.mark.parametrize(
    ("known", "counts_open", "missing"),
    [
        ({}, True, {"proposal"}),
        ({}, False, {"proposal"}),
        ({"waiting": TRANSFER}, True, {"decision"}),
        ({"waiting": TRANSFER}, False, {"decision", "counts"}),  # before the counts agree nobody decides
        ({"waiting": TRANSFER, "agreed": FINISH}, True, {"decision"}),
        ({"refused": True}, True, {"proposal"}),
        ({"refused": True}, False, {"proposal"}),
        ({"agreed": FINISH}, False, set()),
        ({"agreed": FINISH, "refused": True}, True, set()),
        ({"finished_on": TODAY}, True, {"sign_off"}),
        ({"finished_on": TODAY, "signed_off_on": TODAY}, False, set()),
        ({"started_on": TODAY}, True, {*FILE_ITEMS, "sign_off"}),
        ({"started_on": TODAY, "file": frozenset({"family_plan"})}, True, {*FILE_ITEMS[1:], "sign_off"}),
        ({"started_on": TODAY, "file": frozenset({*FILE_ITEMS, "foto"})}, True, {"sign_off"}),
        ({"started_on": TODAY, "handover_file": frozenset(FILE_ITEMS)}, True, {*FILE_ITEMS, "sign_off"}),
        ({"started_on": TODAY, "file": frozenset(FILE_ITEMS), "signed_off_on": TODAY}, True, set()),
    ],
)
def test_what_is_missing_of_a_child(known: dict[str, Any], counts_open: bool, missing: set[str]) -> None:
    """S-31, S-32, S-42, S-47, S-59, S-60, AMB-41, AMB-44: what keeps it from its next status, and nothing else."""
    assert stop_status.child_missing(a_child(**known), counts_open) == missing


NEEDS: dict[str, dict[str, Any]] = {  # of a start, and what it is without it
    "family_informed": {"informed_on": None},
    "consent": {"consent": False},
    "handover": {"handed_over_on": None},
    "acceptance": {"accepted_on": None},
    "allocation": {"allocation_number": None, "allocated_on": None},
    **{item: {"handover_file": frozenset(FILE_ITEMS) - {item}} for item in FILE_ITEMS},
}


@pytest.mark.parametrize("proposal", [TRANSFER, ALONG])
def test_what_a_transfer_still_needs(proposal: Any) -> None:
    """S-12, S-28, S-45, S-48, S-50, S-55 … S-57, AMB-49: each by itself; moving along needs the four messages as well."""
    along = {message: {"messages": frozenset(MESSAGES) - {message}} for message in MESSAGES}
    ready = {**READY, "agreed": proposal, "messages": frozenset(MESSAGES)}
    assert stop_status.child_missing(a_child(**ready), True) == set()
    for what, without in (NEEDS | along).items():
        named = {what} if what in NEEDS or proposal.moves_along else set()
        assert stop_status.child_missing(a_child(**{**ready, **without}), True) == named
    bare = stop_status.child_missing(a_child(agreed=proposal), True)
    assert bare == {*NEEDS} | ({*MESSAGES} if proposal.moves_along else set())
    assert stop_status.child_missing(a_child(**{**ready, "consent": None}), True) == {"consent"}


@EXAMPLES
@given(child=children(), along=st.booleans())
def test_nothing_is_missing_when_a_start_may_be_recorded(region: Region, child: ChildFacts, along: bool) -> None:
    """Gate 7, S-28, S-50, S-55 … S-57: apart from dates and the contract the gates of the start and `missing` are one."""
    child = replace(child, started_on=None, finished_on=None, waiting=None, agreed=child.agreed and TRANSFER)
    if child.agreed is None:
        return
    child = replace(child, agreed=ALONG) if along else child
    child = replace(child, allocated_on=child.allocated_on or TODAY)  # the act gives both or none
    look = asked(region, child, proposal=child.agreed, on=LONG_AFTER)
    closed = [gate for gate in CHILD_ACTS["record_start"].gates if gate is not stop_gates.contract and gate(look)]
    assert (stop_status.child_missing(child, True) == set()) == (not closed)


@pytest.mark.parametrize("status", ChildStatus)
def test_only_what_the_table_names_is_ever_missing(status: ChildStatus) -> None:
    """S-10: the documentation of each status names all that may be missing, gone through exhaustively."""
    found: set[str] = set()
    ways = product((None, FINISH, TRANSFER, ALONG), (None, TRANSFER), (False, True), (None, TODAY), (None, TODAY))
    for agreed, waiting, yes, started, finished in ways:
        for items, counts_open in product((frozenset[str](), frozenset(FILE_ITEMS)), (False, True)):
            child = a_child(
                agreed=agreed, waiting=waiting, refused=yes, started_on=started, finished_on=finished, file=items,
                signed_off_on=TODAY if yes else None, flex=FlexCase("ZB-2026-000001", "B", accepted=RECEIVER),
            )  # fmt: skip
            if stop_status.child_status(child) is status:
                found |= stop_status.child_missing(child, counts_open)
    assert found == {*OF_CHILD[status].missing}


def test_acts_at_each_status() -> None:
    """S-11, S-12, S-24, S-29, S-46, S-59, S-60: what is no wrong step, and where."""
    proposal, decision, finishing, transferring, transferred, finished = ChildStatus
    still_open = {proposal, decision, finishing, transferring}
    moving = still_open - {finishing}
    assert {
        **dict.fromkeys(("propose_route", "decide_route", "inform_family", "enter_flex_route"), still_open),
        **dict.fromkeys(
            ("record_consent", "record_handover", "accept_transfer", "record_allocation", "record_start"), moving
        ),
        "record_file": moving | {transferred},
        "finish_care": still_open - {transferring},
        "sign_off": {transferred, finished},
        "correct_child": {*ChildStatus},
        "remove_child": still_open,
    } == AT


# who holds it


@EXAMPLES
@given(child=children())
def test_somebody_always_holds_the_child(region: Region, child: ChildFacts) -> None:
    """S-11: exactly one organisation that the region knows: who stops, the receiver from the start, at last the access."""
    holder = stop_status.held_by(child, a_dossier(), region)
    assert holder in region.organisation
    if child.started_on and child.receiver:
        assert holder == child.receiver
    elif child.finished_on and child.signed_off:
        assert region.organisation[holder].municipality == child.municipality
    else:
        assert holder == STOPPER


@pytest.mark.parametrize(
    ("known", "holder"),
    [
        ({}, STOPPER),
        ({"waiting": TRANSFER}, STOPPER),
        ({**READY}, STOPPER),  # all is ready, and it has not started
        ({**READY, "started_on": TODAY}, RECEIVER),
        ({**READY, "started_on": TODAY, "signed_off_on": TODAY}, RECEIVER),
        ({"agreed": FINISH}, STOPPER),
        ({"agreed": FINISH, "finished_on": TODAY}, STOPPER),  # until the access has signed off
        ({"agreed": FINISH, "finished_on": TODAY, "signed_off_on": TODAY}, ACCESS),
        ({"signals": frozenset({"term_exceeded"})}, STOPPER),  # a term never ends care
        ({"consent": False, "agreed": TRANSFER}, STOPPER),  # without consent the child stays
        ({"flex": FlexCase("ZB-2026-000001", "B", accepted="flex-anker")}, STOPPER),
    ],
)
def test_who_holds_the_child(region: Region, known: dict[str, Any], holder: str) -> None:
    """S-10, S-11, S-60, AMB-43, AMB-49: nobody lets go before another holds it."""
    assert stop_status.held_by(a_child(**known), a_dossier(), region) == holder


@pytest.mark.parametrize(("taken_over", "counts"), [(None, "2025-03-03"), ("2026-09-01", "2026-09-01")])
def test_the_original_registration_date_counts(taken_over: str | None, counts: str) -> None:
    """S-33, AMB-47: unless the receiver took over with another."""
    child = a_child(taken_over_as_registered_on=date.fromisoformat(taken_over) if taken_over else None)
    assert stop_status.registered_on(child) == date.fromisoformat(counts)
