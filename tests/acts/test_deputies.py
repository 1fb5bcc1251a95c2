"""A deputy does the work of a person for a while: it comes to the deputy, who may do what that one may, and it is said for whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from acts import Refused, offered, perform
from acts.engine.people import add_contact, deputies, end_deputy, name_deputy
from acts.engine.read import may_see, read_in_full
from flexroute.clock import from_local
from flows.deliver_mail import deliver_mail
from flows.mover import Runner
from models.region.directory import DeputyRecord, load_region, store_region
from models.store.assignment import most_urgent
from models.store.database import Database
from models.store.decision import Decision
from models.store.letter import Letter
from models.store.reading import Reading
from models.views.timeline import timeline
from notifications.render import render
from rules.shared.person import AtRequest
from rules.shared.region import Region
from tests.support.commands import Run
from tests.support.facts import changed
from tests.support.flex_acts import A_NO, APPROVED, CANNOT, FRIDAY, MONDAY, NOBODY_CAN, TO_TABLE, refer
from tests.support.stored import rows
from tests.support.tries import Try

LATER = from_local("2026-03-11T15:00")
WEEK = {"first": "2026-03-09", "last": "2026-03-13"}
FOR_CARLA = {"person": "cm-bc", "deputy": "cm-e", **WEEK}
YES = APPROVED[2]


def to_approval(database: Database, runner: Runner) -> str:
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    for (act, by, given), now in ((A_NO, FRIDAY), (TO_TABLE, FRIDAY), (NOBODY_CAN, LATER)):
        runner.decide(act, case, by, given, now)
    return case


def work(database: Database, who: str, now: datetime) -> list[tuple[str, tuple[str, ...]]]:
    with database.reading() as session:
        return [(one.reference, one.who) for one in most_urgent(session, load_region(session), now.date(), 50, who)]


@pytest.mark.both_databases
def test_work_goes_to_the_deputy_who_may_do_it(database: Database, runner: Runner, flexroute: Run) -> None:
    """F-34: in that time the approval is asked of the deputy, who gives it for the manager; before and after it is the manager's."""
    case = to_approval(database, runner)
    assert work(database, "cm-bc", LATER) == [(case, ("cm-bc",))]
    named = name_deputy(database, FOR_CARLA, "beheer", LATER)
    assert (named.named_by, named.named_person) == ("beheer", "beheer")
    assert work(database, "cm-bc", LATER) == []
    assert work(database, "cm-e", LATER) == [(case, ("cm-e",))]
    assert work(database, "cm-bc", LATER + timedelta(days=3)) == [(case, ("cm-bc",))]
    with database.reading() as session:
        possible = {one.act.name for one in offered(session, case, "cm-e", LATER) if one.possible}
    assert possible == {"decide_approval"}
    runner.decide("decide_approval", case, "cm-e", YES, LATER)
    last = rows(database, Decision)[-1]
    assert (last.by, last.person) == ("cm-bc", "cm-e")
    with database.reading() as session:
        told = timeline(session, case).timeline[-1]
    assert (told.by, told.person, told.stands_in, told.at_request) == ("cm-bc", "Els Jansen", True, None)
    assert "Els Jansen, als vervanger van Carla Mulder" in " ".join(flexroute("case", case).out.split())


def test_for_whom_is_said_on_the_command_line(database: Database, runner: Runner) -> None:
    case = to_approval(database, runner)
    name_deputy(database, FOR_CARLA, "beheer", LATER)
    with pytest.raises(Refused) as why:
        perform(database, "decide_approval", case, "cm-bc", YES, LATER, "cm-c1")
    assert (why.value.code, why.value.field) == ("invalid", "person")
    runner.decide("decide_approval", case, "cm-bc", YES, LATER, "cm-e")
    assert rows(database, Decision)[-1].person == "cm-e"


def test_afterwards_no_more(database: Database, runner: Runner) -> None:
    case = to_approval(database, runner)
    row = name_deputy(database, FOR_CARLA, "beheer", LATER)
    for now in (LATER + timedelta(days=3), LATER):
        if now == LATER:
            end_deputy(database, row.id or 0, "beheer", LATER)
        with pytest.raises(Refused) as why:
            perform(database, "decide_approval", case, "cm-e", YES, now)
        assert why.value.code == "forbidden"


