"""Whose turn it is in a dossier, with which act, in which order (S-10, S-35)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from processes.stop import STOP
from rules.shared.assignment import members
from rules.shared.region import Region
from rules.stop.asked import OfChild
from rules.stop.assignees import (
    acts_of_child,
    acts_of_dossier,
    assigned_of_child,
    assignees,
    assignees_of_child,
    missing_in_order,
)
from rules.stop.facts import ChildFacts, Counts, FlexCase
from rules.stop.gates import counts_agree
from rules.stop.route import AT, FILE_ITEMS, MESSAGES, OPEN, ChildStatus
from rules.stop.status import Tally, child_missing, child_status, dossier_missing, to_add
from tests.support.parties import ACCESS, HERE, RECEIVER, STOPPER, THERE
from tests.support.stop_facts import (
    ALONG,
    EXAMPLES,
    FINISH,
    OTHER,
    READY,
    SAME,
    TODAY,
    TRANSFER,
    a_child,
    a_dossier,
    children,
)

AGREED = {"proposed": True, "agreed": TRANSFER, "agreed_on": date(2026, 9, 10)}


def turn(region: Region, child: ChildFacts) -> tuple[list[str], list[str]]:
    missing = child_missing(child, counts_open=True)
    return acts_of_child(child, missing), assignees_of_child(region, a_dossier(), child, missing)


@pytest.mark.parametrize(
    ("child", "act", "who"),
    [
        (a_child(), "propose_route", STOPPER),
        (a_child(waiting=FINISH, proposed=True), "decide_route", ACCESS),
        (a_child(refused=True, proposed=True), "propose_route", STOPPER),
        (a_child(agreed=FINISH), "inform_family", STOPPER),  # S-45
        (a_child(agreed=FINISH, informed_on=TODAY), "finish_care", STOPPER),
        (a_child(**AGREED), "inform_family", STOPPER),
        (a_child(**AGREED, informed_on=TODAY), "record_consent", STOPPER),
        (a_child(**AGREED, informed_on=TODAY, consent=False), "record_consent", ACCESS),  # AMB-49
        (a_child(**AGREED, informed_on=TODAY, consent=True), "record_handover", STOPPER),
        (a_child(**{**READY, "handover_file": frozenset(FILE_ITEMS[:2])}), "record_file", STOPPER),
        (a_child(**{**READY, "accepted_on": None}), "accept_transfer", RECEIVER),
        (a_child(**{**READY, "allocation_number": None}), "record_allocation", ACCESS),
        (a_child(**{**READY, "agreed": ALONG}), "record_allocation", ACCESS),
        (a_child(**READY), "record_start", RECEIVER),
        (a_child(**READY, flex=FlexCase("ZB-1", "B", accepted="flex-anker")), "record_start", RECEIVER),
        (a_child(**READY, flex=FlexCase("ZB-1", "B", accepted=RECEIVER)), None, "care_mediation_team"),
        (
            a_child(**{**READY, "accepted_on": None}, flex=FlexCase("ZB-1", "B", accepted=RECEIVER)),
            "accept_transfer",
            RECEIVER,
        ),
        (a_child(**READY, started_on=TODAY), "record_file", STOPPER),
        (a_child(**READY, started_on=TODAY, file=frozenset(FILE_ITEMS)), "sign_off", ACCESS),
        (a_child(agreed=FINISH, finished_on=TODAY), "sign_off", ACCESS),
    ],
)
def test_whose_turn_it_is(region: Region, child: ChildFacts, act: str | None, who: str) -> None:
    """S-31, S-32, S-43 … S-60: one act is due first, and one party must do it."""
    acts, waiting = turn(region, child)
    assert (next(iter(acts), None), waiting) == (act, [who])


@pytest.mark.parametrize(
    ("counts", "who"),
    [({}, [STOPPER]), ({"0599": Counts(SAME, None)}, [ACCESS]), ({"0599": Counts(SAME, OTHER)}, [STOPPER, ACCESS])],
)
def test_a_decision_waits_for_the_numbers_first(region: Region, counts: dict[str, Counts], who: list[str]) -> None:
    """S-42: nobody is asked to do what would be refused."""
    child, dossier = a_child(waiting=FINISH, proposed=True), a_dossier(counts=counts)
    missing = child_missing(child, counts_agree(dossier))
    assert assignees_of_child(region, dossier, child, missing) == who


def test_all_acts_on_the_way_in_their_order(region: Region) -> None:
    """S-12, S-45, S-50, S-55 … S-57: family, consent, handover, file, acceptance, allocation, start."""
    assert turn(region, a_child(**AGREED))[0] == [
        "inform_family",
        "record_consent",
        "record_handover",
        "record_file",
        "accept_transfer",
        "record_allocation",
        "record_start",
    ]
    missing = {"allocation", "acceptance", *MESSAGES, *FILE_ITEMS, "handover", "consent", "family_informed"}
    wanted = ["family_informed", "consent", "handover", *FILE_ITEMS, "acceptance", "allocation", *MESSAGES]
    assert missing_in_order(missing) == wanted


def test_a_settled_child_waits_for_nobody(region: Region) -> None:
    done = a_child(agreed=FINISH, finished_on=TODAY, signed_off_on=TODAY)
    assert turn(region, done) == ([], [])


@EXAMPLES
@given(child=children())
def test_no_open_child_waits_for_nobody(region: Region, child: ChildFacts) -> None:
    """S-11, S-35: while a child is open somebody must act, and the act that is due is no wrong step at its status."""
    acts, waiting = turn(region, child)
    status = child_status(child)
    assert bool(waiting) == (bool(acts) or status in OPEN)
    assert acts or status not in OPEN or (status, waiting) == ("transferring", ["care_mediation_team"])
    assert all(status in AT[act] and act in STOP.acts for act in acts)
    assert all(region.knows(who) for who in waiting)


@pytest.mark.parametrize(
    ("counts", "who"),
    [
        ({}, [STOPPER]),
        ({"0599": Counts(SAME, None)}, [ACCESS]),
        ({"0599": Counts(None, SAME)}, [STOPPER]),
        ({"0599": Counts(SAME, OTHER)}, [STOPPER, ACCESS]),
        ({"0599": Counts(SAME, OTHER, explained=True)}, []),
        ({"0599": Counts(SAME, SAME), THERE: Counts(SAME, None)}, ["toegang-schiedam"]),
    ],
)
def test_who_must_give_or_explain_numbers(region: Region, counts: dict[str, Counts], who: list[str]) -> None:
    """S-40, S-41, S-42, S-58: who did his part is not asked again."""
    dossier = a_dossier(counts=counts, children_in=frozenset())
    _, missing = dossier_missing(dossier, Tally({}, {}), TODAY)
    assert assignees(region, dossier, missing - {"children"}) == who


def test_who_must_add_the_children(region: Region) -> None:
    """S-17: the stopping provider."""
    dossier = replace(a_dossier(), children_in=frozenset())
    _, missing = dossier_missing(dossier, Tally({}, {ChildStatus.FINISHED: 0}), TODAY)
    assert (assignees(region, dossier, missing), acts_of_dossier(missing, 3)) == ([STOPPER], ["add_child"])


def test_who_was_added_and_not_counted_is_counted() -> None:
    """S-17, S-41: adding more children would not help."""
    assert acts_of_dossier({"children", "routes"}, 0, 3) == ["record_counts"]
    assert acts_of_dossier({"children", "routes"}, 2, 1) == ["record_counts", "add_child"]
    there, places = a_dossier(counts={HERE: Counts(SAME, SAME)}), [(HERE, "running"), (THERE, "finishing")]
    assert to_add(there, Tally(dict(zip(places, (5, 1), strict=True)), {})) == (0, 3)
    assert to_add(there, Tally(dict(zip(places, (1, 1), strict=True)), {})) == (2, 1)


def test_the_acts_of_a_dossier() -> None:
    assert acts_of_dossier({"explanation", "counts"}) == ["record_counts", "explain_difference"]
    assert acts_of_dossier({"routes", "open_children", "files", "sign_offs", "declarations"}) == []


@EXAMPLES
@given(child=children())
def test_what_is_asked_of_one_party_may_be_done_by_it(region: Region, child: ChildFacts) -> None:
    """S-31 … S-59: up to the act with which another one takes over."""
    missing = child_missing(child, counts_open=True)
    for one in assigned_of_child(a_dossier(), child, missing):
        [who] = members(one.party, region)
        asked = OfChild(region, who, TODAY, {}, dossier=a_dossier(), child=child)
        assert all(STOP.acts[act].may(asked) for act in one.acts)
        assert list(one.acts) == acts_of_child(child, missing)[: len(one.acts)]
