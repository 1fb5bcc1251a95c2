"""The same again is recorded and mailed once: an act repeated by who was not sure that it arrived."""

from __future__ import annotations

from typing import Any

import pytest

from acts import perform_each
from models.store.decision import Decision
from models.store.letter import Letter
from tests.support.commands import Run
from tests.support.dossiers import People
from tests.support.parties import ACCESS, STOPPER
from tests.support.stored import rows
from tests.support.unmoved_dossiers import ON, TRANSFER
from tests.tasks.stop.test_flex_entry import ENTRY


@pytest.fixture
def children(people: People) -> list[str]:
    """Three of one dossier, without a route."""
    dossier = people.open(3)
    return [people.add(dossier) for _ in range(3)]


def proposals(people: People) -> tuple[int, int]:
    """How many were recorded, and how many letters went about them."""
    return len(rows(people.database, Decision, Decision.act == "propose_route")), len(
        rows(people.database, Letter, Letter.kind == "route_proposal")
    )


def test_a_proposal_that_says_the_same(people: People, children: list[str]) -> None:
    """S-31: refused while the first one waits, its reason included, and nothing goes out a second time."""
    child = children[0]
    people.do("propose_route", child, STOPPER, **TRANSFER)
    assert people.refused("propose_route", child, STOPPER, **TRANSFER) == "already_decided"
    assert people.refused("propose_route", child, STOPPER, **TRANSFER, reason="Anders.") == ""
    assert people.refused("propose_route", child, STOPPER, **TRANSFER, reason="Anders.") == "already_decided"
    assert proposals(people) == (2, 2)


def test_it_waits_still_when_something_else_was_settled(people: People, children: list[str]) -> None:
    """S-31: the child entered the flex route in between; the proposal is the one that waits."""
    people.do("propose_route", children[0], STOPPER, **TRANSFER)
    people.do("enter_flex_route", children[0], ACCESS, **ENTRY)
    assert people.refused("propose_route", children[0], STOPPER, **TRANSFER) == "already_decided"


def test_a_new_proposal_and_the_yes_to_it_are_not_the_same_again(people: People, children: list[str]) -> None:
    """S-44: something was settled in between, so both say something new."""
    for _ in range(2):
        people.agree(children[0])
    people.do("propose_route", children[0], STOPPER, **TRANSFER)
    people.do("decide_route", children[0], ACCESS, agreed=False, reason="Nee.")
    people.do("propose_route", children[0], STOPPER, **TRANSFER)
    assert proposals(people) == (4, 4)


def test_a_crash_between_recording_and_moving(people: People, children: list[str]) -> None:
    """S-17, S-31: the same act for the same children again finds what waited, and says that it is there already."""
    perform_each(people.database, "propose_route", children, STOPPER, TRANSFER, people.now)
    answers, _ = people.runner.decide_each("propose_route", children, STOPPER, TRANSFER, people.now)
    assert [answer and answer.code for answer in answers.values()] == ["already_decided"] * 3
    assert proposals(people) == (3, 3)


CHOSEN: list[tuple[str, str, list[str], dict[str, Any]]] = [
    ("propose_route", STOPPER, [f"{key}={value}" for key, value in TRANSFER.items()], TRANSFER),
    ("decide_route", ACCESS, ["agreed=ja"], {"agreed": True}),
]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_selection_is_chosen_again_after_what_waited_was_settled(
    people: People, children: list[str], flexroute: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-17, S-31: the command is repeated after a crash, once for each act: nobody is so any more, and nobody is doubled."""
    monkeypatch.setenv("FLEXROUTE_NOW", f"{ON}T10:00")
    dossier = children[0].rpartition("-")[0]
    for (act, by, typed, given), status in zip(CHOSEN, ["waiting_for_proposal", "waiting_for_decision"], strict=True):
        perform_each(people.database, act, children, by, given, people.now)
        choice = ("--stop", dossier, "--choose", f"status={status}", "--no-prefect")
        said = flexroute("act", act, *choice, "--by", by, *typed)
        assert (said.code, "Geen jeugdige past bij deze keuze" in said.out) == (0, True), said
    assert proposals(people) == (3, 3)
    assert [people.child(child).status for child in children] == ["transferring"] * 3


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_waited_makes_who_is_chosen(
    people: People, children: list[str], flexroute: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-17, S-32: proposals that were not moved are decided on as if they had been."""
    monkeypatch.setenv("FLEXROUTE_NOW", f"{ON}T10:00")
    perform_each(people.database, "propose_route", children, STOPPER, TRANSFER, people.now)
    choice = ("--stop", children[0].rpartition("-")[0], "--choose", "status=waiting_for_decision", "--no-prefect")
    said = flexroute("act", "decide_route", *choice, "--by", ACCESS, "agreed=ja")
    assert "3 van de 3 jeugdigen" in said.out
