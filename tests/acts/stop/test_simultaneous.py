"""People, sweeps and clocks that work on a dossier at the same moment."""

from __future__ import annotations

from collections import Counter

import pytest

from flows.deadline_watch import deadline_watch
from flows.mover import Runner
from models.stop.dossier import StopChild, StopDossier
from models.store.decision import Decision
from models.store.letter import Letter
from tests.support.dossiers import STOP, People
from tests.support.parties import ACCESS, ADMINISTRATION, RECEIVER, STOPPER
from tests.support.simultaneous import together
from tests.support.stored import rows
from tests.support.tries import Try, deciding
from tests.support.unmoved_dossiers import (
    ACCEPTED,
    AGREED,
    ALLOCATED,
    CONSENT,
    ENTRY,
    FINISH,
    FINISHED,
    HANDED_OVER,
    INFORMED,
    ON,
    PROPOSED,
    ROUTE_1,
    ROUTE_2,
    SIGNED,
    STARTED,
    do,
    everything_is_settled_and_said_once,
    many,
    propose,
)

pytestmark = pytest.mark.on_postgresql


DISAGREED: Try = ("decide_route", ACCESS, {"agreed": False, "reason": "x"})
EXCLUSIVE: dict[str, tuple[tuple[Try, ...], Try, Try]] = {
    "a yes and a no": (ROUTE_2[:1], AGREED, DISAGREED),
    "two yeses": (ROUTE_2[:1], AGREED, AGREED),
    "told twice": (ROUTE_2[:2], INFORMED, ("inform_family", STOPPER, {"on": "2026-08-31"})),
    "consent twice": (ROUTE_2[:3], CONSENT, CONSENT),
    "handed over twice": (ROUTE_2[:4], HANDED_OVER, HANDED_OVER),
    "accepted twice": (ROUTE_2[:6], ACCEPTED, ("accept_transfer", RECEIVER, {})),
    "two allocations": (ROUTE_2[:7], ALLOCATED, ("record_allocation", ACCESS, {"number": "2", "on": ON})),
    "started twice": (ROUTE_2[:8], STARTED, STARTED),
    "started and proposed anew": (ROUTE_2[:8], STARTED, ("propose_route", STOPPER, FINISH)),
    "signed off twice": (ROUTE_2[:10], SIGNED, SIGNED),
    "finished twice": (ROUTE_1[:2], FINISHED, FINISHED),
    "into the flex route twice": ((), ("enter_flex_route", ACCESS, ENTRY), ("enter_flex_route", "tz-anna", ENTRY)),
}


@pytest.mark.parametrize("pair", EXCLUSIVE)
def test_of_two_people_at_the_same_moment_one_wins(people: People, pair: str) -> None:
    """Gates 6 to 9, S-11, S-32, S-57, S-59: one decision stands; the other is told at once, with a code."""
    so_far, one, other = EXCLUSIVE[pair]
    dossier = people.open(3)
    for _ in range(3):
        child = people.add(dossier)
        do(people, child, *so_far)
        known = len(rows(people.database, Decision, Decision.subject == child))
        codes = Counter(together(deciding(child, one, people.now), deciding(child, other, people.now)))
        assert codes["recorded"] == 1, codes
        assert codes.keys() - {"recorded"} <= {"already_decided", "wrong_step", "no_agreement"}
        assert len(rows(people.database, Decision, Decision.subject == child)) == known + 1
    everything_is_settled_and_said_once(people)


@pytest.mark.parametrize(
    "what",
    [
        ("record_counts", STOPPER, {"municipality": "0599", "pre_trajectory": 1, "running": 1, "finishing": 1}),
        ("explain_difference", STOPPER, {"municipality": "0599", "explanation": "x"}),
        ("request_continuation", ACCESS, {"on": ON}),
        ("record_duty", STOPPER, {"duty": "steering", "on": ON}),
    ],
    ids=lambda what: what[0],
)
def test_of_two_who_say_the_same_about_a_dossier_one_is_recorded(people: People, what: Try) -> None:
    """S-07, S-13, S-40, S-42: the other hears that it was recorded already; each letter once."""
    dossier = people.open(2, stop_type="dissolved")
    people.count(dossier, ACCESS, 3)
    codes = together(*[deciding(dossier, what, people.now)] * 4)
    assert Counter(codes) == {"recorded": 1, "already_decided": 3}
    everything_is_settled_and_said_once(people)


