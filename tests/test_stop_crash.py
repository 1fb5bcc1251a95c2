"""A provider that stops, when things go wrong or come together: crashes, people at the same moment, a child that breaks, new terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from acts import Unsettled, perform, perform_each
from flows.deadline_watch import deadline_watch
from flows.running import Ended, Runner
from models.case import Case, Decision
from models.database import Database
from models.directory import load_region, store_region
from models.letter import Letter
from models.stop import StopChild, StopDossier
from rules.refusal import Refused
from rules.region import Region
from tasks.chunk import SIZE
from tasks.stop.work import ChildWork, DossierWork
from tests.dossiers import ACCESS, ADMINISTRATION, FILE, RECEIVER, STOP, STOPPER, People
from tests.rules.made import with_settings
from tests.together import together

SECRET = "Kornoelje 999900006"
ON = "2026-09-01"
FINISH = {"route": 1, "expected_end": "2027-05-01", "reason": "x"}
TRANSFER = {"route": 2, "receiving_provider": RECEIVER}
ENTRY = {"referral_route": "local_team", "opdracht": "B", "provider": "sys-noord", "referrer": "ref-lt", "reason": "x"}

Try = tuple[str, str, dict[str, Any]]  # an act, who does it, with what
PROPOSED: Try = ("propose_route", STOPPER, TRANSFER)
AGREED: Try = ("decide_route", ACCESS, {"agreed": True})
INFORMED: Try = ("inform_family", STOPPER, {"on": ON})
CONSENT: Try = ("record_consent", STOPPER, {"given": True, "on": ON})
HANDED_OVER: Try = ("record_handover", STOPPER, {"on": ON})
ITEMS: Try = ("record_file", STOPPER, {"on": ON, "items": FILE})
ACCEPTED: Try = ("accept_transfer", RECEIVER, {"registered_on": ON, "reason": "x"})
ALLOCATED: Try = ("record_allocation", ACCESS, {"number": "100200301", "on": ON})
STARTED: Try = ("record_start", RECEIVER, {"on": ON})
SIGNED: Try = ("sign_off", ACCESS, {"what": "handover"})
FINISHED: Try = ("finish_care", STOPPER, {"on": ON})
ROUTE_2 = (PROPOSED, AGREED, INFORMED, CONSENT, HANDED_OVER, ITEMS, ACCEPTED, ALLOCATED, STARTED, ITEMS, SIGNED)
ROUTE_1 = (("propose_route", STOPPER, FINISH), AGREED, FINISHED, ("sign_off", ACCESS, {"what": "finished"}))


@pytest.fixture
def people(database: Database) -> Iterator[People]:
    with Runner(None) as runner:
        yield People(database, runner)


def record(people: People, about: str | None, what: Try) -> str:
    """The decision is kept; then the process dies."""
    act, by, given = what
    return perform(people.database, act, about, by, given, people.now)


def do(people: People, about: str, *acts: Try) -> None:
    for act, by, given in acts:
        people.do(act, about, by, **given)


def sweep(people: People) -> Ended:
    return people.runner.move_stops(None, "veegronde", people.now)


def watch(people: People, at: str | None = None) -> list[tuple[str, str]]:
    """The clock, on a day: kind and subject of what it wrote."""
    if at:
        people.wait_until(f"{at}T07:00")
    before = len(rows(people, Letter))
    ended = people.runner.run(deadline_watch, "termijnbewaking", now=people.now)
    assert not ended.attention, ended.message
    return sorted({(letter.kind, letter.subject) for letter in rows(people, Letter)[before:]})


def rows(people: People, kind: Any, *where: Any) -> list[Any]:
    with people.database.reading() as session:
        return list(session.exec(select(kind).where(*where).order_by(*kind.__table__.primary_key)).all())


def unsettled(people: People) -> list[str]:
    return [decision.act for decision in rows(people, Decision, col(Decision.settled_at).is_(None))]


def everything_is_settled_and_said_once(people: People) -> None:
    assert unsettled(people) == []
    for kind in (StopDossier, StopChild):
        assert not rows(people, kind, col(kind.trouble).is_not(None))
    answered = Counter((d.dossier_id, d.child_id, d.case_id, d.opening) for d in rows(people, Decision))
    assert {*answered.values()} <= {1}
    assert {*Counter(letter.key for letter in rows(people, Letter)).values()} <= {1}


def shown(people: People, dossier: str) -> tuple[Any, ...]:
    """What people see of a dossier and its children, without references; and every letter in its order."""
    children = rows(people, StopChild, col(StopChild.reference).startswith(f"{dossier}-"))
    views = [people.dossier(dossier), *(people.child(child.reference) for child in children)]
    seen = [{key: said for key, said in view.items() if key not in ("reference", "dossier")} for view in views]
    letters = [people.letters(reference) for reference in (dossier, *(child.reference for child in children))]
    return seen, letters, [(child.opening, child.watch_on) for child in children]


# a crash between the act and the flow


def told(people: People, how: Callable[[str | None, Try], str]) -> str:
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
        assert sweep(people).message == "1 bij stoppende aanbieders verplaatst"
        assert sweep(people).message == "0 bij stoppende aanbieders verplaatst"
        return reference

    moved = told(people, lambda about, what: people.do(what[0], about, what[1], **what[2]))
    swept = told(people, crashing)
    people.runner.move(None, "veegronde", people.now)
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
        reference, _ = people.runner.decide(what[0], about, what[1], what[2], people.now)
        return reference

    dossier = told(people, crashing)
    assert [child["status"] for child in shown(people, dossier)[0][1:]] == ["transferred", "finished"]
    everything_is_settled_and_said_once(people)


@pytest.mark.parametrize("number", range(len(ROUTE_2) - 1))
def test_a_decision_about_a_child_waits_and_the_next_one_finds_it_done(people: People, number: int) -> None:
    """S-11, S-12, S-44, S-50, S-55 … S-57, S-59: a recorded decision counts at once, also before it was moved."""
    child = people.add(people.open())
    do(people, child, *ROUTE_2[:number])
    record(people, child, ROUTE_2[number])
    assert unsettled(people) == [ROUTE_2[number][0]]
    with pytest.raises(Unsettled):
        record(people, child, ROUTE_2[number + 1])
    do(people, child, ROUTE_2[number + 1])
    assert unsettled(people) == []
    acts = [d.act for d in rows(people, Decision, col(Decision.child_id).is_not(None))]
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
    assert unsettled(people) == ["propose_route"]
    assert people.child(one)["status"] == "waiting_for_proposal"
    sweep(people)
    assert people.child(one)["status"] == "waiting_for_decision"
    everything_is_settled_and_said_once(people)


def test_the_clock_waits_for_what_was_decided(people: People) -> None:
    """S-10, S-11, S-24: the care was finished in time, and the process died; the term that passes does not undo it."""
    child = people.add(people.open(), care="restorative", allocation_ends_on="2027-03-31")
    do(people, child, ROUTE_1[0], AGREED)
    people.wait_until("2027-03-31T16:00")
    record(people, child, ("finish_care", STOPPER, {"on": "2027-03-31"}))
    assert watch(people, "2027-04-01") == []
    sweep(people)
    assert (people.child(child)["status"], people.child(child)["route"]) == ("finished", 1)
    assert "term_exceeded" not in people.child(child)["signals"]
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
    assert people.dossier(dossier)["status"] != "closed"
    sweep(people)
    assert people.dossier(dossier)["status"] == ("counting" if about == "dossier" else "routing")
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
    informed = rows(people, Decision, Decision.act == "inform_family")
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


# several people at the same moment


def deciding(people: People, about: str | None, what: Try) -> Callable[[], str]:
    """One person who decides; answers with "" or the code of the refusal."""
    now = people.now

    def decide() -> str:
        with Runner(None) as runner:
            try:
                runner.decide(what[0], about, what[1], what[2], now)
            except Refused as refused:
                return refused.code
        return ""

    return decide


NO: Try = ("decide_route", ACCESS, {"agreed": False, "reason": "x"})
EXCLUSIVE: dict[str, tuple[tuple[Try, ...], Try, Try]] = {
    "a yes and a no": (ROUTE_2[:1], AGREED, NO),
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
        known = len(rows(people, Decision, col(Decision.child_id).is_not(None)))
        codes = Counter(together(deciding(people, child, one), deciding(people, child, other)))
        assert codes[""] == 1, codes
        assert codes.keys() - {""} <= {"already_decided", "wrong_step", "no_agreement"}
        assert len(rows(people, Decision, col(Decision.child_id).is_not(None))) == known + 1
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
    codes = together(*[deciding(people, dossier, what)] * 4)
    assert Counter(codes) == {"": 1, "already_decided": 3}
    everything_is_settled_and_said_once(people)


def test_people_who_do_not_stand_in_each_others_way(people: People) -> None:
    """S-17, S-31, S-36, S-40: six children and the dossier itself, all at the same moment: all of it is recorded."""
    dossier = people.open(6)
    children = [people.add(dossier) for _ in range(6)]
    plan: Try = ("plan_consultation", ADMINISTRATION, {"first_on": "2026-09-08", "start": "10:00"})
    works = [deciding(people, child, PROPOSED) for child in children]
    assert together(*works, deciding(people, dossier, plan)) == [""] * 7
    assert [people.child(child)["status"] for child in children] == ["waiting_for_decision"] * 6
    everything_is_settled_and_said_once(people)


def test_a_correction_and_a_decision_at_the_same_moment(people: People) -> None:
    """S-42: whichever comes first, no route is agreed on numbers that were known to differ."""
    for _ in range(4):
        dossier = people.open(1)
        child = people.add(dossier)
        do(people, child, PROPOSED)
        numbers = {"municipality": "0599", "pre_trajectory": 0, "running": 2, "finishing": 0}
        correct: Try = ("record_counts", ACCESS, numbers)
        corrected, agreed = together(deciding(people, dossier, correct), deciding(people, child, AGREED))
        assert corrected == ""
        assert agreed in ("", "counts_unexplained")
        last = {decision.act: decision.id for decision in rows(people, Decision)}
        assert people.child(child)["route"] == (2 if agreed == "" else None)
        assert agreed or last["decide_route"] < last["record_counts"]
    everything_is_settled_and_said_once(people)


def test_dossiers_and_children_at_the_same_moment_get_numbers_of_their_own(people: People) -> None:
    """S-01, S-17: references are given out once; the sender's own reference makes a second time change nothing."""
    opened = together(*[deciding(people, None, ("register_stop", ADMINISTRATION, {**STOP}))] * 3)
    assert opened == [""] * 3
    assert len({dossier.reference for dossier in rows(people, StopDossier)}) == 3
    dossier = people.open(0)
    child = {
        "municipality": "0599", "care": "durable", "category": "pre_trajectory", "care_form": "family_home",
        "registered_on": ON,
    }  # fmt: skip
    works = [("add_child", STOPPER, {**child, "sender_reference": f"K-{number % 3}"}) for number in range(6)]
    codes = together(*(deciding(people, dossier, what) for what in works))
    assert Counter(codes) == {"": 3, "already_decided": 3}
    references = [row.reference for row in rows(people, StopChild)]
    assert references == [f"{dossier}-{number:04d}" for number in (1, 2, 3)]
    everything_is_settled_and_said_once(people)