def test_four_eyes_looks_at_the_person(database: Database, runner: Runner) -> None:
    """AMB-18: who decided for the team does not approve as a deputy either; a deputy of who decided may."""
    case = to_approval(database, runner)
    name_deputy(database, {**FOR_CARLA, "deputy": "tz-anna"}, "beheer", LATER)
    for by, person in (("tz-anna", None), ("cm-bc", "tz-anna")):
        with pytest.raises(Refused) as why:
            perform(database, "decide_approval", case, by, YES, LATER, person)
        assert why.value.code == "four_eyes"
    assert [one.code if one else "" for one in _offers(database, case, "tz-anna")] == ["four_eyes"]


def _offers(database: Database, case: str, who: str) -> list[Any]:
    with database.reading() as session:
        return [one.refused for one in offered(session, case, who, LATER) if one.act.name == "decide_approval"]


def test_who_decided_as_a_deputy_decided(database: Database, runner: Runner, region: Region) -> None:
    """The other way round: the manager stood in for the mediator, so another one must approve."""
    name_deputy(
        database,
        {"person": "tz-anna", "deputy": "cm-bc", "first": "2026-03-02", "last": "2026-03-08"},
        "beheer",
        MONDAY,
    )
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    decide(runner, case, A_NO, FRIDAY)
    runner.decide("decide_mediation", case, "cm-bc", TO_TABLE[2], FRIDAY)
    assert rows(database, Decision)[-1].by == "tz-anna"
    decide(runner, case, NOBODY_CAN, LATER)
    with pytest.raises(Refused) as why:
        perform(database, "decide_approval", case, "cm-bc", YES, LATER)
    assert why.value.code == "four_eyes"


def decide(runner: Runner, case: str, one: Try, now: datetime) -> None:
    act, by, given = one
    runner.decide(act, case, by, given, now)


def test_reading_for_somebody(database: Database, runner: Runner) -> None:
    """C.4: the deputy reads what that person may, and the reading is kept with both."""
    case = to_approval(database, runner)
    with pytest.raises(Refused):
        read_in_full(database, case, "cm-e", LATER)
    name_deputy(database, FOR_CARLA, "beheer", LATER)
    assert may_see(database, case, "cm-e", LATER.date())
    assert not may_see(database, case, "cm-e", LATER.date() + timedelta(days=3))
    assert read_in_full(database, case, "cm-e", LATER).decisions
    [kept] = rows(database, Reading)
    assert (kept.by, kept.person) == ("cm-bc", "cm-e")
    with pytest.raises(Refused):
        read_in_full(database, case, "cm-e", LATER, youth=True)


def test_at_request_as_a_deputy(database: Database, runner: Runner) -> None:
    """What a provider says by phone is recorded by who stands in for a mediator too."""
    case = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    with pytest.raises(Refused):
        perform(database, "record_assessment", case, "sys-noord", CANNOT, FRIDAY, AtRequest("cm-e"))
    name_deputy(
        database, {"person": "tz-anna", "deputy": "cm-e", "first": "2026-03-02", "last": "2026-03-08"}, "beheer", MONDAY
    )
    perform(database, "record_assessment", case, "sys-noord", CANNOT, FRIDAY, AtRequest("cm-e"))
    assert rows(database, Decision)[-1].person == "cm-e"


@pytest.mark.both_databases
def test_letters_go_to_the_deputy_and_who_was_replaced_hears(database: Database, runner: Runner) -> None:
    """A.10: in that time to the deputy, saying for whom; once it is over one letter with what was decided, and no second one."""
    case = to_approval(database, runner)
    name_deputy(database, FOR_CARLA, "beheer", LATER)
    runner.run(deliver_mail, "post", now=LATER)
    runner.decide("decide_approval", case, "cm-e", YES, LATER)
    assert told(database) == []
    monday = from_local("2026-03-16T09:00")
    for now in (LATER + timedelta(days=1), monday, monday + timedelta(hours=1)):
        runner.run(deliver_mail, "post", now=now)
    [letter] = told(database)
    assert (letter.recipient, letter.state, letter.context["references"]) == ("cm-bc", "sent", [case])
    with database.reading() as session:
        said = render(session, load_region(session), letter)
    assert "Els Jansen heeft u vervangen, van maandag 9 maart 2026 tot en met vrijdag 13 maart 2026." in " ".join(
        said.text.split()
    )
    assert f"- {case}" in said.text
    assert case in said.html


