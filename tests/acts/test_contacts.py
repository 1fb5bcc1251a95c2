"""Contract administration adds contacts of organisations and ends them, beside the region file."""

from __future__ import annotations

from typing import Any

import pytest

from acts import Refused, perform
from acts.engine.people import add_contact, contacts, end_contact
from flexroute.clock import from_local
from models.region.directory import ContactChange, load_region, store_region
from models.store.database import Database
from models.store.decision import Decision
from rules.shared.region import Contact, Region
from tests.support.commands import Run
from tests.support.facts import changed, with_organisation
from tests.support.flex_acts import CANNOT, REFERRAL
from tests.support.stored import rows

NOW = from_local("2026-03-02T14:00")
BOS = {"organisation": "sys-noord", "name": "J. Bos", "mail": "j.bos@noord.example.nl"}
OF_FILE = {"id": "k-dal", "name": "K. Dal", "mail": "k.dal@noord.example.nl"}


def of_noord(database: Database) -> list[str]:
    with database.reading() as session:
        return [one.id for one in load_region(session).organisation["sys-noord"].contacts]


def taken_in(database: Database, region: Region) -> None:
    with database.writing() as session:
        store_region(session, region)


def refused(database: Database, given: dict[str, Any], by: str = "beheer") -> tuple[str, str | None]:
    before = rows(database, ContactChange)
    with pytest.raises(Refused) as why:
        add_contact(database, given, by, NOW)
    assert len(rows(database, ContactChange)) == len(before)
    return why.value.code, why.value.field


@pytest.mark.both_databases
def test_a_contact_is_added_decides_and_is_ended(database: Database) -> None:
    """Each change is kept with who and when; what was decided stays."""
    with database.reading() as session:
        version = load_region(session).version
    assert add_contact(database, BOS, "beheer", NOW) == Contact(id="j-bos", name="J. Bos", mail=BOS["mail"])
    case = perform(database, "register_referral", None, "ref-lt", REFERRAL, NOW)
    settle(database)
    perform(database, "record_assessment", case, "sys-noord", CANNOT, NOW, "j-bos")
    end_contact(database, "j-bos", "beheer", NOW)
    assert of_noord(database) == []
    kept = [(one.contact, one.organisation, one.change, one.by, one.person) for one in rows(database, ContactChange)]
    assert kept == [("j-bos", "sys-noord", what, "beheer", "beheer") for what in ("added", "ended")]
    assert rows(database, Decision)[-1].person == "j-bos"
    with database.reading() as session:
        assert load_region(session).version == version + 2
    settle(database)
    perform(database, "withdraw", case, "sys-noord", {"reason": "x"}, NOW, "J. Bos")
    assert rows(database, Decision)[-1].person.startswith("sys-noord:")  # a name that somebody typed, no more


def settle(database: Database) -> None:
    from flows.mover import Runner

    with Runner(None) as runner:
        runner.move(None, "veegronde", NOW)


@pytest.mark.both_databases
def test_a_region_that_comes_in_removes_nobody_who_was_added(database: Database, region: Region) -> None:
    """Who stands in no file stays; the file's own go when it does not name them any more."""
    add_contact(database, BOS, "beheer", NOW)
    taken_in(database, with_organisation(region, "sys-noord", contacts=[OF_FILE]))
    assert sorted(of_noord(database)) == ["j-bos", "k-dal"]
    taken_in(database, region)
    assert of_noord(database) == ["j-bos"]
    own = with_organisation(region, "sys-noord", contacts=[{**OF_FILE, "id": "j-bos"}])
    taken_in(database, own)
    with database.reading() as session:
        assert [one.name for one in load_region(session).organisation["sys-noord"].contacts] == ["K. Dal"]
    taken_in(database, region)
    assert of_noord(database) == []  # it was the file's since the file named it


