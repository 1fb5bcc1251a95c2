"""The link of a letter: where it leads, what it tells before signing in, and that nobody else sees its token."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AnyHttpUrl, SecretStr
from sqlmodel import select
from starlette.testclient import TestClient

from flexroute.settings import practising
from flows.mover import Runner
from models.region.directory import load_region
from models.store.database import Database
from models.store.decision import Decision
from models.store.letter import Letter
from notifications import links
from notifications.outbox import send_again
from notifications.render import render
from notifications.sender import send_due
from portal import codes
from rules.shared.bsn import may_hold_bsn
from rules.shared.region import Region
from tests.support.commands import Run
from tests.support.flex_acts import A_NO, MONDAY, REFERRAL
from tests.support.mail_servers import parsed

PORTAL = "https://flexroute.example.nl"
QUESTION = re.compile(rf"{PORTAL}(/vraag/\S+)")


@pytest.fixture(autouse=True)
def _with_portal(home: Path) -> Iterator[None]:
    secret = SecretStr("een geheim van de proef")
    with practising(home=home, database_url="", portal_url=AnyHttpUrl(PORTAL), portal_secret=secret):
        yield


@pytest.fixture
def asked(database: Database, runner: Runner) -> str:
    """A case that waits for the provider's assessment; its letters are sent."""
    reference, _ = runner.decide("register_referral", None, "ref-lt", REFERRAL, MONDAY)
    send_due(database, MONDAY)
    return reference


def letter_to(database: Database, who: str, kind: str = "assessment_request") -> Letter:
    with database.reading() as session:
        found = session.exec(select(Letter).where(Letter.recipient == who, Letter.kind == kind)).one()
        session.expunge(found)
    return found


def path_in(mail: Path) -> str:
    body = parsed(mail.read_bytes()).get_body(("plain",))
    assert body
    found = QUESTION.search(body.get_content())
    assert found
    return found[1]


def the_mail(home: Path) -> Path:
    (found,) = (home / "letters").glob("*assessment-request*")
    return found


