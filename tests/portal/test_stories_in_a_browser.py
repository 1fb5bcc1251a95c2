"""Whole stories in Chromium: everybody does their part on a page, by the labels, buttons and links that they read.

`SCREENSHOTS=FOLDER` keeps what they saw; else it is in the folder of a test that failed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pydantic import AnyHttpUrl

from flexroute import clock
from flexroute.clock import from_local
from flexroute.settings import practising
from models.store.database import Database
from portal import signing_in
from portal.app import create
from portal.mover import Mover
from portal.safety import Limiter
from tasks.engine.delivery import deliver
from tests.support import flex_acts
from tests.support.browser import LAPTOP, listening, too_wide
from tests.support.mail_servers import SENDER, MailServer, free_port, parsed

PHONE = {"width": 390, "height": 844}
REFERRER, NOORD, ANKER, DUBBEL = "Wijkteam Centrum", "Jeugdhulp Noord", "Anker Flex", "Dubbelrol Flex"
MAIL = {NOORD: "aanmelding@noord.example.nl", ANKER: "intake@anker.example.nl", DUBBEL: "flex@dubbel.example.nl"}
CASE = "ZB-2026-000001"
Said = str | Sequence[str] | Mapping[str, str]


class Play:
    """A portal on a port, a clock that is set, a mail server, and people with a browser of their own."""

    def __init__(
        self, browser: Browser, mover: Mover, here: str, post: MailServer, folder: Path, **context: Any
    ) -> None:
        self.mover = mover
        self._browser, self._here, self._post, self._folder, self._context = browser, here, post, folder, context
        self._moment = ExitStack()
        self._seen = 0
        self.page: Page

    def at(self, moment: str) -> None:
        """It is this moment; the letters that waited have gone out."""
        self._moment.close()
        way = {"smtp_host": "127.0.0.1", "smtp_port": self._post.port, "smtp_security": "none", "mail_from": SENDER}
        set_to = {"now": from_local(moment), "portal_url": AnyHttpUrl(self._here), "mail_transport": "smtp"}
        self._moment.enter_context(practising(**set_to | way))
        with ThreadPoolExecutor(1) as other:  # the thread of the browser has a running loop
            other.submit(deliver, clock.now()).result()

    def close(self) -> None:
        """The clock is the real one again."""
        self._moment.close()

    @contextmanager
    def window(self, **more: Any) -> Iterator[Page]:
        """A browser in which nobody is signed in."""
        usual = {"viewport": {"width": LAPTOP, "height": 800}, "reduced_motion": "reduce", "locale": "nl-NL"}
        with self._browser.new_context(base_url=self._here, **usual | self._context | more) as context:
            self.page = context.new_page()
            self.page.set_default_timeout(20_000)
            yield self.page

    @contextmanager
    def person(self, name: str, **more: Any) -> Iterator[Page]:
        """A person of the region, or somebody of an organisation; at Mijn werk."""
        with self.window(**more) as page:
            page.goto("/")
            page.get_by_role("link", name="Oefenen").click()
            if page.get_by_role("button", name=name, exact=True).count():
                page.get_by_role("button", name=name, exact=True).click()
            else:
                page.get_by_label(f"Uw naam ({name})").fill("M. Vermeer")
                page.get_by_role("button", name=f"Verder voor {name}").click()
            heading(page, "Mijn werk")
            yield page

    @contextmanager
    def reader(self, organisation: str, name: str, **more: Any) -> Iterator[Page]:
        """Somebody of an organisation who opens the link in its last letter, and comes in with a code that is mailed."""
        with self.window(**more) as page:
            address = MAIL[organisation]
            page.goto(self.in_mail_to(address, rf"{self._here}/\S+"))
            heading(page, f"Er is een vraag over {CASE}")
            assert "Proefjeugdige" not in page.content()
            self.saw("de vraag van een brief")
            page.get_by_label("E-mailadres").fill(address)
            before = len(self._post.received)
            page.get_by_role("button", name="Stuur mij een code").click()
            while len(self._post.received) == before:  # it is sent after the page
                page.wait_for_timeout(20)
            page.get_by_label("Code").fill(self.in_mail_to(address, r"\d{4} \d{4}"))
            page.get_by_role("button", name="Inloggen").click()
            page.get_by_label("Uw naam").fill(name)
            page.get_by_role("button", name="Verder").click()
            yield page

    def in_mail_to(self, address: str, pattern: str) -> str:
        """What is found in the last mail to an address."""
        mail = next(one for one in map(parsed, reversed(self._post.received)) if address in one["To"])
        body = mail.get_body(("plain",))
        found = re.search(pattern, body.get_content() if body else "")
        assert found, pattern
        return found[0]

    def saw(self, what: str) -> None:
        """Keep the page as it is seen; all of it for who asks for the pictures, which takes longest."""
        self._seen += 1
        whole = "SCREENSHOTS" in os.environ
        self.page.screenshot(path=self._folder / f"{self._seen:02d} {what}.png", full_page=whole)


@pytest.fixture
def pictures(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Where screenshots go."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path, request.node.name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def play(
    request: pytest.FixtureRequest,
    browser: Browser,
    case_database: Database,
    pictures: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Play]:
    """The portal at work, as people reach it."""
    monkeypatch.setattr(signing_in, "limiter", Limiter())
    port, post = free_port(), MailServer()
    with Mover(None, jobs=False) as mover, post.running(), listening(create(mover), port):
        made = Play(browser, mover, f"http://localhost:{port}", post, pictures, **getattr(request, "param", {}))
        yield made
        made.close()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", name=text).first).to_be_visible()


def main(page: Page) -> Locator:
    """What a page has to say."""
    return page.get_by_role("main")


def fill_in(page: Page, answers: Mapping[str, Said], within: Locator | None = None) -> None:
    """Fill in a form: each field by its label, each choice by its words; of a list each line, of a group each field."""
    part = within or main(page)
    for label, said in answers.items():
        called = re.compile(rf"^{re.escape(label)}( \(niet verplicht\))?$")
        group = part.get_by_role("group", name=called).first  # of the party itself, before those of others
        if isinstance(said, Mapping):
            fill_in(page, said, group)
        elif not isinstance(said, str):
            for number, one in enumerate(said, 1):
                part.get_by_label(f"{label} {number}", exact=True).fill(one)
        elif group.count():
            group.get_by_label(said, exact=True).check()
        else:
            field = part.get_by_label(called).first
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(label=said)
            else:
                field.fill(said)


def record(page: Page, answers: Mapping[str, Said], button: str = "Vastleggen") -> None:
    """Fill in the form of the page and send it: it is recorded, and the page shows how it stands now."""
    fill_in(page, answers)
    page.get_by_role("button", name=button).last.click()
    expect(page.get_by_role("status")).to_have_text("Vastgelegd.")


def open_task(page: Page, what: str) -> None:
    """From Mijn werk, or the page of a case, to where somebody answers."""
    page.get_by_role("link", name=f"{CASE}: {what}").click()
    heading(page, what)


def go(page: Page, *links: str) -> None:
    """Follow links."""
    for link in links:
        page.get_by_role("link", name=link).first.click()


def facts(page: Page, *texts: str) -> None:
    """This stands on the page."""
    for text in texts:
        expect(main(page)).to_contain_text(text)


REFERRAL = {
    "Verwijsroute": "Lokaal team",
    "Opdracht": "B",
    "Aanbieder": NOORD,
    "Ontvangen op": "2026-03-02",
    "Gemeente": "Toegang Rotterdam",
    "Naam": "Proefjeugdige Kornoelje",
    "Geboortedatum": "2014-05-09",
    "BSN": "999900006",
    "Eigen kenmerk": "WC-17",
}
CANNOT: dict[str, Said] = {
    "Kan de hulp leveren": "Nee",
    "Uitleg": "De groep is vol",
    "Waarom het tijdelijk niet kan": "Er is tijdelijk veel vraag",
    "Praktijk Klein": {"Kan de hulp leveren": "Nee", "Uitleg": "Wij zijn vol"},
}


def to_the_table(play: Play) -> None:
    """A referral; its provider cannot, nor can its subcontractors; Team Zorgbemiddeling brings it to the table."""
    play.at("2026-03-02T09:00")
    with play.person(REFERRER) as page:
        go(page, "Verwijzingen", "Een verwijzing aanmelden")
        play.saw("een verwijzing")
        record(page, REFERRAL, "Aanmelden")
        heading(page, CASE)
        play.saw("aangemeld")

    play.at("2026-03-05T15:00")
    with play.reader(NOORD, "J. Bos") as page:
        heading(page, "Beoordeling geven")
        facts(page, "Jeugdhulp Noord", "9 maart")
        assert "Kornoelje" not in page.content()
        play.saw("de beoordeling")
        record(page, CANNOT)
        play.saw("beoordeeld")

    play.at("2026-03-06T10:00")
    with play.person("Anna de Vries") as page:
        play.saw("mijn werk van een zorgbemiddelaar")
        open_task(page, "bepalen of een tafel nodig is")
        play.saw("bemiddeling")
        record(page, {"Besluit": "Zorgbemiddelingstafel", "Reden": "Andere aanbieders aan tafel vragen"})


def at_the_table(play: Play, day: str, meeting: str, parties: Sequence[str]) -> None:
    """The agenda goes out the Friday before; at the meeting nobody can, which is filled in in the grid."""
    with play.person("Anna de Vries") as page:
        go(page, "Tafels")
        page.get_by_role("button", name="Geef de agenda’s van week").first.click()
        play.saw("tafels")
    play.at(f"{day}T11:00")
    with play.person("Anna de Vries") as page:
        go(page, "Tafels", f"B/C-tafel (minus C1), {meeting}", "Leg de antwoorden vast")
        for party in parties:
            page.get_by_label(f"kan leveren, {party}, {CASE}").select_option(label="Nee")
            page.get_by_label(f"uitleg, {party}, {CASE}").fill("Geen plaats binnen de treeknorm")
        play.saw("de antwoorden van de tafel")
        page.get_by_role("button", name="Vastleggen").click()
        expect(page.get_by_role("status").first).to_contain_text("Vastgelegd")
        play.saw("de antwoorden vastgelegd")


def approved(play: Play, moment: str) -> None:
    """The contract manager approves, on a phone."""
    play.at(moment)
    with play.person("Carla Mulder", viewport=PHONE) as page:
        open_task(page, "akkoord geven of weigeren")
        facts(page, "Wat er meespeelt", "nog", "dagen")
        assert too_wide(page) == []
        play.saw("akkoord op een telefoon")
        record(
            page,
            {"Akkoord": "Ja", "Waarom het tijdelijk niet kan": "Er is tijdelijk veel vraag", "Motivering": "Een piek"},
        )
        assert too_wide(page) == []


WITHOUT_SCRIPTS = pytest.param({"java_script_enabled": False}, marks=pytest.mark.long, id="without scripts")
OTHERS = ("Zuiderzorg Jeugd", "Oosterlicht", "Westerhulp")


@pytest.mark.parametrize("play", [pytest.param({}, id="with scripts"), WITHOUT_SCRIPTS], indirect=True)
def test_from_referral_to_start(play: Play) -> None:
    """F-13 … F-51: a referral, and in the end the help starts at a flex provider."""
    to_the_table(play)
    at_the_table(play, "2026-03-10", "dinsdag 10 maart", OTHERS)
    approved(play, "2026-03-11T09:30")

    play.at("2026-03-16T14:00")
    with play.reader(ANKER, "A. Anker") as page:
        heading(page, "Antwoord van de flex-aanbieder geven")
        play.saw("de vraag aan de flex-aanbieder")
        record(page, {"Kan de hulp leveren": "Ja", "Eerste mogelijke start": "2026-04-07"})

    play.at("2026-03-18T10:00")
    with play.reader(NOORD, "J. Bos") as page:
        heading(page, "Warme overdracht vastleggen")
        facts(page, ANKER)
        record(
            page,
            {"Dag van de overdracht": "2026-03-18", "Wat is overgedragen": ("Gezinsplan", "Veiligheidsafspraken")},
        )
        play.saw("overgedragen")

    play.at("2026-03-20T11:00")
    with play.person(REFERRER) as page:
        go(page, f"{CASE}: zorgen voor de toewijzing")
        facts(page, f"zorgen voor de toewijzing; {NOORD} legt die vast")
        play.saw("wat de verwijzer doet")
    with play.person(NOORD) as page:
        go(page, "Casussen", CASE, "Toewijzing vastleggen")
        record(
            page,
            {
                "Toewijzingsnummer": "300101",
                "Afgegeven door": REFERRER,
                "Aangeleverd door": "De aanbieder zelf",
                "Dag van de toewijzing": "2026-03-20",
            },
        )

    play.at("2026-04-07T09:00")
    with play.person(ANKER) as page:
        open_task(page, "start van de hulp vastleggen")
        facts(page, "Controle van de procedure: alles klopt, u mag starten")
        play.saw("de controle van de procedure")
        record(page, {"Eerste dag van de hulp": "2026-04-07"})
        facts(page, "gestart bij een flex-aanbieder")
        play.saw("gestart")
    with play.person(REFERRER) as page:
        facts(page, "Er wacht nu niets")
        go(page, "Verwijzingen", "Afgesloten")
        facts(page, "WC-17", "gestart bij een flex-aanbieder")
        play.saw("de verwijzer ziet hoe het afliep")


@pytest.mark.long
def test_refused_again_and_declined(play: Play) -> None:
    """F-29, F-38, F-40: no approval, a second round, two flex providers that cannot; the case is offered again."""
    to_the_table(play)
    at_the_table(play, "2026-03-10", "dinsdag 10 maart", OTHERS)

    play.at("2026-03-11T09:30")
    with play.person("Carla Mulder", viewport=PHONE) as page:
        open_task(page, "akkoord geven of weigeren")
        record(page, {"Akkoord": "Nee", "Motivering": "Er is een structureel tekort"})
        facts(page, "ronde 2")
        play.saw("geweigerd")

    play.at("2026-03-12T10:00")
    at_the_table(play, "2026-03-17", "dinsdag 17 maart", (NOORD, *OTHERS))
    approved(play, "2026-03-18T09:30")

    for day, flex in (("2026-03-19", ANKER), ("2026-03-20", DUBBEL)):
        play.at(f"{day}T14:00")
        with play.reader(flex, "F. Linde") as page:
            record(page, {"Kan de hulp leveren": "Nee", "Uitleg": "Er is geen behandelaar vrij"})
            expect(page.get_by_role("button", name="Vastleggen")).to_have_count(0)  # the next one is asked now
            play.saw(f"nee van {flex}")

    play.at("2026-03-23T10:00")
    with play.reader(NOORD, "J. Bos") as page:
        heading(page, "Opnieuw aanbieden")
        play.saw("opnieuw aanbieden")
        record(page, {"Uitleg": "Geen van de flex-aanbieders kan de hulp leveren"})

    play.at("2026-03-23T11:00")
    with play.person("Bram Bakker") as page:
        open_task(page, "bepalen of een tafel nodig is")
        facts(page, "ronde 3", "Opnieuw aanbieden")
        play.saw("opnieuw bij Team Zorgbemiddeling")


def test_by_keyboard(play: Play) -> None:
    """From Mijn werk to an answer that is recorded without a mouse; at every stop it shows where one is."""
    play.at("2026-03-02T14:00")
    play.mover.decide("register_referral", None, "ref-lt", flex_acts.REFERRAL, clock.now())[1].result(30)
    play.at("2026-03-03T09:00")
    with play.person(NOORD) as page:
        press = page.keyboard.press
        tab_to(page, "Naar de inhoud")
        press("Enter")
        tab_to(page, f"{CASE}: beoordeling geven")
        press("Enter")
        heading(page, "Beoordeling geven")
        tab_to(page, "Ja")
        press("ArrowDown")
        tab_to(page, "Uitleg (niet verplicht)")
        page.keyboard.type("De groep is vol")
        tab_to(page, "De capaciteit is nog niet op het benodigde niveau")
        press("Space")
        tab_to(page, "Vastleggen")
        play.saw("waar het toetsenbord is")
        press("Enter")
        expect(page.get_by_role("status")).to_have_text("Vastgelegd.")
        facts(page, "De groep is vol")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus; each stop on the way shows that it has it."""
    passed = []
    for _ in range(60):
        page.keyboard.press("Tab")
        called, shows = page.evaluate(
            """() => {
                const one = document.activeElement, style = getComputedStyle(one), where = one.getBoundingClientRect();
                const label = one.labels?.[0]?.innerText || one.getAttribute("aria-label") || one.innerText;
                return [label, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && where.width > 1
                    && where.left >= 0 && where.top >= 0 && where.bottom <= innerHeight + 1];
            }"""
        )
        assert shows, called
        if called == name:
            return
        passed.append(called)
    raise AssertionError(f"{name}: {passed}")
