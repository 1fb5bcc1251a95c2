"""A crash between an act on a dossier and its flow: whoever comes next settles it, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from acts import Unsettled
from models.store.decision import Decision
from tests.support.dossiers import STOP, People
from tests.support.parties import ACCESS, ADMINISTRATION, STOPPER
from tests.support.stored import rows, unsettled
from tests.support.tries import Try, of_its_own
from tests.support.unmoved_dossiers import (
    AGREED,
    ENTRY,
    INFORMED,
    ON,
    PROPOSED,
    ROUTE_1,
    ROUTE_2,
    do,
    everything_is_settled_and_said_once,
    record,
    shown,
    sweep,
    watch,
)


def whole_dossier(people: People, how: Callable[[str | None, Try], str]) -> str:
    """A whole dossier, each act in the way of `how`."""
    dossier = how(None, ("register_stop", ADMINISTRATION, {**STOP, "motives": "x", "locations": []}))
    numbers = {"municipality": "0599", "pre_trajectory": 0, "running": 2, "finishing": 0}
    how(dossier, ("record_counts", STOPPER, numbers))
    how(dossier, ("record_counts", ACCESS, {**numbers, "running": 3}))
    how(dossier, ("explain_difference", ACCESS, {"municipality": "0599", "explanation": "x"}))
    how(dossier, ("record_duty", STOPPER, {"duty": "contact_point", "on": ON}))
    how(dossier, ("plan_consultation", ADMINISTRATION, {"first_on": "2026-09-08", "start": "10:00"}))
    change = {"on": "2026-09-08", "start": "11:00", "reason": "x"}
    how(dossier, ("change_consultation", ADMINISTRATION, change))
    child = {
        "municipality": "0599", "care": "durable", "category": "running", "care_form": "outpatient_individual",
        "registered_on": "2025-03-03", "allocation_ends_on": "2027-08-31",
    }  # fmt: skip
    one, other = (how(dossier, ("add_child", STOPPER, child)) for _ in range(2))
    refused: Try = ("decide_route", ACCESS, {"agreed": False, "reason": "x"})
    no: Try = ("record_consent", STOPPER, {"given": False, "on": ON})
    for what in (PROPOSED, refused, *ROUTE_2[:3], no, *ROUTE_2[3:]):
        how(one, what)
    how(other, ("enter_flex_route", ACCESS, ENTRY))
    for what in ROUTE_1:
        how(other, what)
    return dossier


def test_a_sweep_brings_everything_to_where_it_would_have_been(people: People) -> None:
    """S-10, S-11, S-39 … S-42, S-50, S-57, S-59, S-60: after a crash at every act; twice is once, each letter once."""

    def crashing(about: str | None, what: Try) -> str:
        reference = record(people, about, what)
        assert "1 bij stoppende aanbieders verplaatst" in sweep(people).message
        assert "0 bij stoppende aanbieders verplaatst" in sweep(people).message
        people.runner.move(None, "veegronde", people.now)  # the case of a child that entered the flex route
        return reference

    def moving(about: str | None, what: Try) -> str:
        act, by, given = of_its_own(about, what)
        return people.do(act, about, by, **given)

    moved = whole_dossier(people, moving)
    swept = whole_dossier(people, crashing)
    at_once, later = shown(people, moved), shown(people, swept)
    for view in (*at_once[0], *later[0]):
        view.pop("flex_cases", None)
    assert at_once == later
    assert [child["status"] for child in later[0][1:]] == ["transferred", "finished"]
    everything_is_settled_and_said_once(people)


def test_whoever_comes_next_settles_it_first(people: People) -> None:
    """S-32, S-44, S-45, S-57: nobody sweeps, and every act still follows on what the one before means."""

    def crashing(about: str | None, what: Try) -> str:
        if what[0] in ("register_stop", "add_child"):
            return record(people, about, what)
        act, by, given = of_its_own(about, what)
        reference, _ = people.runner.decide(act, about, by, given, people.now)
        return reference

    dossier = whole_dossier(people, crashing)
    assert [child["status"] for child in shown(people, dossier)[0][1:]] == ["transferred", "finished"]
    everything_is_settled_and_said_once(people)


@pytest.mark.parametrize("number", range(len(ROUTE_2) - 1))
def test_a_decision_about_a_child_waits_and_the_next_one_finds_it_done(people: People, number: int) -> None:
    """S-11, S-12, S-44, S-50, S-55 … S-57, S-59: a recorded decision counts at once, also before it was moved."""
    child = people.add(people.open())
    do(people, child, *ROUTE_2[:number])
    record(people, child, ROUTE_2[number])
    assert unsettled(people.database) == [ROUTE_2[number][0]]
    with pytest.raises(Unsettled):
        record(people, child, ROUTE_2[number + 1])
    do(people, child, ROUTE_2[number + 1])
    assert unsettled(people.database) == []
    acts = [d.act for d in rows(people.database, Decision, Decision.subject == child)]
    assert acts == ["add_child", *(act for act, _, _ in ROUTE_2[: number + 2])]
    everything_is_settled_and_said_once(people)


@pytest.mark.parametrize(("left", "code"), [(4, "counts_unexplained"), (1, "")])
def test_numbers_that_wait_count_for_every_child(people: People, left: int, code: str) -> None:
    """S-42, S-58: numbers that were corrected a moment ago hold up, or open, the decision about a child."""
    dossier = people.open(1)
    child = people.add(dossier)
    if left == 1:
        people.count(dossier, ACCESS, 4)
    do(people, child, PROPOSED)
    numbers = {"municipality": "0599", "pre_trajectory": 0, "running": left, "finishing": 0}
    record(people, dossier, ("record_counts", ACCESS, numbers))
    with pytest.raises(Unsettled):
        record(people, child, AGREED)
    assert people.refused("decide_route", child, ACCESS, agreed=True) == code
    everything_is_settled_and_said_once(people)


def test_a_child_that_waits_does_not_hold_up_the_others(people: People) -> None:
    """S-11, S-17: neither another child nor the dossier itself waits for it."""
    dossier = people.open(2)
    one, other = people.add(dossier), people.add(dossier)
    record(people, one, PROPOSED)
    do(people, other, PROPOSED)
    people.count(dossier, STOPPER, 3)
    assert unsettled(people.database) == ["propose_route"]
    assert people.child(one).status == "waiting_for_proposal"
    sweep(people)
    assert people.child(one).status == "waiting_for_decision"
    everything_is_settled_and_said_once(people)


def test_the_clock_waits_for_what_was_decided(people: People) -> None:
    """S-10, S-11, S-24: the care was finished in time, and the process died; the term that passes does not undo it."""
    child = people.add(people.open(), care="restorative", allocation_ends_on="2027-03-31")
    do(people, child, ROUTE_1[0], AGREED)
    people.wait_until("2027-03-31T16:00")
    record(people, child, ("finish_care", STOPPER, {"on": "2027-03-31"}))
    assert watch(people, "2027-04-01") == []
    sweep(people)
    assert (people.child(child).status, people.child(child).route) == ("finished", 1)
    assert "term_exceeded" not in people.child(child).signals
    everything_is_settled_and_said_once(people)


@pytest.mark.parametrize("about", ["dossier", "child"])
def test_a_dossier_does_not_close_before_its_news(people: People, about: str) -> None:
    """S-17, S-42, S-52: numbers or a child that came in on the last day, and the process died: it stays open for them."""
    dossier = people.open(0)
    people.wait_until("2028-01-03T06:00")
    if about == "dossier":
        numbers = {"municipality": "0599", "pre_trajectory": 0, "running": 4, "finishing": 0}
        record(people, dossier, ("record_counts", ACCESS, numbers))
    else:
        child = {"care": "durable", "category": "pre_trajectory", "care_form": "family_home", "registered_on": ON}
        record(people, dossier, ("add_child", STOPPER, {**child, "municipality": "0599"}))
    watch(people)
    assert people.dossier(dossier).status != "closed"
    sweep(people)
    assert people.dossier(dossier).status == ("counting" if about == "dossier" else "routing")
    everything_is_settled_and_said_once(people)


def test_an_act_for_several_children_settles_what_waits(people: People) -> None:
    """S-31, S-45: of two dossiers, one of which has news: each child is recorded once, with an answer that is true."""
    children = []
    for _ in range(2):
        dossier = people.open(2)
        children += [people.add(dossier), people.add(dossier)]
    for child in children:
        do(people, child, PROPOSED)
    for child in children[:3]:
        do(people, child, AGREED)
    record(people, children[3], AGREED)  # in the second dossier, the last one
    act, by, given = INFORMED
    answers, _ = people.runner.decide_each(act, children, by, given, people.now)
    assert answers == dict.fromkeys(children)
    informed = rows(people.database, Decision, Decision.act == "inform_family")
    assert len(informed) == len(children)
    everything_is_settled_and_said_once(people)


def test_an_act_for_several_children_answers_for_each(people: People) -> None:
    """S-17, S-32: the ones that may are moved, the others keep where they stood and hear why."""
    dossier = people.open(3)
    ready, waiting, bare = (people.add(dossier) for _ in range(3))
    do(people, ready, PROPOSED, AGREED)
    do(people, waiting, PROPOSED)
    before = people.child(waiting), people.child(bare)
    stranger = "ST-2026-999999-0001"
    act, by, given = INFORMED
    answers, _ = people.runner.decide_each(act, [bare, ready, stranger, waiting, ready], by, given, people.now)
    codes = {reference: refused.code if refused else "" for reference, refused in answers.items()}
    early = "family_informed_too_early"
    assert codes == {bare: early, ready: "", stranger: "not_found", waiting: early}
    assert (people.child(waiting), people.child(bare)) == before
    everything_is_settled_and_said_once(people)