def test_people_who_do_not_stand_in_each_others_way(people: People) -> None:
    """S-17, S-31, S-36, S-40: six children and the dossier itself, all at the same moment: all of it is recorded."""
    dossier = people.open(6)
    children = [people.add(dossier) for _ in range(6)]
    plan: Try = ("plan_consultation", ADMINISTRATION, {"first_on": "2026-09-08", "start": "10:00"})
    works = [deciding(child, PROPOSED, people.now) for child in children]
    assert together(*works, deciding(dossier, plan, people.now)) == ["recorded"] * 7
    assert [people.child(child).status for child in children] == ["waiting_for_decision"] * 6
    everything_is_settled_and_said_once(people)


def test_a_correction_and_a_decision_at_the_same_moment(people: People) -> None:
    """S-42: whichever comes first, no route is agreed on numbers that were known to differ."""
    for _ in range(4):
        dossier = people.open(1)
        child = people.add(dossier)
        do(people, child, PROPOSED)
        numbers = {"municipality": "0599", "pre_trajectory": 0, "running": 2, "finishing": 0}
        correct: Try = ("record_counts", ACCESS, numbers)
        corrected, agreed = together(deciding(dossier, correct, people.now), deciding(child, AGREED, people.now))
        assert corrected == "recorded"
        assert agreed in ("recorded", "counts_unexplained")
        last = {decision.act: decision.id for decision in rows(people.database, Decision)}
        assert people.child(child).route == (2 if agreed == "recorded" else None)
        assert agreed != "recorded" or last["decide_route"] < last["record_counts"]
    everything_is_settled_and_said_once(people)


def test_dossiers_and_children_at_the_same_moment_get_numbers_of_their_own(people: People) -> None:
    """S-01, S-17: references are given out once; the sender's own reference makes a second time change nothing."""
    opened = together(*[deciding(None, ("register_stop", ADMINISTRATION, {**STOP}), people.now)] * 3)
    assert opened == ["recorded"] * 3
    assert len({dossier.reference for dossier in rows(people.database, StopDossier)}) == 3
    dossier = people.open(0)
    child = {
        "municipality": "0599", "care": "durable", "category": "pre_trajectory", "care_form": "family_home",
        "registered_on": ON,
    }  # fmt: skip
    works = [("add_child", STOPPER, {**child, "sender_reference": f"K-{number % 3}"}) for number in range(6)]
    codes = together(*(deciding(dossier, what, people.now) for what in works))
    assert Counter(codes) == {"recorded": 3, "already_decided": 3}
    references = [row.reference for row in rows(people.database, StopChild)]
    assert references == [f"{dossier}-{number:04d}" for number in (1, 2, 3)]
    everything_is_settled_and_said_once(people)


def test_several_sweeps_at_once(people: People) -> None:
    """S-31, A.10: whoever sweeps, also at the same moment: each proposal is settled once, each letter written once."""
    children = many(people, 12)
    propose(people, children)
    now = people.now

    def move() -> bool:
        with Runner(None) as runner:
            return runner.move(None, "tegelijk", now).attention

    assert together(*[move] * 4) == [False] * 4
    assert {people.child(child).status for child in children} == {"waiting_for_decision"}
    kinds = Counter(letter.kind for letter in rows(people.database, Letter))
    assert kinds["route_proposal"] == len(children)
    everything_is_settled_and_said_once(people)


def test_two_clocks_at_once(people: People) -> None:
    """S-10, S-47, A.10: two runs at the same moment say everything once."""
    children = many(people, 4)
    people.wait_until("2028-01-03T07:00")
    now = people.now

    def look() -> bool:
        with Runner(None) as runner:
            return runner.run(deadline_watch, "tegelijk", now=now).attention

    assert together(look, look, look) == [False] * 3
    said = Counter(
        (letter.kind, letter.subject) for letter in rows(people.database, Letter) if letter.kind == "term_exceeded"
    )
    assert said == {("term_exceeded", child): 3 for child in children}  # provider, access, contract administration
    everything_is_settled_and_said_once(people)
