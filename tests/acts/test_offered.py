"""What is offered is what may be done: by the same checks as when somebody does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from acts import Refused, offered, perform
from flexroute.clock import from_local
from flows.mover import Runner
from models.store.database import Database
from rules.shared.process import named
from tests.support.dossiers import People
from tests.support.flex_acts import (
    A_NO,
    ALLOCATED,
    APPROVED,
    CANNOT,
    FLEX_CAN,
    FLEX_CANNOT,
    FRIDAY,
    HANDED_OVER,
    MONDAY,
    NO,
    NOBODY_CAN,
    STARTED,
    TO_TABLE,
    UNABLE,
    WITHDRAWN,
    refer,
)
from tests.support.parties import ACCESS, RECEIVER, STOPPER
from tests.support.tries import Try

LATER = from_local("2026-03-11T15:00")
USUAL: dict[str, Try] = {
    one[0]: one
    for one in (A_NO, TO_TABLE, NOBODY_CAN, APPROVED, FLEX_CAN, HANDED_OVER, ALLOCATED, UNABLE, STARTED, WITHDRAWN)
}
WAY = (A_NO, TO_TABLE, NOBODY_CAN, APPROVED, FLEX_CAN, HANDED_OVER, ALLOCATED, STARTED)
ROOT = Path(__file__).parents[2]
EVERYBODY = ("sys-noord", "tz-anna", "cm-bc", "flex-anker", "ref-lt", "sys-zuid", "beheer")


def offers(database: Database, reference: str, by: str) -> dict[str, str]:
    """By act: the code with which it is refused now, "" where it is possible."""
    with database.reading() as session:
        return {one.act.name: one.refused.code if one.refused else "" for one in offered(session, reference, by, LATER)}


def refused(database: Database, reference: str, act: str, by: str) -> str:
    """The code with which somebody is refused who tries it with usual values."""
    given = USUAL[act][2]
    try:
        perform(database, act, reference, by, given, LATER)
    except Refused as why:
        return why.code
    raise AssertionError(f"{act} by {by} was recorded")


def test_along_the_flex_route(database: Database, runner: Runner) -> None:
    """A.8, A.12: at every step and for everybody: what is refused whatever its values is not offered, with the same code."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    for number, step in enumerate((*WAY, None)):
        for who in EVERYBODY:
            found = offers(database, case, who)
            assert [*found] == [name for name, act in named("flex").acts.items() if act.kind]
            for act in USUAL:
                if found[act]:
                    assert refused(database, case, act, who) == found[act], (number, who, act)
        if step:
            assert offers(database, case, step[1])[step[0]] == ""
            runner.decide(step[0], case, step[1], step[2], FRIDAY if number < 2 else LATER)


def test_an_answer_that_is_given_is_not_asked_again(database: Database, runner: Runner) -> None:
    """F-36, AMB-21: another flex provider is asked now; and a no that nobody gave cannot be withdrawn."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    assert offers(database, case, "sys-noord")["withdraw_statement"] == "invalid"
    no = {**CANNOT, "subcontractors": [{"provider": "oa-klein", **NO}]}
    for number, (act, by, given) in enumerate((("record_assessment", "sys-noord", no), *WAY[1:4], FLEX_CANNOT)):
        runner.decide(act, case, by, given, FRIDAY if number < 2 else LATER)
    found = {who: offers(database, case, who)["record_flex_answer"] for who in ("flex-anker", "flex-dubbel", "tz-anna")}
    assert found == {"flex-anker": "already_decided", "flex-dubbel": "", "tz-anna": ""}
    assert offers(database, case, "sys-noord")["withdraw_statement"] == ""
    runner.decide("withdraw_statement", case, "sys-noord", {"subcontractor": "oa-klein"}, LATER)
    assert offers(database, case, "sys-noord")["withdraw_statement"] == "already_decided"


def test_of_a_child(people: People) -> None:
    """A.12: only what its status and the gates allow, with the sentence that says what is missing."""
    child = people.add(people.open())
    found = {who: offers(people.database, child, who) for who in (STOPPER, ACCESS, RECEIVER)}
    assert found[STOPPER]["propose_route"] == ""
    assert found[STOPPER]["finish_care"] == "no_agreement"
    assert found[ACCESS]["propose_route"] == "forbidden"
    assert found[ACCESS]["decide_route"] == "wrong_step"
    assert set(found[RECEIVER].values()) == {"forbidden"}
    with people.database.reading() as session:
        [late] = [one for one in offered(session, child, STOPPER, people.now) if one.act.name == "finish_care"]
    assert late.refused
    assert "Er is nog geen akkoord van de Toegang" in late.refused.message


def requirements(database: Database, reference: str, by: str) -> dict[str, tuple[str, str]]:
    """By act: the code with which it is refused ("": possible), and the requirement."""
    with database.reading() as session:
        found = offered(session, reference, by, LATER)
    return {one.act.name: (one.refused.code if one.refused else "", one.requirement) for one in found}


def test_requirement_along_the_flex_route(database: Database, runner: Runner) -> None:
    """A.8: that of the act where a role or a step is in the way, that of the gate where a gate is."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    assert requirements(database, case, "sys-noord")["record_assessment"] == ("", "F-19")
    assert requirements(database, case, "tz-anna")["record_assessment"] == ("forbidden", "F-19")
    assert requirements(database, case, "tz-anna")["decide_mediation"] == ("wrong_step", "F-25")
    for number, step in enumerate(WAY[:5]):
        runner.decide(step[0], case, step[1], step[2], FRIDAY if number < 2 else LATER)
    assert requirements(database, case, "flex-anker")["record_start"] == ("handover_missing", "F-39")
    assert requirements(database, case, "sys-noord")["record_assessment"] == ("already_decided", "F-19")


def test_requirement_of_one_code_at_several_gates(people: People) -> None:
    """A.12: `route_not_followed` stands on the sentence of the gate that is closed."""
    child, on = people.add(people.open()), {"on": people.now.date().isoformat()}
    people.agree(child)
    found = requirements(people.database, child, STOPPER)
    assert found["record_consent"] == ("route_not_followed", "S-45")
    assert found["propose_route"] == ("", "S-32")
    assert found["sign_off"] == ("forbidden", "S-59")
    people.do("inform_family", child, STOPPER, **on)
    people.do("record_consent", child, STOPPER, given=True, **on)
    assert requirements(people.database, child, RECEIVER)["accept_transfer"] == ("route_not_followed", "S-12")
    people.do("record_handover", child, STOPPER, **on)
    assert requirements(people.database, child, RECEIVER)["accept_transfer"] == ("file_incomplete", "S-55")


@pytest.mark.parametrize("name", ["flex", "stop"])
def test_every_requirement_is_in_a_document(name: str) -> None:
    documents = [YAML(typ="safe").load(path) for path in (ROOT / "rules").glob("*/requirements.yaml")]
    known = {number for document in documents for number in document["requirements"]}
    process = named(name)
    assert not {*process.requirements.values(), *process.refusals.values()} - known


def test_of_nothing(database: Database) -> None:
    for reference in ("ZB-2026-000099", "XX-1", ""):
        with database.reading() as session, pytest.raises(Refused, match="Er is niets met kenmerk"):
            offered(session, reference, "tz-anna", MONDAY)