def told(database: Database) -> list[Letter]:
    return rows(database, Letter, Letter.kind == "stood_in")


def test_the_address_is_the_deputys(database: Database, runner: Runner, region: Region, home: Any) -> None:
    to_approval(database, runner)
    name_deputy(database, FOR_CARLA, "beheer", LATER)
    runner.run(deliver_mail, "post", now=LATER)
    mails = [file.read_text() for file in (home / "letters").rglob("*.eml")]
    [mail] = [one for one in mails if "els@grjr.example.nl" in one]
    assert "To: Els Jansen <els@grjr.example.nl>" in mail
    assert "[voor Carla Mulder]" in mail
    assert not [one for one in mails if "carla@grjr.example.nl" in one]


def test_nothing_decided_is_no_letter(database: Database, runner: Runner) -> None:
    row = name_deputy(database, FOR_CARLA, "beheer", LATER)
    end_deputy(database, row.id or 0, "beheer", LATER)
    runner.run(deliver_mail, "post", now=LATER)
    assert told(database) == []
    assert rows(database, DeputyRecord)[0].told_at is not None


@pytest.mark.parametrize("who", ["tz-anna", "cm-bc", "sys-noord"])
def test_only_contract_administration(database: Database, who: str) -> None:
    with pytest.raises(Refused) as why:
        name_deputy(database, FOR_CARLA, who, LATER)
    assert why.value.code == "forbidden"
    row = name_deputy(database, FOR_CARLA, "beheer", LATER)
    with pytest.raises(Refused) as why:
        end_deputy(database, row.id or 0, who, LATER)
    assert why.value.code == "forbidden"


def test_who_stands_in_for_contract_administration(database: Database) -> None:
    name_deputy(database, {**FOR_CARLA, "person": "beheer"}, "beheer", LATER)
    added = add_contact(
        database, {"organisation": "sys-noord", "name": "J. Bos", "mail": "b@noord.example.nl"}, "cm-e", LATER
    )
    assert added.id == "j-bos"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"deputy": "sys-noord"}, "deputy"),
        ({"deputy": "cm-bc"}, "deputy"),
        ({"person": "niemand"}, "person"),
        ({"last": "2026-03-08"}, "last"),
        ({"first": "31-02-2026"}, "first"),
        ({"first": "2026-03-01", "last": "2026-03-10"}, "last"),
        ({"last": None}, "last"),
    ],
)
def test_bad_input_names_the_field(database: Database, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as why:
        name_deputy(database, FOR_CARLA | wrong, "beheer", LATER)
    assert (why.value.code, why.value.field) == ("invalid", field)
    with database.reading() as session:
        assert deputies(session) == []


def test_who_left_stands_in_for_nobody(database: Database, runner: Runner, region: Region) -> None:
    """Another region comes in without the deputy: the work is the manager's own again."""
    case = to_approval(database, runner)
    name_deputy(database, FOR_CARLA, "beheer", LATER)
    people = [row.model_dump() for row in region.people if row.id != "cm-e"]
    with database.writing() as session:
        store_region(session, changed(region, people=people))
    assert work(database, "cm-bc", LATER) == [(case, ("cm-bc",))]


def test_on_the_command_line(case_database: Database, flexroute: Run) -> None:
    """Names and days as people write them."""
    said = flexroute(
        "deputies", "name", "Carla Mulder", "Els Jansen", "--from", "1-6-2027", "--to", "2027-06-05", "--by", "beheer"
    )
    told = "Aangewezen: Els Jansen vervangt Carla Mulder van 01-06-2027 tot en met 05-06-2027 (nummer 1)."
    assert " ".join(said.out.split()) == told
    assert flexroute("deputies", "list", "--json").json[0]["deputy"] == "cm-e"
    assert flexroute("deputies", "end", "1", "--by", "beheer").code == 0
    assert flexroute("deputies", "list").out.strip() == "Vervangers: geen."
    assert "Els Jansen" in flexroute("deputies", "list", "--past").out
    wrong = flexroute("deputies", "end", "7", "--by", "beheer", "--json")
    assert (wrong.code, wrong.json["refused"]) == (1, "not_found")
