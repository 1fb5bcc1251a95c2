"""Signing in by choosing who one is (practice), and with a code by mail."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItemPerHour
from sqlalchemy import text
from starlette.testclient import TestClient

from flexroute import clock
from flexroute.settings import practising
from models.store.database import Database
from models.store.schema import METADATA
from models.store.sign_in import sign_ins
from notifications.retry import Trouble, TroubleKind
from portal import codes, signing_in
from portal.safety import Limiter, Rules
from portal.sessions import COOKIE
from portal.signing_in import HOME, WRONG_CODE, own_path
from rules.shared.identity import known_as, known_by_code
from rules.shared.region import Region
from tests.support.mail_servers import MailServer

Browsers = Callable[[], TestClient]
NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was mailed: address and code."""
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(codes, "send", lambda _region, address, code, _now: sent.append((address, code)))
    return sent


@pytest.fixture
def _real(home: Path) -> Iterator[None]:
    """Nobody chooses who they are, as in production."""
    with practising(home=home, database_url="", practice_sign_in=False):
        yield


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def whom(browser: TestClient) -> str | None:
    """Who is signed in, as every page says it."""
    found = re.search(r'class="signed-in".*?<p>(.*?)</p>', browser.get("/werk").text, re.DOTALL)
    return unescape(found[1]) if found else None


def code_for(browser: TestClient, address: str, mails: list[tuple[str, str]]) -> str:
    before = len(mails)
    assert browser.post("/inloggen/code", data={"adres": address}).status_code == 200
    return mails[-1][1] if len(mails) > before else ""


def type_code(browser: TestClient, code: str, **more: str) -> Any:
    return browser.post("/inloggen/code/controle", data={"code": code, **more})


# practice


