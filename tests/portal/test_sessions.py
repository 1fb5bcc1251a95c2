"""Sessions on the server's side: what a browser has, what the database keeps, and when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI, Request
from sqlalchemy import text
from sqlmodel import select
from starlette.testclient import TestClient

from flexroute.errors import Unreachable
from models.store.database import Database
from models.store.sign_in import PortalSession
from portal.safety import UNREACHABLE
from portal.sessions import COOKIE, SessionMiddleware, hashed

START = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


class Wall:
    """A clock that goes when it is told."""

    def __init__(self) -> None:
        self.now = START

    def later(self, **by: int) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def wall() -> Wall:
    """The clock."""
    return Wall()


@pytest.fixture
def app(database: Database, wall: Wall) -> FastAPI:
    """Pages that use the session."""
    app = FastAPI()
    app.add_middleware(SessionMiddleware, now=lambda: wall.now)

    @app.get("/")
    def show(request: Request) -> dict[str, Any]:
        return {**request.session, "lapsed": request.session.lapsed}  # type: ignore[attr-defined]

    @app.get("/put/{value}")
    async def put(request: Request, value: str) -> None:
        request.session["value"] = value

    @app.get("/in")
    def sign_in(request: Request) -> None:
        request.session.renew(actor="bos")  # type: ignore[attr-defined]

    @app.get("/out")
    def sign_out(request: Request) -> None:
        request.session.clear()

    @app.get("/static/none")
    def none(request: Request) -> bool:
        return "session" in request.scope

    return app


@pytest.fixture
def browser(app: FastAPI) -> TestClient:
    """A browser."""
    return TestClient(app, base_url="https://flexroute.example.nl")


def rows(database: Database) -> list[PortalSession]:
    with database.reading() as session:
        return list(session.exec(select(PortalSession)))


@pytest.mark.both_databases
def test_what_was_kept_is_there_at_the_next_request(browser: TestClient, app: FastAPI, database: Database) -> None:
    browser.get("/put/ja")
    assert browser.get("/").json() == {"value": "ja", "lapsed": False}
    browser.get("/put/nee")
    assert browser.get("/").json()["value"] == "nee"
    assert TestClient(app, base_url="https://flexroute.example.nl").get("/").json() == {"lapsed": False}
    assert len(rows(database)) == 1


def test_the_cookie_is_for_this_host_and_no_script_reads_it(browser: TestClient) -> None:
    cookie = browser.get("/put/ja").headers["set-cookie"]
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-flexroute=")
    assert len(name.split("=")[1]) >= 43
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]


def test_who_only_looks_gets_no_session(browser: TestClient, database: Database) -> None:
    assert "set-cookie" not in browser.get("/").headers
    assert browser.get("/static/none").json() is False
    assert rows(database) == []


@pytest.mark.both_databases
def test_the_database_keeps_no_token(browser: TestClient, database: Database) -> None:
    browser.get("/in")
    token = browser.cookies[COOKIE]
    with database.reading() as session:
        kept = [str(tuple(row)) for row in session.connection().execute(text("SELECT * FROM portal_session"))]
    assert token not in kept[0]
    assert hashed(token) in kept[0]


@pytest.mark.both_databases
def test_signing_in_gives_a_new_token(browser: TestClient, app: FastAPI, database: Database) -> None:
    """Who gave somebody a token beforehand is not signed in with it (session fixation)."""
    browser.get("/put/ja")
    before = browser.cookies[COOKIE]
    browser.get("/in")
    assert browser.cookies[COOKIE] != before
    assert browser.get("/").json() == {"actor": "bos", "lapsed": False}
    stranger = TestClient(app, base_url="https://flexroute.example.nl", cookies={COOKIE: before})
    assert stranger.get("/").json() == {"lapsed": True}
    assert len(rows(database)) == 1


@pytest.mark.parametrize("token", ["", "x", "../../etc", "9" * 4000])
def test_a_made_up_token_opens_nothing(app: FastAPI, token: str, database: Database) -> None:
    stranger = TestClient(app, base_url="https://flexroute.example.nl", cookies={COOKIE: token})
    assert stranger.get("/").json() == {"lapsed": bool(token)}
    stranger.get("/put/ja")
    assert hashed(token) not in {row.token_hash for row in rows(database)}


@pytest.mark.both_databases
def test_signing_out_ends_it_on_the_server(browser: TestClient, app: FastAPI, database: Database) -> None:
    browser.get("/in")
    token = browser.cookies[COOKIE]
    assert "Max-Age=0" in browser.get("/out").headers["set-cookie"]
    assert rows(database) == []
    assert TestClient(app, base_url="https://flexroute.example.nl", cookies={COOKIE: token}).get("/").json()["lapsed"]


def test_it_lapses_when_nobody_uses_it(browser: TestClient, wall: Wall) -> None:
    browser.get("/in")
    for _ in range(3):
        wall.later(minutes=29)
        assert browser.get("/").json()["actor"] == "bos"
    wall.later(minutes=30)
    assert browser.get("/").json() == {"lapsed": True}


def test_it_lapses_at_last_however_much_it_is_used(browser: TestClient, wall: Wall) -> None:
    browser.get("/in")
    for _ in range(12 * 3 - 1):
        wall.later(minutes=20)
        assert browser.get("/put/x").status_code == 200
        assert browser.get("/").json()["actor"] == "bos"
    wall.later(minutes=20)
    assert browser.get("/").json() == {"lapsed": True}


def test_what_lapsed_is_thrown_away(app: FastAPI, browser: TestClient, wall: Wall, database: Database) -> None:
    browser.get("/in")
    wall.later(hours=1)
    TestClient(app, base_url="https://flexroute.example.nl").get("/in")
    assert [row.began_at for row in rows(database)] == [wall.now]


def test_what_is_signed_out_does_not_come_back(browser: TestClient, database: Database, wall: Wall) -> None:
    """A page that was still being made when its session ended does not keep it."""
    from portal.sessions import _OfRequest

    browser.get("/in")
    slow = _OfRequest(database, wall.now, browser.cookies[COOKIE])
    slow.open()["more"] = 1
    browser.get("/out")
    assert slow.close() is None
    assert rows(database) == []


def test_a_database_that_does_not_answer_is_told(
    app: FastAPI, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.get("/in")

    def away(*_: object) -> None:
        raise Unreachable("De database antwoordt niet.")

    monkeypatch.setattr("models.store.sign_in.keep", away)
    assert (browser.get("/put/x").status_code, browser.get("/put/x").text) == (503, UNREACHABLE)
    monkeypatch.setattr("models.store.sign_in.find", away)
    assert (browser.get("/").status_code, browser.get("/").text) == (503, UNREACHABLE)