def many(people: People, number: int) -> list[str]:
    """So many children of one dossier."""
    dossier = people.open(number)
    return [people.add(dossier) for _ in range(number)]


def propose(people: People, children: Sequence[str]) -> None:
    """A proposal for each, recorded and not moved."""
    answers = perform_each(people.database, "propose_route", children, STOPPER, TRANSFER, people.now)
    assert not any(answers.values())


def test_several_sweeps_at_once(people: People) -> None:
    """S-31, A.10: whoever sweeps, also at the same moment: each proposal is settled once, each letter written once."""
    children = many(people, 12)
    propose(people, children)
    now = people.now

    def move() -> bool:
        with Runner(None) as runner:
            return runner.move_stops(None, "tegelijk", now).attention

    assert together(*[move] * 4) == [False] * 4
    assert {people.child(child)["status"] for child in children} == {"waiting_for_decision"}
    kinds = Counter(letter.kind for letter in rows(people, Letter))
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
    said = Counter((letter.kind, letter.subject) for letter in rows(people, Letter) if letter.kind == "term_exceeded")
    assert said == {("term_exceeded", child): 3 for child in children}  # provider, access, contract administration
    everything_is_settled_and_said_once(people)


# one that breaks


def broken(monkeypatch: pytest.MonkeyPatch, kind: type[Any], step: str, reference: str) -> None:
    """This step fails for this one, with a text that nobody may read."""
    right = getattr(kind, step)

    def fails(work: Any, *args: Any, **kwargs: Any) -> Any:
        if (work.child if kind is ChildWork else work.dossier).reference == reference:
            raise RuntimeError(SECRET)
        return right(work, *args, **kwargs)

    monkeypatch.setattr(kind, step, fails)