@pytest.mark.both_databases
def test_a_region_that_comes_in_brings_back_nobody_who_was_ended(database: Database, region: Region) -> None:
    """Only contract administration does; elsewhere the same id begins."""
    own = with_organisation(region, "sys-noord", contacts=[OF_FILE])
    taken_in(database, own)
    end_contact(database, "k-dal", "beheer", NOW)
    taken_in(database, own)
    assert of_noord(database) == []
    add_contact(database, {**BOS, **OF_FILE, "may_answer": False}, "beheer", NOW)
    with database.reading() as session:
        [found] = contacts(session, "sys-noord")
    assert (found.contact.id, found.contact.may_answer, found.changed_by) == ("k-dal", False, "beheer")
    end_contact(database, "k-dal", "beheer", NOW)
    taken_in(database, with_organisation(region, "sys-zuid", contacts=[OF_FILE]))
    with database.reading() as session:
        assert [one.id for one in load_region(session).organisation["sys-zuid"].contacts] == ["k-dal"]


def test_with_its_organisation_a_contact_goes(database: Database, region: Region) -> None:
    add_contact(database, {**BOS, "organisation": "heidehof"}, "beheer", NOW)
    rest = [one.model_dump(by_alias=True) for one in region.organisations if one.id != "heidehof"]
    taken_in(database, changed(region, organisations=rest))
    taken_in(database, region)
    with database.reading() as session:
        assert load_region(session).organisation["heidehof"].contacts == ()


@pytest.mark.parametrize("who", ["tz-anna", "cm-bc", "sys-noord", "ref-lt"])
def test_only_contract_administration(database: Database, who: str) -> None:
    assert refused(database, BOS, who) == ("forbidden", None)
    add_contact(database, BOS, "beheer", NOW)
    with pytest.raises(Refused) as why:
        end_contact(database, "j-bos", who, NOW)
    assert why.value.code == "forbidden"
    assert of_noord(database) == ["j-bos"]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"organisation": "nergens"}, "invalid", "organisation"),
        ({"mail": "geen adres"}, "invalid", "mail"),
        ({"name": "een\ntwee"}, "invalid", "name"),
        ({"name": ""}, "invalid", "name"),
        ({"name": "J. Bos 999900006"}, "invalid", "name"),
        ({"id": "tz-anna"}, "invalid", "id"),
        ({"id": "sys-zuid"}, "invalid", "id"),
        ({"id": "met spatie"}, "invalid", "id"),
        ({"may_answer": "misschien"}, "invalid", "may_answer"),
        ({"telefoon": "010"}, "invalid", "telefoon"),
    ],
)
def test_bad_input_names_the_field(database: Database, wrong: dict[str, Any], code: str, field: str) -> None:
    assert refused(database, BOS | wrong) == (code, field)


def test_twice_and_alike(database: Database) -> None:
    """The same person once; two of one name are told apart; the same name elsewhere gets an id of its own."""
    add_contact(database, BOS, "beheer", NOW)
    assert refused(database, BOS) == ("already_decided", None)
    assert refused(database, {**BOS, "name": "j bos", "mail": "other@noord.example.nl"}) == ("invalid", "name")
    assert add_contact(database, {**BOS, "organisation": "sys-zuid"}, "beheer", NOW).id == "sys-zuid-j-bos"
    end_contact(database, "j-bos", "beheer", NOW)
    assert refused(database, {**BOS, "name": "Iemand Anders", "id": "j-bos"}) == ("invalid", "id")
    with pytest.raises(Refused) as why:
        end_contact(database, "j-bos", "beheer", NOW)
    assert why.value.code == "already_decided"
    with pytest.raises(Refused) as why:
        end_contact(database, "tz-anna", "beheer", NOW)
    assert why.value.code == "not_found"


def test_on_the_command_line(case_database: Database, flexroute: Run) -> None:
    said = flexroute("contacts", "add", "Jeugdhulp Noord", "--name", "J. Bos", "--mail", BOS["mail"], "--by", "beheer")
    assert said.out.strip() == "Toegevoegd: J. Bos (j-bos), voor Jeugdhulp Noord."
    assert flexroute("contacts", "list", "--json").json[0]["id"] == "j-bos"
    assert "J. Bos" in flexroute("contacts", "list", "sys-noord").out
    refused = flexroute("contacts", "end", "j-bos", "--by", "tz-anna", "--json")
    assert (refused.code, refused.json["refused"]) == (1, "forbidden")
    assert flexroute("contacts", "end", "j-bos", "--by", "beheer").code == 0
    assert flexroute("contacts", "list").out.strip() == "Contactpersonen: geen."