def test_the_link_of_a_letter_says_which_question_it_is(
    browser: TestClient, asked: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the mail to the question with a code: GET shows, and the token is in no address that stays."""
    sent: list[str] = []
    monkeypatch.setattr(codes, "send", lambda _region, _address, code, _now: sent.append(code))
    first = browser.get(path_in(the_mail(home)))
    assert (first.status_code, first.headers["location"]) == (303, "/vraag")
    shown = browser.get("/vraag").text
    assert f"Er is een vraag over {asked}" in shown
    for unsaid in ("Jeugdhulp Noord", "opdracht", REFERRAL["opdracht"] + " ", "Wijkteam"):
        assert unsaid not in re.sub(r"<[^>]+>", " ", shown)
    to = re.search(r'name="verder" value="([^"]+)"', shown)
    assert to
    assert to[1] == f"/zaken/{asked}"
    browser.post("/inloggen/code", data={"adres": "bos@noord.example.nl", "verder": to[1]})
    landed = browser.post("/inloggen/code/controle", data={"code": sent[0], "verder": to[1]})
    assert landed.headers["location"] == f"/zaken/{asked}"


def test_a_scanner_opens_it_a_hundred_times(
    new_browser: Callable[[], TestClient], asked: str, home: Path, database: Database
) -> None:
    path = path_in(the_mail(home))

    def decided() -> list[Any]:
        with database.reading() as session:
            return list(session.exec(select(Decision.id, Decision.act)))

    before, scanner = decided(), new_browser()
    for _ in range(100):
        assert scanner.get(path).status_code == 303
        assert scanner.post(path).status_code == 405
    assert decided() == before
    reader = new_browser()
    reader.get(path)
    assert f"Er is een vraag over {asked}" in reader.get("/vraag").text


def test_who_is_signed_in_lands_on_the_question(browser: TestClient, asked: str, home: Path) -> None:
    browser.post("/inloggen/oefenen", data={"wie": "noord-bos"})
    assert browser.get(path_in(the_mail(home))).headers["location"] == f"/zaken/{asked}"


def test_once_answered_it_says_so(browser: TestClient, asked: str, home: Path, runner: Runner) -> None:
    act, by, given_ = A_NO
    runner.decide(act, asked, by, given_, MONDAY)
    browser.get(path_in(the_mail(home)))
    assert f"De vraag over {asked} is beantwoord" in browser.get("/vraag").text


@pytest.mark.parametrize(
    "token", ["x", "b-b-" + "a" * 32, "aaaaaaaa-aaaa-" + "p" * 32, "pppppppp-b-" + "a" * 32, "%00"]
)
def test_a_made_up_link_tells_nothing(browser: TestClient, asked: str, token: str) -> None:
    answer = browser.get(f"/vraag/{token}")
    assert (answer.status_code, "Deze link klopt niet" in answer.text) == (404, True)
    assert asked not in answer.text
    assert browser.get("/vraag").headers["location"] == "/inloggen"


def test_of_another_letter_it_is_another_link(asked: str, database: Database, home: Path, browser: TestClient) -> None:
    letter = letter_to(database, "sys-noord")
    token = links.token(letter)
    assert links.is_of(token, letter)
    assert not links.is_of(token, Letter(**letter.model_dump() | {"key": "another"}))
    with practising(portal_secret=SecretStr("een ander geheim")):
        assert not links.is_of(token, letter)
        assert browser.get(f"/vraag/{token}").status_code == 404


def test_it_is_the_same_at_each_try_and_lives_on_when_it_is_sent_again(
    asked: str, database: Database, home: Path, browser: TestClient
) -> None:
    path = path_in(the_mail(home))
    number = letter_to(database, "sys-noord").id
    with database.writing() as session:
        session.get_one(Letter, number).state = "queued"
    send_due(database, MONDAY)
    assert path_in(the_mail(home)) == path
    with database.writing() as session:
        send_again(session.get_one(Letter, number), MONDAY)
    send_due(database, MONDAY)
    again, _ = sorted((home / "letters").glob("*assessment-request*"))
    assert path_in(again) != path
    assert browser.get(path).headers["location"] == "/vraag"
    assert browser.get(path_in(again)).headers["location"] == "/vraag"


def test_whoever_looks_at_a_letter_sees_no_token(asked: str, database: Database, flexroute: Run) -> None:
    letter = letter_to(database, "sys-noord")
    for shown in (
        flexroute("letters", "--show", str(letter.id)),
        flexroute("letters", "--show", str(letter.id), "--json"),
    ):
        assert f"/zaken/{asked}" in shown.out
        assert "/vraag/" not in shown.out
    with database.reading() as session:
        assert "/vraag/" in render(session, load_region(session), letter, mailed=True).html


def test_several_letters_link_to_my_work(database: Database, runner: Runner, home: Path) -> None:
    """One link in a mail: to the list in which all of it stands."""
    many = [{**REFERRAL, "again": True} for _ in range(3)]
    for one in many:
        runner.decide("register_referral", None, "ref-lt", one, MONDAY)
    send_due(database, MONDAY)
    text = parsed(the_mail(home).read_bytes()).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert re.findall(r"https://\S+", text) == [f"{PORTAL}/werk"]


@given(number=st.integers(1, 2**31 - 1), edition=st.integers(1, 999), key=st.text(max_size=20))
def test_a_token_is_no_number_that_holds_a_letter_back(number: int, edition: int, key: str) -> None:
    """C.4: nine digits that could be a BSN stop a letter, so there are none in it."""
    with practising(portal_secret=SecretStr("x")):
        letter = Letter(
            id=number, edition=edition, key=key, kind="", subject="", recipient="", context={}, queued_at=MONDAY
        )
        token = links.token(letter)
        assert not may_hold_bsn(f"{PORTAL}/vraag/{token}")
        assert not re.search(r"\d", token)
        assert links.number_in(token) == number
        assert links.is_of(token, letter)


def test_the_secret_of_practice_is_a_file_of_its_own(home: Path, database: Database, region: Region) -> None:
    with practising(home=home, portal_secret=SecretStr("")):
        letter = Letter(id=1, key="k", kind="", subject="", recipient="", context={}, queued_at=MONDAY)
        assert links.token(letter) == links.token(letter)
    file = home / "portal.secret"
    assert (file.stat().st_mode & 0o77, len(file.read_text())) == (0, 64)
    assert [one.name for one in home.glob("portal.secret*")] == ["portal.secret"]