def test_a_child_that_breaks_is_set_aside_and_the_others_move(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-11, S-17, C.4: with its reason, without its text; it goes on when it is mended, and nobody waits for it."""
    children = many(people, SIZE + 3)
    propose(people, children)
    bad = children[SIZE // 2]
    with monkeypatch.context() as patch:
        broken(patch, ChildWork, "letter_of_child", bad)
        ended = sweep(people)
        assert ended.attention
        assert ended.message.startswith(f"{bad}: RuntimeError in ")
        assert "Kornoelje" not in ended.message
        standing = {child: people.child(child) for child in children}
        moved = [child for child, view in standing.items() if view["status"] == "waiting_for_decision"]
        assert moved == [child for child in children if child != bad]
        assert standing[bad]["trouble"].startswith("RuntimeError in ")
        assert standing[bad]["held_by"] == STOPPER
        assert people.letters(bad) == []
        with pytest.raises(Refused) as refused:
            people.do("decide_route", bad, ACCESS, agreed=True)
        assert (refused.value.code, "apart gezet" in str(refused.value)) == ("already_decided", True)
        do(people, children[0], AGREED)
    assert sweep(people).message == "1 bij stoppende aanbieders verplaatst"
    assert (people.child(bad)["status"], people.child(bad)["trouble"]) == ("waiting_for_decision", None)
    assert people.letters(bad) == [("route_proposal", ACCESS)]
    everything_is_settled_and_said_once(people)


def test_a_dossier_that_breaks_is_set_aside(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-39, S-42: nothing about it or its children is decided on what was not taken in; another dossier goes on."""
    bad, good = people.open(1), people.open(1)
    child, other = people.add(bad), people.add(good)
    do(people, child, PROPOSED)
    do(people, other, PROPOSED)
    numbers = {"municipality": "0599", "pre_trajectory": 0, "running": 2, "finishing": 0}
    with monkeypatch.context() as patch:
        broken(patch, DossierWork, "letter", bad)
        record(people, bad, ("record_counts", ACCESS, numbers))
        assert sweep(people).attention
        assert people.dossier(bad)["trouble"].startswith("RuntimeError in ")
        assert people.refused("decide_route", child, ACCESS, agreed=True) == "already_decided"
        assert people.refused("record_duty", bad, STOPPER, duty="steering", on=ON) == "already_decided"
        do(people, other, AGREED)
    sweep(people)
    assert people.dossier(bad)["trouble"] is None
    assert people.refused("decide_route", child, ACCESS, agreed=True) == "counts_unexplained"
    everything_is_settled_and_said_once(people)


def test_a_child_that_breaks_while_the_clock_looks(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-10, S-51: the others are told in time; this one the next day, and then nothing is wrong with it any more."""
    children = many(people, 3)
    bad = children[1]
    people.wait_until("2027-11-30T07:00")
    with monkeypatch.context() as patch:
        broken(patch, ChildWork, "letter_of_child", bad)
        assert people.runner.run(deadline_watch, "termijnbewaking", now=people.now).attention
    assert people.child(bad)["signals"] == []
    assert [people.letters(child)[-1][0] for child in (children[0], children[2])] == ["term_near"] * 2
    assert watch(people, "2027-12-01") == [("term_near", bad)]
    everything_is_settled_and_said_once(people)


# other terms


def import_region(people: People, region: Region, **numbers: Any) -> None:
    with people.database.writing() as session:
        store_region(session, with_settings(region, **numbers))


def test_the_same_region_says_nothing_again(people: People, region: Region) -> None:
    """S-10, S-47, N-26: every child is looked at anew, and there is nothing new to say; then not looked at for nothing."""
    children = many(people, 2)
    assert watch(people, "2027-11-30") == [("term_near", child) for child in children]
    due = [row.watch_on for row in rows(people, StopChild)]
    import_region(people, region)
    assert watch(people) == []
    assert [row.watch_on for row in rows(people, StopChild)] == due == [date(2028, 1, 1)] * 2


def test_another_number_of_months_counts_from_the_next_look(people: People, region: Region) -> None:
    """S-10, S-25, AMB-40: a shorter term is told at once, also in the middle of a quiet time; a longer one takes none back."""
    dossier = people.open()
    child = people.add(dossier)
    assert watch(people, "2027-08-31") == []
    import_region(people, region, stop_term_months=9)
    assert people.child(child)["ends_by"] == people.dossier(dossier)["ends_by"] == date(2027, 9, 30)
    assert watch(people, "2027-09-01") == [("term_near", child)]
    import_region(people, region, stop_term_months=12)
    assert watch(people, "2027-09-29") == []
    assert watch(people, "2027-09-30") == [("term_near", child)]  # of the new last day
    assert people.child(child)["signals"] == ["term_at_risk"]


def test_another_number_of_days_for_the_file(people: People, region: Region) -> None:
    """S-47, AMB-42: the file of a child that started before is due by the new number too."""
    child = people.add(people.open())
    people.agree(child)
    people.hand_over(child)
    import_region(people, region, file_transfer_days=14)
    assert people.child(child)["file_due"] == date(2026, 9, 15)
    assert watch(people, "2026-09-07") == []
    assert watch(people, "2026-09-08") == [("file_due", child)]
    assert watch(people, "2026-09-16") == [("file_overdue", child)]
    assert watch(people, "2026-09-30") == []


@pytest.mark.parametrize("warnings", [(1,), (3, 2, 1), (6, 1), (2,), ()])
def test_other_warnings_take_no_word_away_and_say_none_twice(
    people: People, region: Region, warnings: tuple[int, ...]
) -> None:
    """S-10, S-51, AMB-40, AMB-43: whatever was said before, the end of a term is told once, and route 1 lapses then."""
    child = people.add(people.open(), care="restorative", allocation_ends_on=None, category="pre_trajectory")
    people.count(people.child(child)["dossier"], STOPPER, 0)
    people.count(people.child(child)["dossier"], ACCESS, 0)
    do(people, child, ROUTE_1[0], AGREED)
    assert watch(people, "2027-12-05") == [("term_near", child)]  # both warnings have come
    import_region(people, region, stop_term_warnings_months=warnings)
    assert watch(people, "2027-12-06") == []
    assert watch(people, "2028-01-01") == [("term_exceeded", child)]
    assert people.child(child)["route"] is None
    import_region(people, region, stop_term_warnings_months=(3, 2, 1))
    assert watch(people, "2028-01-02") == []


# the day on which a route lapses


@pytest.mark.parametrize(
    ("allocation", "day", "then"),
    [
        ("2027-12-20", "2027-12-21", "term_near"),  # the twelve months are near as well
        ("2027-12-20", "2028-01-05", "term_exceeded"),  # and here they have passed too
        ("2027-03-31", "2027-04-01", None),
    ],
)
def test_the_day_on_which_a_route_lapses(people: People, allocation: str, day: str, then: str | None) -> None:
    """S-10, S-25, AMB-43, N-26: the term becomes another one; that has words of its own, once, with the next look."""
    child = people.add(people.open(), care="restorative", allocation_ends_on=allocation)
    do(people, child, ROUTE_1[0], AGREED)
    assert watch(people, day) == [("term_exceeded", child)]
    assert people.child(child)["route"] is None
    assert watch(people) == ([(then, child)] if then else [])
    written = rows(people, Letter)
    assert watch(people) == []
    following = date.fromisoformat(day) + timedelta(days=1)
    assert watch(people, following.isoformat()) == []
    assert rows(people, Letter) == written
    said = [
        (letter.kind, letter.context["last_day"]) for letter in rows(people, Letter, Letter.recipient == ADMINISTRATION)
    ]
    assert said == [("term_exceeded", allocation), *([(then, "2027-12-31")] if then else [])]
    everything_is_settled_and_said_once(people)


# the flex route that ends


def test_a_case_that_was_withdrawn_makes_no_receiver(people: People, region: Region) -> None:
    """Gates 1 and 6, S-29, F-36: the flex provider accepted, and then its case was withdrawn."""
    child = people.add(people.open())
    people.wait_until("2026-10-05T09:00")
    people.do("enter_flex_route", child, ACCESS, **ENTRY)
    [case] = rows(people, Case)
    no = {"can_deliver": False, "explanation": "x"}
    people.do("record_assessment", case.reference, "sys-noord", ground="demand_peak", **no)
    people.do("decide_mediation", case.reference, "tz-anna", outcome="table", reason="x")
    people.wait_until("2026-10-06T18:00")
    participants = next(table for table in region.tables if table.id == "T_BC").participants
    answers = [{"provider": who, **no} for who in participants if who != "sys-noord"]
    people.do("record_table_answers", case.reference, "tz-anna", on="2026-10-06", answers=answers)
    people.do("decide_approval", case.reference, "cm-bc", approved=True, ground="demand_peak", motivation="x")
    yes = {"provider": "flex-anker", "accepts": True, "earliest_start": "2026-10-12"}
    people.do("record_flex_answer", case.reference, "flex-anker", **yes)
    flex = {"route": 2, "receiving_provider": "flex-anker"}
    assert people.refused("propose_route", child, STOPPER, **flex) == ""
    people.do("withdraw", case.reference, "ref-lt", reason="x")
    assert people.refused("propose_route", child, STOPPER, **flex) == "not_contracted"
    assert people.refused("decide_route", child, ACCESS, agreed=True) == "not_contracted"
    with people.database.reading() as session:
        assert load_region(session).is_flex_only("flex-anker", "B", people.now.date())
