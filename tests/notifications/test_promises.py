"""A letter promises only what its reader can find: each such sentence is held to the rule of who may see (C.4)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notifications.templates import LETTERS
from rules.flex.letters import RECIPIENTS
from rules.shared.process import named, of_letter, processes
from rules.stop.letters import STOP_LETTERS

# sentences that send somebody to the program to find something out
SENDS = re.compile(
    r"\b(?:lees|lezen|leest|ziet|zie|kijk|controleer|volg)\b[^.?!\n]*\bin Flexroute"
    r"|reden leest u|Die leest u|Kijk bij de toewijzing",
    re.IGNORECASE,
)
HERE = "waar het staat"  # where something stands, not what was said: for whoever has a part in it
Promise = tuple[str, tuple[str, ...], str]  # of which kind of subject, to which parties, what was said in which act
OWNER, TEAM = "owner", "team"
PROMISES: dict[str, tuple[Promise, ...]] = {
    "escalation": (("case", RECIPIENTS["escalation"], "record_assessment"),),
    "approval_decision": (("case", RECIPIENTS["approval_decision"], "decide_approval"), ("case", (TEAM,), HERE)),
    "flex_answer": (("case", (*RECIPIENTS["flex_answer"], OWNER), "report_unable"),),
    "agenda": (("case", ("table", TEAM, OWNER), "record_assessment"),),
    "registration_date_changed": (("child", STOP_LETTERS["registration_date_changed"], "accept_transfer"),),
    "route_decision": (("child", STOP_LETTERS["route_decision"], "decide_route"),),
    "counts_to_recognise": (("stop", STOP_LETTERS["counts_to_recognise"], "register_stop"),),
    "route_proposal": (("stop", STOP_LETTERS["route_proposal"], HERE),),
    "transfer_request": tuple(
        ("child", ("receiver",), act) for act in ("inform_family", "record_consent", "record_handover", "record_file")
    ),
    "flex_route_entered": (("case", ("access",), "decide_mediation"), ("case", ("access",), HERE)),
    "term_near": (("child", ("stopping",), HERE),),
    "term_exceeded": (("child", ("stopping",), HERE),),
    "consultation": (("child", ("administration", "stopping", "access"), HERE),),
    "your_turn": (("stop", ("access",), HERE), ("child", ("access",), HERE)),
}


def sending(folder: Path) -> bool:
    return any(SENDS.search(part.read_text(encoding="utf-8")) for part in folder.glob("*.*"))


def test_every_promise_is_known() -> None:
    """Who writes a sentence that sends a reader to the program says here who finds what there."""
    kinds = {folder.name for one in ("flex", "stop") for folder in (LETTERS / one).iterdir() if sending(folder)}
    assert kinds == PROMISES.keys()


@pytest.mark.parametrize("kind", PROMISES)
def test_its_reader_finds_it(kind: str) -> None:
    """By the parts that the rule gives, under the same names as the parties that get letters."""
    sights = {label: sight for one in processes() for label, sight in one.sights.items()}
    for label, parties, act in PROMISES[kind]:
        readers = sights[label].readers
        assert {*parties} <= (frozenset().union(*readers.values()) if act is HERE else readers[act]), (kind, act)


@pytest.mark.parametrize("kind", PROMISES)
def test_it_is_promised_to_who_gets_it(kind: str) -> None:
    """No party that never gets the letter; the lists of meetings have no parties."""
    gets = of_letter(kind).letters[kind] or ("table", TEAM, OWNER)
    also = {"flex_answer": {OWNER}, "consultation": {"administration", "stopping", "access"}}.get(kind, set())
    assert {party for _, parties, _ in PROMISES[kind] for party in parties} <= {*gets, *also}


def test_an_agenda_sends_no_guest_to_the_program() -> None:
    """F-57: flex providers get it too, and may not read what was said about its cases."""
    assert "asked" not in named("flex").sights["case"].readers["record_assessment"]
    text = (LETTERS / "flex" / "agenda" / "text.txt").read_text(encoding="utf-8")
    assert "Die leest u" not in text
    assert "De aanbieders van deze tafel en Team Zorgbemiddeling lezen die" in text