@pytest.mark.both_databases
def test_in_practice_one_chooses_who_one_is(browser: TestClient, database: Database) -> None:
    shown = browser.get("/inloggen/oefenen").text
    for name in ("Anna de Vries", "J. Bos", "K. de Wit", "Huisartsenpraktijk Kade"):
        assert name in shown
    answer = browser.post("/inloggen/oefenen", data={"wie": "noord-bos", "verder": "/zaken/ZB-2026-000001"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/zaken/ZB-2026-000001")
    assert whom(browser) == "J. Bos, voor Jeugdhulp Noord"
    with database.reading() as session:
        assert sign_ins(session) == {"practice": Counter({"in": 1})}


def test_an_organisation_without_contacts_gets_a_name(browser: TestClient) -> None:
    answer = browser.post("/inloggen/oefenen", data={"organisatie": "ref-gp", "naam": "H. Arts"})
    assert answer.headers["location"] == HOME
    assert whom(browser) == "H. Arts, voor Huisartsenpraktijk Kade"


@pytest.mark.parametrize(
    "typed",
    [{}, {"wie": "sys-noord"}, {"wie": "niemand"}, {"organisatie": "tz-anna", "naam": "A. Bee"}, {"organisatie": "ref-gp", "naam": "7"}],
)  # fmt: skip
def test_nobody_is_chosen(browser: TestClient, typed: dict[str, str]) -> None:
    answer = browser.post("/inloggen/oefenen", data=typed)
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.text
    assert whom(browser) is None


@pytest.mark.usefixtures("_real")
def test_where_things_are_real_nobody_chooses(browser: TestClient) -> None:
    assert "oefenen" not in browser.get("/inloggen").text
    assert browser.get("/inloggen/oefenen").status_code == 404
    assert browser.post("/inloggen/oefenen", data={"wie": "tz-anna"}).status_code == 404
    assert whom(browser) is None


def test_signing_in_gives_a_new_token(browser: TestClient) -> None:
    browser.post("/inloggen/code", data={"adres": "bos@noord.example.nl"})
    before = browser.cookies[COOKIE]
    browser.post("/inloggen/oefenen", data={"wie": "tz-anna"})
    assert browser.cookies[COOKIE] != before


def test_signing_out(browser: TestClient) -> None:
    browser.post("/inloggen/oefenen", data={"wie": "tz-anna"})
    token = browser.cookies[COOKIE]
    answer = browser.post("/uitloggen")
    assert answer.headers["location"] == "/uitgelogd"
    assert "U bent uitgelogd" in browser.get("/uitgelogd").text
    browser.cookies.set(COOKIE, token)
    assert whom(browser) is None
    assert browser.get("/uitloggen").status_code == 405  # a link signs nobody out


def test_who_is_in_goes_on(browser: TestClient) -> None:
    browser.post("/inloggen/oefenen", data={"wie": "tz-anna"})
    assert browser.get("/inloggen?verder=/zaken/ZB-2026-000001").headers["location"] == "/zaken/ZB-2026-000001"


def test_who_is_not_in_comes_back_where_they_were(browser: TestClient) -> None:
    asked = browser.get("/zaken/ZB-2026-000001").headers["location"]
    assert asked == "/inloggen?verder=/zaken/ZB-2026-000001"
    assert 'value="/zaken/ZB-2026-000001"' in browser.get(asked).text


@pytest.mark.parametrize(
    "to",
    ["", "//elders.nl", "/\\elders.nl", "\\\\elders.nl", "https://elders.nl", "javascript:x", "/\t/elders.nl", " /werk", "/a\r\nX: y",
     "/inloggen", "/inloggen/wie", "/uitloggen", "werk", "/a\\b", "/\n/elders.nl"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(to: str, browser: TestClient) -> None:
    assert own_path(to) == HOME
    answer = browser.post("/inloggen/oefenen", data={"wie": "tz-anna", "verder": to})
    assert answer.headers["location"] == HOME


@given(st.text(alphabet=st.sampled_from("/\\.:@?#%\t\n aé0-"), max_size=12))
def test_a_page_to_go_on_to_is_always_ours(to: str) -> None:
    assert re.match(r"/(?![/\\])", own_path(to))
    assert not re.search(r"[\\\s]", own_path(to))


# who an address stands for


@pytest.mark.parametrize(
    ("address", "found", "by_code"),
    [
        ("bos@noord.example.nl", {"noord-bos"}, {"noord-bos"}),
        (" BOS@Noord.example.NL ", {"noord-bos"}, {"noord-bos"}),
        ("aanmelding@noord.example.nl", {"sys-noord"}, {"sys-noord"}),
        (
            "jong@samen.example.nl",
            {"zuid-jong", "oost-jong"},
            {"zuid-jong", "oost-jong"},
        ),  # one person, two organisations
        ("team@anker.example.nl", {"flex-anker"}, {"flex-anker"}),  # two people: whoever writes is not proven
        ("carla@grjr.example.nl", {"cm-bc"}, set()),  # people of the region never come in by a code
        ("anna@grjr.example.nl", {"flex-delta"}, set()),  # Anna's, and somebody else's: neither is proven
        ("zorgbemiddeling@grjr.example.nl", set(), set()),
        ("niemand@example.nl", set(), set()),
        ("", set(), set()),
    ],
)
def test_whom_an_address_stands_for(region: Region, address: str, found: set[str], by_code: set[str]) -> None:
    assert set(known_as(region, address)) == found
    assert set(known_by_code(region, address)) == by_code


# codes


@pytest.mark.both_databases
def test_a_contact_comes_in_by_a_code(browser: TestClient, mails: list[tuple[str, str]], database: Database) -> None:
    code = code_for(browser, "Bos@noord.example.nl", mails)
    assert mails[0][0] == "bos@noord.example.nl"
    answer = type_code(browser, f" {code.replace(' ', '-')} ", verder="/zaken/ZB-2026-000001")
    assert answer.headers["location"] == "/zaken/ZB-2026-000001"
    assert whom(browser) == "J. Bos, voor Jeugdhulp Noord"
    with database.reading() as session:
        assert sign_ins(session) == {"code": Counter({"in": 1})}


@pytest.mark.usefixtures("_real")
def test_a_wrong_address_gets_the_very_same_answer(
    browser: TestClient, new_browser: Browsers, mails: list[Any]
) -> None:
    other = new_browser()
    known = browser.post("/inloggen/code", data={"adres": "bos@noord.example.nl"})
    for wrong in ("niemand@example.nl", "carla@grjr.example.nl"):
        unknown = other.post("/inloggen/code", data={"adres": wrong})
        assert (unknown.status_code, unknown.text) == (known.status_code, known.text)
        assert unknown.headers.keys() - {"set-cookie"} == known.headers.keys() - {"set-cookie"}
        assert type_code(other, "0000 0000").text == type_code(browser, "0000 0000").text
    assert [address for address, _ in mails] == ["bos@noord.example.nl"]
    assert whom(other) is None


def test_a_shared_address_asks_for_a_name(browser: TestClient, mails: list[tuple[str, str]]) -> None:
    code = code_for(browser, "aanmelding@noord.example.nl", mails)
    assert type_code(browser, code, verder="/zaken/ZB-2026-000001").headers["location"] == "/inloggen/wie"
    assert whom(browser) is None
    assert "Jeugdhulp Noord" in browser.get("/inloggen/wie").text
    known = browser.post("/inloggen/wie", data={"organisatie": "sys-noord", "naam": "J. Bos"})
    assert (known.status_code, "bekend als contactpersoon" in known.text) == (422, True)
    elsewhere = browser.post("/inloggen/wie", data={"organisatie": "sys-zuid", "naam": "M. Gast"})
    assert elsewhere.status_code == 422
    assert browser.post("/inloggen/wie", data={"wie": "noord-bos"}).status_code == 422
    answer = browser.post("/inloggen/wie", data={"organisatie": "sys-noord", "naam": "M. Gast"})
    assert answer.headers["location"] == "/zaken/ZB-2026-000001"
    assert whom(browser) == "M. Gast, voor Jeugdhulp Noord"


def test_one_person_of_two_organisations_chooses(browser: TestClient, mails: list[tuple[str, str]]) -> None:
    type_code(browser, code_for(browser, "jong@samen.example.nl", mails))
    shown = browser.get("/inloggen/wie").text
    assert "Zuiderzorg Jeugd" in shown
    assert "Oosterlicht" in shown
    browser.post("/inloggen/wie", data={"wie": "oost-jong"})
    assert whom(browser) == "P. de Jong, voor Oosterlicht"


def test_nobody_chooses_before_a_code_was_right(browser: TestClient) -> None:
    assert browser.get("/inloggen/wie").status_code == 422
    assert browser.post("/inloggen/wie", data={"wie": "noord-bos"}).status_code == 422
    assert whom(browser) is None


@pytest.mark.both_databases
def test_a_code_has_five_tries(browser: TestClient, mails: list[tuple[str, str]], database: Database) -> None:
    code = code_for(browser, "bos@noord.example.nl", mails)
    wrong = f"{(int(code.replace(' ', '')) + 1) % 10**8:08d}"
    for _ in range(5):
        answer = type_code(browser, wrong)
        assert (answer.status_code, WRONG_CODE in unescape(answer.text)) == (422, True)
    assert type_code(browser, code).status_code == 422
    assert whom(browser) is None
    with database.reading() as session:
        assert sign_ins(session) == {"code": Counter({"wrong_code": 6})}


def test_the_fifth_try_may_be_right(browser: TestClient, mails: list[tuple[str, str]]) -> None:
    code = code_for(browser, "bos@noord.example.nl", mails)
    for _ in range(4):
        type_code(browser, "x")
    assert type_code(browser, code).status_code == 303


def test_a_code_works_once(browser: TestClient, mails: list[tuple[str, str]]) -> None:
    code = code_for(browser, "jong@samen.example.nl", mails)
    key_holder = browser.cookies[COOKIE]
    assert type_code(browser, code).status_code == 303
    browser.cookies.set(COOKIE, key_holder)
    assert type_code(browser, code).status_code == 422


@pytest.mark.parametrize(
    ("later", "works"), [(timedelta(minutes=14, seconds=59), True), (timedelta(minutes=15), False)]
)
def test_a_code_works_a_quarter_of_an_hour(
    browser: TestClient, mails: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, later: timedelta, works: bool
) -> None:
    at(monkeypatch, NOW)
    code = code_for(browser, "bos@noord.example.nl", mails)
    at(monkeypatch, NOW + later)
    assert (type_code(browser, code).status_code == 303) is works


def test_a_code_works_in_the_browser_that_asked_for_it(
    browser: TestClient, new_browser: Browsers, mails: list[tuple[str, str]]
) -> None:
    other = new_browser()
    code = code_for(browser, "bos@noord.example.nl", mails)
    own = code_for(other, "bos@noord.example.nl", mails)
    assert type_code(other, code).status_code == 422
    assert type_code(new_browser(), code).status_code == 422
    assert type_code(other, own).status_code == 303


def test_only_the_newest_code_works(browser: TestClient, mails: list[tuple[str, str]]) -> None:
    first = code_for(browser, "bos@noord.example.nl", mails)
    second = code_for(browser, "bos@noord.example.nl", mails)
    assert type_code(browser, first).status_code == 422
    assert type_code(browser, second).status_code == 303


def test_codes_are_not_asked_without_end(browser: TestClient, mails: list[Any]) -> None:
    for address in ("bos@noord.example.nl", "niemand@example.nl"):
        answers = [browser.post("/inloggen/code", data={"adres": address}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 3600
        assert "Wacht" in answers[-1].text
    assert len(mails) == 5
    assert browser.post("/inloggen/code", data={"adres": "BOS@noord.example.nl"}).status_code == 429


def test_codes_are_not_tried_without_end(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "limiter", Limiter(Rules(code_try=RateLimitItemPerHour(3))))
    assert [type_code(browser, "1").status_code for _ in range(4)] == [422] * 3 + [429]


@pytest.mark.parametrize("address", ["", "bos", "bos@noord", "bos @noord.example.nl", "a@b.nl\nBcc: x@y.nl"])
def test_what_is_no_address_is_said(browser: TestClient, address: str, mails: list[Any]) -> None:
    answer = browser.post("/inloggen/code", data={"adres": address})
    assert (answer.status_code, "Vul een e-mailadres in" in answer.text) == (422, True)
    assert mails == []


def test_in_practice_the_code_stands_on_the_page(browser: TestClient, home: Path) -> None:
    answer = browser.post("/inloggen/code", data={"adres": "bos@noord.example.nl"})
    found = re.search(r"<strong>(\d{4} \d{4})</strong>", answer.text)
    assert found
    assert type_code(browser, found[1]).status_code == 303
    assert not (home / "letters").exists()


@pytest.mark.usefixtures("_real")
@pytest.mark.both_databases
def test_a_code_is_kept_nowhere(
    browser: TestClient, mails: list[tuple[str, str]], database: Database, home: Path
) -> None:
    code = code_for(browser, "bos@noord.example.nl", mails)
    type_code(browser, "00000000")
    with database.reading() as session:
        kept = [
            str(tuple(row))
            for table in METADATA.sorted_tables
            for row in session.connection().execute(text(f'SELECT * FROM "{table.name}"'))
        ]
    files = [file.read_bytes() for file in home.rglob("*") if file.is_file()]
    for written in (code, code.replace(" ", "")):
        assert not [row for row in kept if written in row]
        assert not [file for file in files if written.encode() in file]
    assert len(code) == 9


@pytest.mark.usefixtures("_real")
def test_a_code_that_could_not_be_mailed_shows_in_the_count_only(
    browser: TestClient, new_browser: Browsers, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    def away(*_: object) -> None:
        raise Trouble(TroubleKind.UNREACHABLE, "de mailserver is niet bereikbaar")

    monkeypatch.setattr(codes, "send", away)
    known = browser.post("/inloggen/code", data={"adres": "bos@noord.example.nl"})
    assert known.text == new_browser().post("/inloggen/code", data={"adres": "niemand@example.nl"}).text
    with database.reading() as session:
        assert sign_ins(session) == {"code": Counter({"not_sent": 1})}


@pytest.mark.parametrize("mode", ["live", "redirect", "off"])
def test_a_code_goes_over_the_transport_of_the_settings(browser: TestClient, home: Path, mode: str) -> None:
    """At once, to one address, and the outbox does not know of it."""
    server = MailServer()
    way = {"mail_transport": "smtp", "smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none"}
    with (
        server.running(),
        practising(home=home, database_url="", mail_redirect_to="proef@regio.nl", **way | {"mail_mode": mode}),
    ):
        shown = browser.post("/inloggen/code", data={"adres": "bos@noord.example.nl"}).text
    assert [mail["To"] for mail in server.mails] == {
        "live": ["bos@noord.example.nl"],
        "redirect": ["proef@regio.nl"],
        "off": [],
    }[mode]
    for mail in server.mails:
        code = re.search(r"\d{4} \d{4}", mail.get_content())
        assert code
        assert code[0] in shown  # it is practice
        assert code[0] not in str(mail["Subject"])
        assert "http" not in mail.get_content()


# a session that lapsed

TYPED = 'Regel 1\r\nRegel 2 "met" <b>tekens</b> & \u202eomgekeerd é' + "x" * 10_000


def test_what_was_typed_is_not_lost_when_a_session_lapses(browser: TestClient) -> None:
    """Sign in elsewhere, press the button: the same form arrives."""
    address = "/zaken/ZB-2026-000001/ingetrokken"
    lapsed = browser.post(address, data={"reason": TYPED, "answers.0.who": ["a", "b"]})
    assert (lapsed.status_code, lapsed.headers["Cache-Control"]) == (401, "no-store")
    shown = lapsed.text
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', shown, re.DOTALL)
    assert [(name, unescape(value)) for name, value in fields] == [
        ("reason", TYPED),
        ("answers.0.who", "a"),
        ("answers.0.who", "b"),
    ]
    assert f'action="{address}"' in unescape(shown)
    assert "<b>tekens" not in shown
    browser.post("/inloggen/oefenen", data={"wie": "tz-anna"})
    assert browser.post(address, data={"reason": TYPED}).status_code != 401


def test_a_file_is_chosen_again(browser: TestClient) -> None:
    shown = browser.post("/verwijzingen/lijst", data={"a": "b"}, files={"lijst": ("x.csv", b"a;b")})
    assert (shown.status_code, "zonder het bestand" in shown.text) == (401, True)


def test_one_comes_back_to_the_page_without_what_was_typed(browser: TestClient) -> None:
    to = browser.get("/zaken/ZB-2026-000001?jeugdige=ja&x=1").headers["location"]
    answer = browser.post(
        "/inloggen/oefenen", data={"wie": "tz-anna", "verder": unescape(_verder(browser.get(to).text))}
    )
    assert answer.headers["location"] == "/zaken/ZB-2026-000001"


def _verder(shown: str) -> str:
    found = re.search(r'name="verder" value="([^"]*)"', shown)
    assert found
    return found[1]


# how people come in is shown


def test_contract_administration_sees_how_people_come_in(
    browser: TestClient, new_browser: Browsers, mails: list[tuple[str, str]]
) -> None:
    type_code(browser, "1")
    type_code(browser, code_for(browser, "bos@noord.example.nl", mails))
    assert browser.get("/inlogoverzicht").status_code == 404
    staff = new_browser()
    staff.post("/inloggen/oefenen", data={"wie": "beheer"})
    shown = " ".join(re.sub(r"<[^>]+>", " ", staff.get("/inlogoverzicht").text).split())
    assert "Met een code per e-mail 1 1 Om te oefenen 1 1" in shown
    assert "Met een code per e-mail verkeerde of verlopen code 1 1" in shown


def test_every_refusal_has_words() -> None:
    from portal import providers
    from portal.sign_in_counts import OUTCOMES

    codes_of_providers = {one.code for one in (providers.AWAY, providers.BROKE_OFF, providers.UNVERIFIED)}
    assert codes_of_providers | {"one_factor", "unknown", "shared_address", "wrong_code", "not_sent"} == set(OUTCOMES)
