"""Signing in at the certified OpenID Connect provider, which npm brings: it tells an address only when it is asked once more."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pydantic import AnyHttpUrl, SecretStr
from starlette.testclient import TestClient

from flexroute.settings import practising
from flexroute.sign_in import Provider
from tests.portal.sign_in.test_signing_in import whom
from tests.support.oidc_servers import certified_provider

HERE = "https://flexroute.example.nl"
BACK = f"{HERE}/inloggen/met/regio/terug"


@pytest.mark.long
@pytest.mark.parametrize(("acr", "amr"), [(("loa3",), ("mfa",)), (("loa4",), ())])
def test_signing_in(
    browser: TestClient, home: Path, tmp_path: Path, acr: tuple[str, ...], amr: tuple[str, ...]
) -> None:
    with certified_provider(tmp_path, BACK, "carla@grjr.example.nl") as issuer:
        known = Provider(
            title="de gemeente",
            issuer=AnyHttpUrl(issuer),
            client_id="flexroute",
            client_secret=SecretStr("geheim"),
            for_whom="region",
            acr=acr,
            amr=amr,
        )
        with (
            practising(home=home, database_url="", oidc={"regio": known}),
            httpx.Client(base_url=issuer, trust_env=False) as there,
        ):
            to = browser.get("/inloggen/met/regio").headers["location"]
            while not to.startswith(HERE):
                to = there.get(to).headers["location"]
            answer = browser.get(to.removeprefix(HERE))
    strong = "loa3" in acr
    assert answer.status_code == (303 if strong else 403), answer.text
    assert whom(browser) == ("Carla Mulder" if strong else None)
    assert strong or "zonder tweede controle" in answer.text
