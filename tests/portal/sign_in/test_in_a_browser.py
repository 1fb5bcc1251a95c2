"""Signing in in Chromium: accessible pages, and cookies, forms and providers as a browser treats them, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser
from pydantic import AnyHttpUrl, SecretStr
from starlette.testclient import TestClient

from flexroute.settings import practising
from flexroute.sign_in import Provider
from models.store.database import Database
from portal.sessions import COOKIE
from tests.support.browser import HOME, WIDTHS, browser, findings, listening, too_wide  # noqa: F401 - a browser, not a client
from tests.support.mail_servers import free_port
from tests.support.oidc_servers import Provider as Lying
from tests.support.oidc_servers import mock_provider

CARLA = {"sub": "c1", "email": "carla@grjr.example.nl", "email_verified": True, "amr": ["pwd", "mfa"]}


def known(issuer: str) -> Provider:
    return Provider(
        title="de gemeente",
        issuer=AnyHttpUrl(issuer),
        client_id="flexroute",
        client_secret=SecretStr("geheim"),
        for_whom="region",
        amr=("mfa",),
    )


def _code(client: TestClient, address: str) -> str:
    found = re.search(r"\d{4} \d{4}", client.post("/inloggen/code", data={"adres": address}).text)
    assert found
    return found[0]


def _shared(client: TestClient) -> str:
    code = _code(client, "aanmelding@noord.example.nl")
    client.post("/inloggen/code/controle", data={"code": code})
    return "/inloggen/wie"


def _refused(client: TestClient) -> str:
    return "/inloggen/met/regio/terug?error=access_denied"


def _staff(client: TestClient) -> str:
    client.post("/inloggen/code/controle", data={"code": "1"})
    client.post("/inloggen/oefenen", data={"wie": "beheer"})
    return "/inlogoverzicht"


PAGES: dict[str, Callable[[TestClient], str]] = {
    "all ways": lambda client: "/inloggen?verder=/zaken/ZB-2026-000001",
    "practice": lambda client: "/inloggen/oefenen",
    "who": _shared,
    "refused": _refused,
    "out": lambda client: "/uitgelogd",
    "made-up link": lambda client: "/vraag/x",
    "counts": _staff,
}
SENT: dict[str, tuple[str, dict[str, str]]] = {
    "no address": ("/inloggen/code", {"adres": "x"}),
    "the code": ("/inloggen/code", {"adres": "bos@noord.example.nl"}),
    "wrong code": ("/inloggen/code/controle", {"code": "1"}),
    "no name": ("/inloggen/oefenen", {"organisatie": "ref-gp", "naam": "7"}),
    "lapsed": ("/zaken/ZB-2026-000001/ingetrokken", {"reason": "Zo maar"}),
}


@pytest.fixture
def client(app: FastAPI, home: Path) -> Iterator[TestClient]:
    with practising(home=home, database_url="", oidc={"regio": known("http://localhost:1")}):
        yield TestClient(app, base_url=HOME)


@pytest.mark.parametrize("name", [*PAGES, *SENT])
def test_the_pages_are_accessible(client: TestClient, browser: Browser, axe: str, name: str) -> None:  # noqa: F811
    """WCAG 2.2 AA, on a phone and on a laptop; also with something wrong on it."""
    secure = TestClient(client.app, base_url=HOME.replace("http:", "https:"))  # keeps a cookie that is Secure
    if name in SENT:
        path, data = SENT[name]
        got = secure.post(path, data=data)
    else:
        got = secure.get(PAGES[name](secure))
    style = secure.get("/static/flexroute.css")
    with browser.new_context() as context:
        page = context.new_page()
        headers = {key: value for key, value in got.headers.items() if key != "content-length"}
        context.route("**/*", lambda route: route.fulfill(status=200, headers=dict(style.headers), body=style.content))
        context.route(HOME + "/", lambda route: route.fulfill(status=200, headers=headers, body=got.content))
        page.goto(HOME + "/")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert findings(page, axe) == []
            assert too_wide(page) == []


def test_a_browser_without_scripts_signs_in_and_out(
    app: FastAPI,
    browser: Browser,  # noqa: F811
    home: Path,
    database: Database,
) -> None:
    """On this machine, by choosing, by a code and at a provider: cookies are kept, forms are ours, and no form ends at a provider."""
    port = free_port()
    here = f"http://localhost:{port}"
    with (
        mock_provider(CARLA) as issuer,
        practising(home=home, database_url="", portal_url=AnyHttpUrl(here), oidc={"regio": known(issuer)}),
        listening(app, port),
        browser.new_context(java_script_enabled=False) as context,
    ):
        page = context.new_page()
        page.goto(f"{here}/werk")
        page.get_by_role("link", name="Oefenen").click()
        page.get_by_role("button", name="Anna de Vries").click()
        assert page.url == f"{here}/werk"
        (cookie,) = context.cookies()
        assert (cookie["name"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (COOKIE, True, True, "Lax")

        with Lying().running() as elsewhere:  # a page of somebody else sends our form
            form = f'<form method="post" action="{here}/uitloggen"><button>Prijs!</button></form>'
            context.route(f"{elsewhere.issuer}/", lambda route: route.fulfill(body=form, content_type="text/html"))
            page.goto(f"{elsewhere.issuer}/")
            page.get_by_role("button", name="Prijs!").click()
            assert "kwam niet van Flexroute zelf" in page.content()
        page.goto(f"{here}/werk")
        assert "Anna de Vries" in page.content()

        page.get_by_role("button", name="Uitloggen").click()
        assert page.url == f"{here}/uitgelogd"
        assert context.cookies() == []
        page.goto(f"{here}/zaken/ZB-2026-000001")
        page.get_by_role("link", name="Inloggen met de gemeente").click()
        page.locator('input[name="sub"]').first.fill("c1")
        page.locator('input[name="sub"]').first.press("Enter")
        assert page.url == f"{here}/zaken/ZB-2026-000001"
        assert "Carla Mulder" in page.content()

        page.get_by_role("button", name="Uitloggen").click()
        page.goto(f"{here}/inloggen")
        page.get_by_label("E-mailadres").fill("bos@noord.example.nl")
        page.get_by_role("button", name="Stuur mij een code").click()
        code = page.locator(".notice strong").inner_text()
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Inloggen").click()
        assert "J. Bos, voor Jeugdhulp Noord" in page.content()
