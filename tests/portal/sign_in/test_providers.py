"""Signing in at OpenID Connect providers: real ones on this machine, and what is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey
from limits import RateLimitItemPerHour
from pydantic import AnyHttpUrl, SecretStr
from starlette.testclient import TestClient

from flexroute.settings import practising
from flexroute.sign_in import Provider as Known
from models.store.database import Database
from models.store.sign_in import sign_ins
from portal import providers, signing_in
from portal.providers import NotProven, too_weak, whom
from portal.safety import Limiter, Rules
from portal.sessions import COOKIE
from rules.shared.region import Region
from tests.portal.sign_in.test_signing_in import whom as signed_in
from tests.support.oidc_servers import Provider, mock_provider

ANNA = {"sub": "a1", "email": "anna.v@example.nl", "email_verified": True, "amr": ["pwd", "mfa"]}
CARLA = {"sub": "c1", "email": "carla@grjr.example.nl", "email_verified": True, "amr": ["pwd", "mfa"]}
WEAK = {**CARLA, "sub": "c2", "amr": ["pwd"]}
BOS: dict[str, Any] = {"email": "bos@noord.example.nl", "email_verified": True, "acr": "loa3"}


def known(issuer: str, **more: Any) -> Known:
    given = {
        "title": "de gemeente",
        "issuer": AnyHttpUrl(issuer),
        "client_id": "flexroute",
        "client_secret": SecretStr("geheim"),
        "for_whom": "region",
        "amr": ("mfa",),
    }
    return Known(**{**given, **more})


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with mock_provider(CARLA, WEAK, ANNA) as issuer:
        yield issuer


@pytest.fixture
def broker() -> Iterator[Provider]:
    with Provider().running() as provider:
        provider.says = dict(BOS)
        yield provider


@pytest.fixture(autouse=True)
def _two(home: Path, mock: str, broker: Provider) -> Iterator[None]:
    """The region has its own provider, and one for organisations; nobody may choose who they are."""
    providers._registered.cache_clear()
    oidc = {
        "regio": known(mock),
        "makelaar": known(broker.issuer, title="eHerkenning", for_whom="organisations", acr=("loa3", "loa4"), amr=()),
    }
    with practising(home=home, database_url="", oidc=oidc, practice_sign_in=False):
        yield


def at_mock(browser: TestClient, sub: str, verder: str = "") -> Any:
    """Go there, press the button, come back."""
    to = browser.get("/inloggen/met/regio", params={"verder": verder}).headers["location"]
    answer = httpx.post(to, data={"sub": sub}, trust_env=False)
    return back(browser, answer.headers["location"])


def at_broker(browser: TestClient) -> Any:
    answer = httpx.get(browser.get("/inloggen/met/makelaar").headers["location"], trust_env=False)
    return back(browser, answer.headers["location"])


def back(browser: TestClient, to: str) -> Any:
    return browser.get(to.removeprefix("https://flexroute.example.nl"))


def test_both_ways_stand_on_the_page(browser: TestClient) -> None:
    shown = browser.get("/inloggen?verder=/zaken/ZB-2026-000001").text
    assert "Inloggen met de gemeente" in shown
    assert "Inloggen met eHerkenning" in shown
    assert 'href="/inloggen/met/regio?verder=/zaken/ZB-2026-000001"' in shown


def test_at_a_provider_that_others_made(browser: TestClient, database: Database) -> None:
    answer = at_mock(browser, "c1", "/zaken/ZB-2026-000001")
    assert (answer.status_code, answer.headers["location"]) == (303, "/zaken/ZB-2026-000001")
    assert signed_in(browser) == "Carla Mulder"
    with database.reading() as session:
        assert sign_ins(session) == {"oidc": Counter({"in": 1})}


def test_at_the_broker_for_organisations(browser: TestClient, broker: Provider) -> None:
    assert at_broker(browser).status_code == 303
    assert signed_in(browser) == "J. Bos, voor Jeugdhulp Noord"
    asked = broker.asked[0]
    assert (asked["response_type"], asked["code_challenge_method"], asked["acr_values"]) == (
        "code",
        "S256",
        "loa3 loa4",
    )
    assert asked["redirect_uri"] == "https://flexroute.example.nl/inloggen/met/makelaar/terug"
    assert len(asked["nonce"]) >= 20


def test_the_address_of_the_settings_is_where_one_comes_back(browser: TestClient, broker: Provider, home: Path) -> None:
    with practising(portal_url=AnyHttpUrl("https://flexroute.regio.nl")):
        browser.get(browser.get("/inloggen/met/makelaar", headers={"Host": "elders.nl"}).headers["location"])
        httpx.get(browser.get("/inloggen/met/makelaar").headers["location"], trust_env=False)
    assert broker.asked[-1]["redirect_uri"].startswith("https://flexroute.regio.nl/")


def test_an_address_that_is_told_when_asked_once_more(browser: TestClient, broker: Provider) -> None:
    broker.says, broker.asked_again = {"acr": "loa4"}, {key: BOS[key] for key in ("email", "email_verified")}
    at_broker(browser)
    assert signed_in(browser) == "J. Bos, voor Jeugdhulp Noord"


def test_of_somebody_else_it_is_not_taken(browser: TestClient, broker: Provider) -> None:
    broker.says, broker.asked_again = {"acr": "loa4"}, {**BOS, "sub": "2"}
    assert at_broker(browser).status_code == 403
    assert signed_in(browser) is None


def test_one_factor_is_refused_with_an_explanation(browser: TestClient, database: Database, broker: Provider) -> None:
    answer = at_mock(browser, "c2")
    assert (answer.status_code, "zonder tweede controle" in answer.text) == (403, True)
    broker.says["acr"] = "loa2"
    assert "zonder tweede controle" in at_broker(browser).text
    assert signed_in(browser) is None
    with database.reading() as session:
        assert sign_ins(session) == {"oidc": Counter({"one_factor": 2})}


def test_whom_the_region_does_not_know(browser: TestClient) -> None:
    answer = at_mock(browser, "a1")
    assert (answer.status_code, "kent uw e-mailadres niet" in answer.text) == (403, True)
    assert signed_in(browser) is None


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "x"},
        {"nonce": None},
        {"iss": "https://elders.nl"},
        {"aud": "een-ander"},
        {"exp": 1},
        {"sub": None},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "aanmelding@noord.example.nl"},  # a mailbox is nobody
        {"email": "carla@grjr.example.nl"},  # people of the region come in at their own provider
        {"email": ["bos@noord.example.nl"]},
        {"email": None},
        {"acr": None},
        {"acr": ["loa3"]},
    ],
)
def test_what_does_not_fit_is_refused(browser: TestClient, broker: Provider, lie: dict[str, Any]) -> None:
    broker.says |= lie
    answer = at_broker(browser)
    assert (answer.status_code, "Inloggen is niet gelukt" in answer.text) == (403, True)
    assert signed_in(browser) is None


@pytest.mark.parametrize("how", ["unsigned", "another key"])
def test_what_nobody_signed_is_refused(browser: TestClient, broker: Provider, how: str) -> None:
    broker.unsigned = how == "unsigned"
    broker.signs_with = ECKey.generate_key("P-256", {"kid": "one"}) if how == "another key" else broker.key
    assert at_broker(browser).status_code == 403
    assert signed_in(browser) is None


def test_a_provider_that_says_it_is_another(browser: TestClient, broker: Provider) -> None:
    broker.metadata = {"issuer": "https://elders.nl"}
    broker.says["iss"] = "https://elders.nl"
    assert at_broker(browser).status_code == 503
    assert signed_in(browser) is None


def test_a_forged_state_is_refused(browser: TestClient) -> None:
    to = browser.get("/inloggen/met/makelaar").headers["location"]
    real = httpx.get(to, trust_env=False).headers["location"]
    assert back(browser, real.replace("state=", "state=x")).status_code == 403
    code = parse_qs(urlsplit(real).query)["code"][0]
    assert browser.get(f"/inloggen/met/makelaar/terug?code={code}").status_code == 403
    assert browser.get("/inloggen/met/makelaar/terug?error=access_denied").status_code == 403
    assert browser.get(f"/inloggen/met/regio/terug?{urlsplit(real).query}").status_code == 403  # of the other one
    assert signed_in(browser) is None


def test_a_code_comes_back_once(browser: TestClient, new_browser: Any) -> None:
    real = httpx.get(browser.get("/inloggen/met/makelaar").headers["location"], trust_env=False).headers["location"]
    stranger = new_browser()
    assert back(stranger, real).status_code == 403  # an address that was stolen, or sent to somebody
    assert back(browser, real).status_code == 303
    browser.post("/uitloggen")
    assert back(browser, real).status_code == 403
    assert signed_in(browser) is None


def test_the_token_changes(browser: TestClient) -> None:
    to = browser.get("/inloggen/met/makelaar").headers["location"]
    before = browser.cookies[COOKIE]
    back(browser, httpx.get(to, trust_env=False).headers["location"])
    assert browser.cookies[COOKIE] != before


def test_no_form_ends_at_a_provider(browser: TestClient) -> None:
    """Browsers block it (`form-action 'self'`): after signing out there is a page with a link."""
    at_broker(browser)
    answer = browser.post("/uitloggen")
    assert answer.headers["location"] == "/uitgelogd"
    assert browser.get("/uitgelogd").status_code == 200
    assert browser.post("/inloggen/met/makelaar").status_code == 405
    expired = browser.post("/zaken/ZB-2026-000001/x", data={"a": "b"})
    assert not expired.headers.get("location", "/").startswith("http")


def test_a_provider_that_is_away(browser: TestClient, home: Path) -> None:
    with practising(oidc={"weg": known("http://localhost:1")}):
        answer = browser.get("/inloggen/met/weg")
    assert (answer.status_code, "antwoordt nu niet" in answer.text) == (503, True)
    assert browser.get("/inloggen/met/onbekend").status_code == 404


def test_going_there_is_not_done_without_end(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "limiter", Limiter(Rules(sign_in=RateLimitItemPerHour(2))))
    answers = [browser.get("/inloggen/met/makelaar").status_code for _ in range(3)]
    assert answers == [302, 302, 429]


def test_attempts_do_not_pile_up(browser: TestClient, database: Database) -> None:
    for _ in range(6):
        to = browser.get("/inloggen/met/makelaar").headers["location"]
    assert back(browser, httpx.get(to, trust_env=False).headers["location"]).status_code == 303


@pytest.mark.parametrize(
    ("acr", "amr", "said", "enough"),
    [
        ((), ("mfa",), {"amr": ["pwd", "mfa"]}, True),
        ((), ("mfa", "hwk"), {"amr": ["hwk"]}, True),
        ((), ("mfa",), {"amr": ["pwd"]}, False),
        ((), ("mfa",), {"amr": "mfa"}, False),
        ((), ("mfa",), {"acr": "mfa"}, False),
        ((), ("mfa",), {}, False),
        (("loa3",), (), {"acr": "loa3"}, True),
        (("loa3",), (), {"acr": "loa2", "amr": ["mfa"]}, False),
        (("loa3",), ("mfa",), {"acr": "loa3"}, False),
        (("loa3",), ("mfa",), {"acr": "loa3", "amr": ["mfa"]}, True),
    ],
)
def test_what_is_strong_enough(acr: tuple[str, ...], amr: tuple[str, ...], said: dict[str, Any], enough: bool) -> None:
    assert (too_weak(known("https://x.nl", acr=acr, amr=amr), said) is None) is enough


@pytest.mark.parametrize(
    "address", ["anna@grjr.example.nl", "zorgbemiddeling@grjr.example.nl", "team@anker.example.nl"]
)
def test_an_address_of_several_people_is_nobody(region: Region, address: str) -> None:
    """A department or mailbox never signs in, nor one person with the address of another."""
    with pytest.raises(NotProven) as refused:
        whom(known("https://x.nl", for_whom="everybody", vouches=True), {"email": address}, region)
    assert refused.value.code == "shared_address"


def test_a_subject_or_another_claim_may_say_who(region: Region) -> None:
    by_subject = known("https://x.nl", subjects={"s1": "tz-bram"})
    assert whom(by_subject, {"sub": "s1"}, region) == ("tz-bram",)
    assert whom(known("https://x.nl", claim="upn"), {"sub": "2", "upn": "BRAM@grjr.example.nl"}, region) == ("tz-bram",)
    assert whom(known("https://x.nl", vouches=True), {"email": "bram@grjr.example.nl"}, region) == ("tz-bram",)
    with pytest.raises(NotProven):
        whom(known("https://x.nl", subjects={"s1": "weg"}), {"sub": "s1"}, region)
