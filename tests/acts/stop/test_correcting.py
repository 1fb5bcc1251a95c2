"""What was given of a dossier or a child in it was wrong, and is corrected."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col

from acts import Refused
from acts.stop.children import record_children
from flows.deadline_watch import deadline_watch
from flows.deliver_mail import deliver_mail
from models.region.directory import load_region
from models.stop.dossier import StopChild, StopDossier
from models.store.decision import Decision
from models.store.former_reference import FormerReference
from models.store.letter import Letter
from models.store.youth import Youth
from notifications.contexts import Context
from notifications.outbox import letter_row, queue_letters
from notifications.stop.report.children import child_in_words
from tests.support.assignments import unlike_the_rules
from tests.support.dossiers import CHILD, People, told
from tests.support.parties import ACCESS, ACCESS_THERE, ADMINISTRATION, RECEIVER, STOPPER, THERE
from tests.support.stored import rows

WHY = {"reason": "Verkeerd overgenomen"}


def post(people: People) -> None:
    people.runner.run(deliver_mail, "post", now=people.now)


@pytest.mark.both_databases
def test_a_route_that_was_agreed_lapses(people: People) -> None:
    """S-31, S-32: of another child as it turns out; it is proposed again, and who had a letter hears it."""
    child = people.add(people.open())
    people.agree(child)
    people.hand_over(child, until="record_consent")
    post(people)
    people.do("correct_child", child, STOPPER, **WHY, care="restorative", registered_on="01-02-2025")
    seen = people.child(child)
    assert (seen.status, seen.route, seen.missing, seen.waiting_for) == (
        "waiting_for_proposal",
        None,
        ["proposal"],
        [STOPPER],
    )
    assert (seen.care, str(seen.registered_on)) == ("restorative", "2025-02-01")
    assert told(people.letters(child))["child_corrected"] == {ACCESS, RECEIVER}
    assert unlike_the_rules(people.database) == {}
    people.agree(child, route=1, expected_end="2027-05-01")
    assert people.child(child).status == "finishing"


def test_what_waits_does_not_go(people: People) -> None:
    """S-32: the access is not asked for what is proposed no more."""
    child = people.add(people.open())
    people.do("propose_route", child, STOPPER, route=2, receiving_provider=RECEIVER)
    people.do("correct_child", child, ADMINISTRATION, **WHY, care="restorative")
    states = {one.kind: one.state for one in rows(people.database, Letter, Letter.subject == child)}
    assert states == {"route_proposal": "withheld"}


def test_who_gets_a_decision_that_still_waits_hears_that_it_lapsed(people: People) -> None:
    """S-32, S-44: an agreement that is on its way is about another child now; who proposes again knows."""
    child = people.add(people.open())
    people.agree(child)
    people.do("correct_child", child, ADMINISTRATION, **WHY, care="restorative")
    waits = {(one.kind, one.recipient) for one in rows(people.database, Letter, Letter.state == "queued")}
    assert {("route_decision", STOPPER), ("child_corrected", STOPPER)} <= waits
    assert ("child_corrected", ACCESS) not in waits


@pytest.mark.parametrize("state", ["queued", "failed"])
@pytest.mark.parametrize("removed", [False, True])
def test_what_else_waits_about_a_child(people: People, state: str, removed: bool) -> None:
    """S-10, S-11, S-32: nobody is asked about a route that lapsed; a term runs on, but not of who is not in the dossier."""
    child = people.add(people.open())
    people.do("propose_route", child, STOPPER, route=2, receiving_provider=RECEIVER)
    [asked] = rows(people.database, Letter, Letter.kind == "route_proposal")
    near = {**asked.context, "last_day": "2027-09-01"}
    for field in ("expected_end", "at_risk", "replaces", "counts_open"):
        del near[field]
    turn = {"access": ACCESS, "acts": ["decide_route"], "former": None, "dossier": near["dossier"]}
    more = [
        letter_row("term_near", ACCESS, child, "1", Context(near), people.now),
        letter_row("your_turn", ACCESS, child, "1", Context(turn), people.now),
    ]
    with people.database.writing() as session:
        queue_letters(session, [{**one, "state": state} for one in more])
    if removed:
        people.do("remove_child", child, STOPPER, **WHY)
    else:
        people.do("correct_child", child, STOPPER, **WHY, care="restorative")
    found = {one.kind: one for one in rows(people.database, Letter, Letter.subject == child)}
    assert (found["route_proposal"].state, found["your_turn"].state) == ("withheld", "withheld")
    assert found["term_near"].state == ("withheld" if removed else state)
    assert removed or (found["term_near"].context["route"], found["term_near"].context["receiver"]) == (None, None)


def test_an_own_number_is_in_no_letter(people: People) -> None:
    """C.4: nobody hears that it was wrong."""
    child = people.add(people.open(), sender_reference="K-1")
    people.do("propose_route", child, STOPPER, route=2, receiving_provider=RECEIVER)
    post(people)
    people.do("correct_child", child, STOPPER, **WHY, sender_reference="K-2")
    assert "child_corrected" not in told(people.letters(child))


@pytest.mark.both_databases
def test_a_child_of_another_municipality(people: People) -> None:
    """S-17, S-41, S-42: its numbers are asked there; until they agree nothing is decided."""
    dossier = people.open()
    child = people.add(dossier)
    people.do("correct_child", child, STOPPER, **WHY, municipality=THERE)
    seen = people.dossier(dossier)
    assert (seen.added, seen.left_out, seen.not_counted) == ({THERE: {"running": 1}}, 1, 1)
    assert set(people.child(child).waiting_for) == {STOPPER}
    assert unlike_the_rules(people.database) == {}
    people.do("propose_route", child, STOPPER, route=2, receiving_provider=RECEIVER)
    assert people.refused("decide_route", child, ACCESS_THERE, agreed=True) == "counts_unexplained"


@pytest.mark.parametrize(
    ("until", "given", "code"),
    [
        ("", {}, "already_decided"),
        ("", {"care": "durable"}, "already_decided"),
        ("", {"reason": "", "care": "restorative"}, "invalid"),
        ("", {"care": "other"}, "invalid"),
        ("", {"care_form": "residential"}, "not_affected"),
        ("", {"allocation_ends_on": ""}, "invalid"),
        ("", {"allocation_ends_on": "2024-01-01"}, "invalid"),
        ("record_handover", {"care": "restorative"}, "wrong_step"),
        ("record_handover", {"location": "Noord"}, ""),
        ("record_start", {"location": "Noord"}, "wrong_step"),
        ("record_start", {"sender_reference": "K-2"}, ""),
    ],
)
def test_what_is_refused(people: People, until: str, given: dict[str, Any], code: str) -> None:
    """S-11, S-17, S-32: with nothing half-applied; what stands already is no correction."""
    child = people.add(people.open())
    if until:
        people.agree(child)
        people.hand_over(child, until=until)
    before = rows(people.database, StopChild)[0].model_dump()
    assert people.refused("correct_child", child, STOPPER, **{**WHY, **given}) == code
    if code:
        assert rows(people.database, StopChild)[0].model_dump() == before


@pytest.mark.parametrize("act", ["correct_child", "remove_child"])
def test_who_may(people: People, act: str) -> None:
    """A.8: who gave it, or contract administration."""
    child = people.add(people.open())
    for who in (ACCESS, RECEIVER, "tz-anna"):
        assert people.refused(act, child, who, **WHY) == "forbidden"
    assert people.refused("correct_dossier", child.rpartition("-")[0], STOPPER, **WHY) == "forbidden"


@pytest.mark.both_databases
def test_the_youth_is_one_in_both_processes(people: People) -> None:
    """C.4, S-11: corrected in the dossier, and so in its case; no decision has it."""
    child = people.add(people.open(), private={"name": "Verkeerd", "bsn": "999900006"})
    entry = {
        "referral_route": "local_team",
        "opdracht": "B",
        "provider": "sys-zuid",
        "referrer": "ref-lt",
        "reason": "x",
    }
    people.do("enter_flex_route", child, "tz-anna", **entry)
    people.do("correct_child", child, STOPPER, **WHY, private={"name": "Goed"})
    known = [one.data for one in rows(people.database, Youth)]
    assert known == [{"name": "Goed", "bsn": "999900006"}] * 2
    said = [str(one.data) for one in rows(people.database, Decision)]
    assert not [one for one in said if "Goed" in one or "Verkeerd'" in one]
    assert people.refused("correct_child", child, STOPPER, **WHY, municipality=THERE) == "wrong_step"


@pytest.mark.both_databases
def test_a_child_that_was_added_by_mistake_leaves(people: People) -> None:
    """S-11, S-17: before anything was agreed; nobody must act on it, nothing counts it, and its youth is forgotten."""
    dossier = people.open()
    child, other = people.add(dossier, private={"name": "Dubbel"}, sender_reference="K-1"), people.add(dossier)
    people.do("propose_route", child, STOPPER, route=2, receiving_provider=RECEIVER)
    post(people)
    people.do("remove_child", child, STOPPER, **WHY)
    seen, view = people.child(child), people.dossier(dossier)
    assert (str(seen.removed_on), seen.waiting_for, seen.missing, seen.acts) == ("2026-09-01", [], [], [])
    with people.database.reading() as session:
        said = child_in_words(load_region(session), seen)
    assert (said["status"], said["held_by"]) == ("uit het dossier gehaald", "")
    assert (view.open, view.added, view.not_counted) == (1, {"0599": {"running": 1}}, 0)
    assert told(people.letters(child))["child_corrected"] == {ACCESS}
    assert rows(people.database, Youth) == []
    assert unlike_the_rules(people.database) == {}
    for act, by in (("propose_route", STOPPER), ("correct_child", STOPPER)):
        assert people.refused(act, child, by, **({"route": 1} if act == "propose_route" else WHY)) == "wrong_step"
    [answer] = record_children(people.database, dossier, STOPPER, [{**CHILD, "sender_reference": "K-1"}], people.now)
    assert "uit het dossier gehaald" in str(answer)
    people.wait_until("2028-02-01T08:00")
    people.runner.run(deadline_watch, "termijnen", now=people.now)
    assert "term_exceeded" not in told(people.letters(child))
    assert "term_exceeded" in told(people.letters(other))


def test_a_child_with_an_agreement_stays(people: People) -> None:
    """S-11: nobody is let go of."""
    child = people.add(people.open())
    people.agree(child)
    assert people.refused("remove_child", child, STOPPER, **WHY) == "wrong_step"


@pytest.mark.both_databases
def test_a_list_of_before_says_nothing_new(people: People) -> None:
    """S-17: as it was added, as it was corrected, and by both own numbers; nothing is added twice."""
    dossier = people.open()
    child = people.add(dossier, sender_reference="K-1")
    other = people.add(dossier, sender_reference="K-2")
    people.do("correct_child", child, STOPPER, **WHY, sender_reference="K-9", care="restorative")
    assert people.refused("correct_child", child, STOPPER, **WHY, sender_reference="K-2") == "invalid"
    lines = [{**CHILD, **more} for more in (
        {"sender_reference": "K-1"}, {"sender_reference": "K-9", "care": "restorative"}, {"sender_reference": "K-2"},
        {"sender_reference": "K-9", "care_form": "family_home"},
    )]  # fmt: skip
    answers: list[Any] = record_children(people.database, dossier, STOPPER, lines, people.now)
    assert [(one.subject, one.differs) for one in answers[:3]] == [(child, ()), (child, ()), (other, ())]
    assert len(rows(people.database, StopChild)) == 2
    assert [(one.subject, one.sender_reference) for one in rows(people.database, FormerReference)] == [(child, "K-1")]


@pytest.mark.both_databases
def test_a_dossier_with_another_last_day(people: People) -> None:
    """S-10, S-39: it is announced once more, every term is looked at anew, and who had a letter hears it."""
    dossier = people.open()
    child = people.add(dossier)
    people.do("propose_route", child, STOPPER, route=2, receiving_provider=RECEIVER)
    post(people)
    people.do("correct_dossier", dossier, ADMINISTRATION, **WHY, contract_ends_on="2026-10-31", motives="Anders.")
    view = people.dossier(dossier)
    assert (str(view.contract_ends_on), str(view.ends_by), str(people.child(child).ends_by)) == (
        "2026-10-31",
        "2027-10-31",
        "2027-10-31",
    )
    found = rows(people.database, Letter, Letter.kind == "provider_stops")
    assert [one.context["motives"] for one in found][2:] == ["Anders."] * 2
    assert {who for kind, who in people.letters(dossier) if kind == "dossier_corrected"} == {STOPPER, ACCESS}
    assert unlike_the_rules(people.database) == {}
    assert rows(people.database, StopDossier)[0].opening > 1


def test_what_of_a_dossier_is_refused(people: People) -> None:
    """S-01, S-11, S-40: no child falls out of it, and the provider of its numbers stays."""
    dossier = people.open()
    people.add(dossier)
    for given, code in (
        ({"provider": "sys-zuid"}, "wrong_step"),
        ({"care_forms": ["family_home"]}, "invalid"),
        ({"locations": ["Noord"]}, "invalid"),
        ({"care_forms": []}, "invalid"),
        ({"stop_type": "bankruptcy"}, "invalid"),
        ({"stop_type": "not_renewed"}, "already_decided"),
        ({"stop_type": "dissolved"}, ""),
    ):
        assert people.refused("correct_dossier", dossier, ADMINISTRATION, **WHY, **given) == code
    assert rows(people.database, StopDossier)[0].stop_type == "dissolved"


def test_of_several_children_at_once(people: People) -> None:
    """What is of one child is never corrected for a selection."""
    dossier = people.open()
    children = [people.add(dossier), people.add(dossier)]
    with pytest.raises(Refused, match="van één jeugdige"):
        people.runner.decide_each("correct_child", children, STOPPER, {**WHY, "private": {"name": "x"}}, people.now)
    answers, _ = people.runner.decide_each(
        "correct_child", children, STOPPER, {**WHY, "care": "restorative"}, people.now
    )
    assert answers == dict.fromkeys(children)
    found = rows(people.database, StopChild, col(StopChild.reference).in_(children))
    assert {one.care for one in found} == {"restorative"}
