"""What everybody may read, and what people hear when a page is not there."""

from __future__ import annotations

from html import unescape

import pytest
from fastapi.testclient import TestClient
from sqlmodel import SQLModel

from models.store.schema import METADATA
from notifications.kept import SHARED, by_whom, kept
from portal.access import POST, REFERRALS, WORK
from rules.shared.kept import WHOSE
from rules.shared.process import processes
from tests.portal.conftest import Portal
from tests.support.flex_acts import refer


@pytest.fixture
def nobody(portal: Portal) -> TestClient:
    """Somebody who is not signed in."""
    return TestClient(portal.app, follow_redirects=False)


def test_every_table_is_told_of() -> None:
    """C.4: a new table needs a sentence, with whom it is about and who may see it; and no sentence is of a table that has gone."""
    tables = {
        str(mapper.class_.__tablename__)
        for mapper in SQLModel._sa_registry.mappers
        if mapper.class_.__module__.startswith("models.")
    }
    assert kept().keys() == tables <= METADATA.tables.keys()
    for one in kept().values():
        assert one.about in WHOSE
        assert one.what.endswith(".")
        assert one.who.endswith(".")
    assert sum(len(those) for _, those in by_whom()) == len(tables)


def test_no_table_is_told_of_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHARED, "escalation_case", SHARED["letter"])
    with pytest.raises(ValueError, match="flex: escalation_case is told of already"):
        kept()


def test_what_is_kept_and_who_sees_it(nobody: TestClient) -> None:
    """C.4: with what each process says of itself."""
    page = nobody.get("/over/privacy")
    assert page.status_code == 200
    text = " ".join(unescape(page.text).split())
    for one in kept().values():
        assert one.what in text
    for process in processes():
        for sight in process.sights.values():
            assert sight.who[1:] in text
            assert sight.who_youth[1:] in text


def test_accessibility(nobody: TestClient) -> None:
    page = nobody.get("/over/toegankelijkheid")
    assert page.status_code == 200
    assert "WCAG 2.2" in page.text


@pytest.mark.parametrize("path", ["/over/privacy", "/over/toegankelijkheid", WORK.path, REFERRALS.path, "/nergens"])
def test_head(portal: Portal, path: str) -> None:
    """As GET, without the page."""
    browser = portal.of("tz-anna")
    shown, asked = browser.get(path), browser.head(path)
    assert (asked.status_code, asked.content) == (shown.status_code, b"")
    assert asked.headers["content-length"] == shown.headers["content-length"]


def test_a_page_that_is_not_there(nobody: TestClient) -> None:
    answer = nobody.get("/nergens")
    assert answer.status_code == 404
    assert "Misschien klopt het adres niet helemaal" in answer.text


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/werk"), ("PUT", POST.path), ("POST", "/over/privacy")])
def test_what_an_address_cannot_do(portal: Portal, method: str, path: str) -> None:
    """It says which page to go to, and which methods there are."""
    answer = portal.of("tz-anna").request(method, path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert "Er is niets vastgelegd" in answer.text


def test_head_decides_nothing(portal: Portal) -> None:
    case = refer(portal.database)
    assert portal.of("ref-lt:J. Bos").head(f"/zaken/{case}/nergens").status_code == 404
    assert portal.of("ref-lt:J. Bos").head(f"{REFERRALS.path}/nieuw").status_code == 200


def test_an_error_that_nobody_foresaw(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that says what to do, and nothing of the error."""
    monkeypatch.setattr("portal.about.by_whom", lambda: 1 / 0)
    answer = portal.of("tz-anna").get("/over/privacy")
    assert answer.status_code == 500
    assert "Meld het dan bij beheer" in answer.text
    assert "division" not in answer.text
