"""A decision is somebody's: a natural person, for an organisation or in a role, under a version of rules and region."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from acts import offered, perform
from flexroute.clock import from_local
from flexroute.settings import practising, settings
from models.region.directory import PersonRecord, load_region, store_region
from models.store.database import Database
from models.store.decision import Decision
from rules.shared.refusal import Refused
from rules.shared.region import Region
from tests.support.commands import Run
from tests.support.facts import with_organisation
from tests.support.flex_acts import CANNOT, REFERRAL

NOW = from_local("2026-03-02T14:00")
BOS = {"id": "j-bos", "name": "J. Bos", "mail": "j.bos@noord.example.nl"}
LEZER = {"id": "a-lezer", "name": "A. Lezer", "mail": "a.lezer@noord.example.nl", "may_answer": False}


@pytest.fixture
def case(database: Database, region: Region) -> str:
    """A case of Jeugdhulp Noord, which has two contacts."""
    with database.writing() as session:
        store_region(session, with_organisation(region, "sys-noord", contacts=[BOS, LEZER]))
    reference = perform(database, "register_referral", None, "ref-lt", REFERRAL, NOW, "Mw. De Vries")
    settle(database)
    return reference


def settle(database: Database) -> None:
    from flows.mover import Runner

    with Runner(None) as runner:
        runner.move(None, "veegronde", NOW)


def decided(database: Database) -> list[tuple[Any, ...]]:
    with database.reading() as session:
        rows = session.exec(select(Decision).order_by(col(Decision.id))).all()
        return [(one.act, one.by, one.person, one.rules_version, one.region_version) for one in rows]


def typed_names(database: Database) -> list[tuple[str, str | None]]:
    with database.reading() as session:
        unconfirmed = select(PersonRecord).where(col(PersonRecord.confirmed).is_(False)).order_by(PersonRecord.id)
        return [(one.name, one.organisation) for one in session.exec(unconfirmed)]


def refused(database: Database, case: str, by: str, person: str) -> tuple[str, str | None, str]:
    with pytest.raises(Refused) as why:
        perform(database, "record_assessment", case, by, CANNOT, NOW, person)
    return why.value.code, why.value.field, why.value.message


@pytest.mark.parametrize("said", ["j-bos", "J. Bos", "j bos"])
def test_a_contact_decides_for_its_organisation(database: Database, case: str, said: str) -> None:
    """By id or name; stamped with the version of the program and of the region."""
    perform(database, "record_assessment", case, "sys-noord", CANNOT, NOW, said)
    assert decided(database)[-1] == ("record_assessment", "sys-noord", "j-bos", metadata.version("flexroute"), 2)


def test_a_person_with_a_role_is_that_person(database: Database, case: str) -> None:
    """Nobody has to say twice who it is; somebody else may not sign for it."""
    with pytest.raises(Refused, match="tz-anna is zelf een persoon"):
        perform(database, "take_over", case, "tz-anna", {"reason": "Te laat."}, NOW, "j-bos")
    perform(database, "withdraw", case, "tz-anna", {"reason": "Niet meer nodig."}, NOW)
    assert decided(database)[-1][:3] == ("withdraw", "tz-anna", "tz-anna")


def test_an_organisation_alone(database: Database, case: str) -> None:
    perform(database, "record_assessment", case, "sys-noord", CANNOT, NOW)
    assert decided(database)[-1][:3] == ("record_assessment", "sys-noord", None)


@pytest.mark.both_databases
def test_a_typed_name_is_one_unconfirmed_person(database: Database, case: str) -> None:
    """However often it is typed, for each organisation by itself."""
    perform(database, "register_referral", None, "ref-lt", REFERRAL, NOW, "mw. de vries")
    perform(database, "record_assessment", case, "sys-noord", CANNOT, NOW, "Mw. De Vries")
    assert typed_names(database) == [
        ("Mw. De Vries", "ref-lt"),
        ("Mw. De Vries", "sys-noord"),
    ]
    first, again, other = (person for _, _, person, *_ in decided(database))
    assert first == again != other


@pytest.mark.parametrize(
    ("by", "person", "code", "told"),
    [
        ("sys-noord", "a lezer", "forbidden", "A. Lezer mag voor Jeugdhulp Noord alleen lezen"),
        ("sys-noord", "a-lezer", "forbidden", "A. Lezer mag voor Jeugdhulp Noord alleen lezen"),
        ("sys-noord", "tz-anna", "forbidden", "tz-anna is geen contactpersoon van Jeugdhulp Noord"),
        ("sys-noord", "  ", "invalid", "vul een naam in"),
        ("sys-noord", "7", "invalid", "vul een naam in"),
        ("sys-noord", "J" * 81, "invalid", "vul een naam in"),
    ],
)
def test_somebody_who_may_not(database: Database, case: str, by: str, person: str, code: str, told: str) -> None:
    """It is refused with the field, and nobody is remembered."""
    before = typed_names(database)
    said = refused(database, case, by, person)
    assert (said[:2], told in said[2]) == ((code, "person"), True)
    assert typed_names(database) == before


def test_two_names_are_two_persons(database: Database, case: str) -> None:
    """Also in other letters, and where only an accent differs."""
    for name in ("Мария Иванова", "Γιώργος Παππάς", "Zoë Bos", "Zoé Bos"):
        perform(database, "register_referral", None, "ref-lt", REFERRAL, NOW, name)
    assert len({name for name, _ in typed_names(database)}) == 5


def test_a_refused_act_remembers_nobody(database: Database, case: str) -> None:
    assert refused(database, case, "sys-zuid", "Nieuwe Naam")[0] == "forbidden"
    assert [name for name, _ in typed_names(database)] == ["Mw. De Vries"]


@pytest.mark.both_databases
def test_who_left_is_still_who_decided(database: Database, case: str, region: Region) -> None:
    """A region without the contact comes in: it cannot sign any more, and what it signed stays."""
    perform(database, "record_assessment", case, "sys-noord", CANNOT, NOW, "j-bos")
    with database.writing() as session:
        store_region(session, region)
    with database.reading() as session:
        assert load_region(session).organisation["sys-noord"].contacts == ()
        assert session.get_one(PersonRecord, "j-bos").current is False
    assert decided(database)[-1][2] == "j-bos"


def test_contacts_come_back_as_they_went_in(database: Database, case: str) -> None:
    with database.reading() as session:
        contacts = load_region(session).organisation["sys-noord"].contacts
    assert [one.model_dump() for one in contacts] == [BOS | {"may_answer": True}, LEZER]


PRODUCTION = {"home": Path("/nonexistent"), "environment": "production"}


def test_in_production_a_decision_is_somebodys(database: Database, case: str) -> None:
    """An organisation named alone is refused, before anything else is looked at, and hears what to do; a person or a name is not."""
    before = decided(database)
    with practising(**PRODUCTION, database_url=""):
        with pytest.raises(Refused) as why:
            perform(database, "record_assessment", case, "sys-noord", {}, NOW)
        assert (why.value.code, why.value.field) == ("invalid", "person")
        assert "zeg welke persoon dit voor Jeugdhulp Noord vastlegt" in why.value.message
        with pytest.raises(Refused):
            perform(database, "register_referral", None, "ref-lt", REFERRAL, NOW)
        assert decided(database) == before
        with database.reading() as session:
            assert not any(one.possible for one in offered(session, case, "sys-noord", NOW))
            assert any(one.possible for one in offered(session, case, "sys-noord", NOW, "j-bos"))
        perform(database, "record_assessment", case, "sys-noord", CANNOT, NOW, "j-bos")
        settle(database)
        perform(database, "decide_mediation", case, "tz-anna", {"outcome": "table", "reason": "x"}, NOW)
    assert [one[2] for one in decided(database)[-2:]] == ["j-bos", "tz-anna"]


def test_in_production_a_list_is_somebodys(case_database: Database, tmp_path: Path, flexroute: Run) -> None:
    """It is refused whole, before a line is read."""
    file = tmp_path / "list.csv"
    file.write_text("x")
    with practising(**PRODUCTION, database_url=""):
        said = flexroute("import-referrals", str(file), "--by", "ref-lt", "--json")
    assert (said.code, said.json["refused"], said.json["field"]) == (1, "invalid", "person")


def test_stories_name_organisations_alone_also_where_production_is_installed(home: Path) -> None:
    with practising(environment="production", home=home), practising(home=home):
        assert settings().environment == "practice"


def test_a_typed_name_is_told_as_such(database: Database, case: str, flexroute: Run) -> None:
    """Said, not proven: on the screen in words, for programs as `confirmed`."""
    told = flexroute("case", case, "--json").json["timeline"][0]
    assert (told["person"], told["confirmed"]) == ("Mw. De Vries", False)
    assert "Mw. De Vries (zelf genoemd), voor Wijkteam Centrum" in " ".join(flexroute("case", case).out.split())
    perform(database, "record_assessment", case, "sys-noord", CANNOT, NOW, "j-bos")
    assert "confirmed" not in flexroute("case", case, "--json").json["timeline"][1]
