"""A child or a dossier that breaks is set aside, and the others move."""

from __future__ import annotations

from typing import Any

import pytest

from flows.deadline_watch import deadline_watch
from rules.shared.refusal import Refused
from tasks.engine.batch import SIZE
from tasks.stop.work import ChildContext, DossierContext
from tests.support.dossiers import People
from tests.support.parties import ACCESS, STOPPER
from tests.support.private import TYPED
from tests.support.stored import unsettled
from tests.support.unmoved_dossiers import (
    AGREED,
    ENTRY,
    ON,
    PROPOSED,
    do,
    everything_is_settled_and_said_once,
    many,
    propose,
    record,
    sweep,
    watch,
)


def break_step(monkeypatch: pytest.MonkeyPatch, kind: type[Any], step: str, reference: str) -> None:
    """This step fails for this one, with a text that nobody may read."""
    right = getattr(kind, step)

    def fails(work: Any, *args: Any, **kwargs: Any) -> Any:
        if (work.child if kind is ChildContext else work.dossier).reference == reference:
            raise RuntimeError(TYPED)
        return right(work, *args, **kwargs)

    monkeypatch.setattr(kind, step, fails)


def test_a_child_that_breaks_is_set_aside_and_the_others_move(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-11, S-17, C.4: with its reason, without its text; it goes on when it is mended, and nobody waits for it."""
    children = many(people, SIZE + 3)
    propose(people, children)
    bad = children[SIZE // 2]
    with monkeypatch.context() as patch:
        break_step(patch, ChildContext, "letter_of_child", bad)
        ended = sweep(people)
        assert ended.attention
        assert ended.message.startswith(f"{bad}: RuntimeError in ")
        assert "Kornoelje" not in ended.message
        standing = {child: people.child(child) for child in children}
        moved = [child for child, view in standing.items() if view.status == "waiting_for_decision"]
        assert moved == [child for child in children if child != bad]
        assert (standing[bad].trouble or "").startswith("RuntimeError in ")
        assert standing[bad].held_by == STOPPER
        assert people.letters(bad) == []
        with pytest.raises(Refused) as refused:
            people.do("decide_route", bad, ACCESS, agreed=True)
        assert (refused.value.code, "apart gezet" in str(refused.value)) == ("already_decided", True)
        do(people, children[0], AGREED)
    assert "1 bij stoppende aanbieders verplaatst" in sweep(people).message
    assert (people.child(bad).status, people.child(bad).trouble) == ("waiting_for_decision", None)
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
        break_step(patch, DossierContext, "letter", bad)
        record(people, bad, ("record_counts", ACCESS, numbers))
        assert sweep(people).attention
        assert (people.dossier(bad).trouble or "").startswith("RuntimeError in ")
        assert people.refused("decide_route", child, ACCESS, agreed=True) == "already_decided"
        assert people.refused("record_duty", bad, STOPPER, duty="steering", on=ON) == "already_decided"
        do(people, other, AGREED)
    sweep(people)
    assert people.dossier(bad).trouble is None
    assert people.refused("decide_route", child, ACCESS, agreed=True) == "counts_unexplained"
    everything_is_settled_and_said_once(people)


def test_a_child_that_breaks_while_the_clock_looks(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-10, S-51: the others are told in time; this one the next day, and then nothing is wrong with it any more."""
    children = many(people, 3)
    bad = children[1]
    people.wait_until("2027-11-30T07:00")
    with monkeypatch.context() as patch:
        break_step(patch, ChildContext, "letter_of_child", bad)
        assert people.runner.run(deadline_watch, "termijnbewaking", now=people.now).attention
    assert people.child(bad).signals == []
    assert [people.letters(child)[-1][0] for child in (children[0], children[2])] == ["term_near"] * 2
    assert watch(people, "2027-12-01") == [("term_near", bad)]
    everything_is_settled_and_said_once(people)


def test_what_asked_for_attention_first_is_not_lost(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-11: the child is set aside, its new case moves; whoever acted hears of the child."""
    [child] = many(people, 1)
    act, by, given = "enter_flex_route", ACCESS, ENTRY
    with monkeypatch.context() as patch:
        break_step(patch, ChildContext, "letter_of_child", child)
        _, ended = people.runner.decide(act, child, by, given, people.now)
    assert ended.attention
    assert ended.message.startswith(f"{child}: RuntimeError in ")
    sweep(people)
    everything_is_settled_and_said_once(people)


def test_who_waits_for_earlier_news_moves_nobody_else(people: People) -> None:
    """S-17: in bulk only those that were asked about are settled first, with their dossier; the rest is for the sweep."""
    asked, other = many(people, 2)
    propose(people, [asked, other])
    answers, _ = people.runner.decide_each("decide_route", [asked], ACCESS, {"agreed": True}, people.now)
    assert answers == {asked: None}
    assert unsettled(people.database) == ["propose_route"]
