"""Mensen: contacts and deputies, by contract administration and nobody else."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from models.region.directory import load_region
from models.store.database import Database
from portal.access import PEOPLE
from rules.shared.region import Contact
from tests.portal.conftest import Portal, text

BOS = {"organisation": "sys-noord", "name": "J. Bos", "mail": "j.bos@noord.example.nl", "may_answer": "ja"}
AWAY = {"person": "tz-anna", "deputy": "tz-bram", "first": "2026-03-03", "last": "2026-03-10"}


@pytest.fixture
def beheer(portal: Portal) -> TestClient:
    return portal.of("beheer")


def contacts(database: Database) -> tuple[Contact, ...]:
    with database.reading() as session:
        return load_region(session).organisation["sys-noord"].contacts


def test_a_contact_comes_and_goes(portal: Portal, beheer: TestClient) -> None:
    before = len(contacts(portal.database))
    assert beheer.post("/mensen/contact", data=BOS).status_code == 303
    assert "J. Bos" in text(beheer.get(PEOPLE.path))
    added = contacts(portal.database)[-1]
    assert (len(contacts(portal.database)), added.name) == (before + 1, "J. Bos")
    assert beheer.post("/mensen/contact/weg", data={"welke": added.id}).status_code == 303
    assert len(contacts(portal.database)) == before


def test_what_is_wrong_is_told_and_what_was_typed_stays(beheer: TestClient) -> None:
    sent = beheer.post("/mensen/contact", data=BOS | {"mail": "geen adres"})
    assert sent.status_code == 422
    assert 'value="J. Bos"' in sent.text
    assert "E-mailadres" in sent.text


def test_a_deputy_comes_and_goes(portal: Portal, beheer: TestClient) -> None:
    assert beheer.post("/mensen/vervanger", data=AWAY).status_code == 303
    page = beheer.get(PEOPLE.path)
    assert "03-03-2026 10-03-2026" in text(page)
    number = page.text.split('/mensen/vervanger/weg"><input type="hidden" name="welke" value="')[1].split('"')[0]
    assert beheer.post("/mensen/vervanger/weg", data={"welke": number}).status_code == 303
    assert "10-03-2026" not in text(beheer.get(PEOPLE.path))


@pytest.mark.parametrize("who", ["tz-anna", "cm-bc", "sys-noord:J. Bos"])
def test_nobody_else(portal: Portal, who: str) -> None:
    other = portal.of(who)
    assert other.get(PEOPLE.path).status_code == 404
    for path, data in (
        ("contact", BOS),
        ("contact/weg", {"welke": "x"}),
        ("vervanger", AWAY),
        ("vervanger/weg", {"welke": "1"}),
    ):
        assert other.post(f"/mensen/{path}", data=data).status_code == 404


@pytest.mark.parametrize("number", ["", "x", "99", "9" * 40])
def test_a_deputy_that_is_not_there(beheer: TestClient, number: str) -> None:
    assert beheer.post("/mensen/vervanger/weg", data={"welke": number}).status_code == 404
