"""Every page of the portal once in Chromium, as who sees most of it: accessible, and nothing sticks out at 320 px."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from portal.pages import address
from tests.portal.conftest import Portal
from tests.support.browser import HOME, WIDTHS, answered_by, findings, served, too_wide
from tests.support.flex_acts import A_NO, MONDAY, REFERRAL, TO_TABLE

TEAM, ADMINISTRATION = "tz-anna", "beheer"
MEETING = "/tafels/T_BC/2026-03-10"
PAGES = {  # what the app serves: who opens it, and where; of a form with all that is wrong, what is sent
    "/inloggen": (TEAM, "/inloggen"),
    "/uitgelogd": (TEAM, "/uitgelogd"),
    "/inloggen/oefenen": (TEAM, "/inloggen/oefenen"),
    "/werk": (TEAM, "/werk"),
    "/zaken": (TEAM, "/zaken"),
    "/zaken/{reference}": (TEAM, "{case}"),
    "/zaken/{reference}/notities": (TEAM, "{case}/notities"),
    "/zaken/{reference}/{act}": (TEAM, "{case}/besluit-team-zorgbemiddeling"),
    "/verwijzingen": (TEAM, "/verwijzingen"),
    "/verwijzingen/nieuw": (TEAM, "/verwijzingen/nieuw"),
    "/verwijzingen/lijst": (TEAM, "/verwijzingen/lijst"),
    "/tafels": (TEAM, "/tafels"),
    "/tafels/{table}/{on}": (TEAM, MEETING),
    "/tafels/{table}/{on}/antwoorden": (TEAM, f"{MEETING}/antwoorden"),
    "/tafels/{table}/{on}/{act}": (TEAM, f"{MEETING}/overleg-gewijzigd"),
    "/over/privacy": (TEAM, "/over/privacy"),
    "/over/toegankelijkheid": (TEAM, "/over/toegankelijkheid"),
    "/mensen": (ADMINISTRATION, "/mensen"),
    "/inlogoverzicht": (ADMINISTRATION, "/inlogoverzicht"),
    "/post": (TEAM, "/post"),
    "/post/{number}": (TEAM, "/post/1"),
}
NO_PAGE = {  # answers a redirect or a file, or needs a provider to sign in with: tested where that is made
    *("/", "/health", "/ready", "/inloggen/met/{name}", "/inloggen/met/{name}/terug", "/inloggen/wie"),
    *("/vraag", "/vraag/{token}", "/verwijzingen/lijst/verwijzingen.{kind}"),
    *(f"/tafels/{{table}}/{{on}}/{file}" for file in ("agenda.pdf", "agenda.ics", "antwoorden.xlsx")),
    *(
        "/stoppers/{reference}",
        "/stoppers/{reference}/notities",
        "/stoppers/{reference}/{act}",
    ),  # not of this portal yet
}


@pytest.fixture
def case(portal: Portal) -> str:
    """A case at Team Zorgbemiddeling; another one is planned for a table."""
    mover = portal.app.state.mover
    planned, _ = mover.decide("register_referral", None, "ref-lt", REFERRAL, MONDAY)
    for act, by, values in (A_NO, TO_TABLE):
        mover.decide(act, planned, by, values, MONDAY)
    reference, moved = mover.decide("register_referral", None, "ref-lt", REFERRAL, MONDAY)
    moved.result(30)
    mover.decide(A_NO[0], reference, A_NO[1], A_NO[2], MONDAY)[1].result(30)
    return str(reference)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(locale="nl-NL") as made:
        yield made


def opened(context: BrowserContext, portal: Portal, who: str, path: str) -> Page:
    answered_by(context, served(portal.of(who)))
    page = context.new_page()
    answer = page.goto(f"{HOME}{path}")
    assert answer
    assert answer.status == 200, path
    return page


def test_every_page_is_tried(portal: Portal) -> None:
    """Who adds a page adds it here."""
    served_here = {path for path, ways in portal.app.openapi()["paths"].items() if "get" in ways}
    assert {path for path in served_here if not path.startswith("/api/")} - NO_PAGE == {*PAGES}


def test_every_page_is_accessible(context: BrowserContext, portal: Portal, axe: str, case: str) -> None:
    """WCAG 2.2 AA, at phone and laptop size."""
    wrong: dict[str, list[str]] = {}
    for route, (who, path) in PAGES.items():
        page = opened(context, portal, who, path.replace("{case}", address(case)))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if found := too_wide(page) + findings(page, axe):
                wrong[f"{route} at {width}"] = found
        page.close()
    assert wrong == {}


def test_the_form_of_a_table_at_phone_size(context: BrowserContext, portal: Portal, axe: str, case: str) -> None:
    """The longest form there is: a group for each party; sent without a script, and shown again with what is wrong."""
    portal.app.state.mover.decide(TO_TABLE[0], case, TO_TABLE[1], TO_TABLE[2], MONDAY)[1].result(30)
    page = opened(context, portal, TEAM, f"{address(case)}/antwoorden-van-de-tafel")
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    page.get_by_role("group", name="Kan de hulp leveren").first.get_by_label("Nee").check()
    page.get_by_role("button", name="Vastleggen").last.click()
    assert page.locator(".error-summary").is_visible()
    assert page.get_by_role("group", name="Kan de hulp leveren").first.get_by_label("Nee").is_checked()
    assert too_wide(page) == []
    assert findings(page, axe) == []
