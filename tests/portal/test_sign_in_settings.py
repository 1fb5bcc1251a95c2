"""Settings of signing in that are refused at start, by name and without a secret."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flexroute.errors import UserError
from flexroute.settings import Settings, _from_environment

ENTRA = {
    "title": "de gemeente",
    "issuer": "https://login.example.nl/v2.0",
    "client_id": "flexroute",
    "client_secret": "geheim",
    "for_whom": "region",
    "amr": ["mfa"],
}
PRODUCTION = {
    "ENVIRONMENT": "production",
    "HOME": "/var/lib/flexroute",
    "DATABASE_URL": "sqlite:///x.db",
    "MAIL_FROM": "route@regio.nl",
    "MAIL_MODE": "off",
    "PORTAL_URL": "https://flexroute.regio.nl",
    "PORTAL_SECRET": "geheim" * 6,
}


def oidc(**changes: Any) -> dict[str, str]:
    return {"OIDC": json.dumps({"regio": {k: v for k, v in (ENTRA | changes).items() if v is not None}})}


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"OIDC": "{geheim"}, "FLEXROUTE_OIDC is geen geldige JSON"),
        (oidc(client_id=None), "FLEXROUTE_OIDC (regio.client_id): dit ontbreekt"),
        (oidc(client_secret=""), "FLEXROUTE_OIDC (regio): client_secret ontbreekt"),
        (oidc(amr=[]), "FLEXROUTE_OIDC (regio): vul acr of amr in"),
        (oidc(for_whom="x"), "FLEXROUTE_OIDC (regio.for_whom): kies uit 'region', 'organisations' of 'everybody'"),
        (oidc(issuer="http://login.example.nl"), "FLEXROUTE_OIDC (regio.issuer): dit adres moet met https beginnen"),
        (oidc(secret="geheim"), "FLEXROUTE_OIDC (regio.secret): dit kent Flexroute niet"),
        ({"OIDC": json.dumps({"Regio 1": ENTRA})}, "FLEXROUTE_OIDC: een aanbieder heet met kleine letters"),
        ({"SESSION_HOURS": "25"}, "FLEXROUTE_SESSION_HOURS: vul een geheel getal in dat hier past"),
        ({"CODE_TRIES": "11"}, "FLEXROUTE_CODE_TRIES: vul een geheel getal in dat hier past"),
        (PRODUCTION | {"PRACTICE_SIGN_IN": "yes"}, "FLEXROUTE_PRACTICE_SIGN_IN mag in productie niet"),
        (PRODUCTION | oidc() | {"PORTAL_SECRET": "geheim"}, "FLEXROUTE_PORTAL_SECRET moet in productie ten minste 32"),
        (PRODUCTION | {"BSN_KEY": "geheim"}, "FLEXROUTE_BSN_KEY moet in productie ten minste 32"),
        (PRODUCTION | oidc() | {"PORTAL_URL": ""}, "FLEXROUTE_PORTAL_URL"),
        (PRODUCTION | oidc(issuer="http://localhost:9400"), "FLEXROUTE_OIDC: issuer van regio moet in productie met https"),
    ],
)  # fmt: skip
def test_settings_that_are_refused(monkeypatch: pytest.MonkeyPatch, given_: dict[str, str], told: str) -> None:
    for name, value in given_.items():
        monkeypatch.setenv(f"FLEXROUTE_{name}", value)
    with pytest.raises(UserError) as refused:
        _from_environment.__wrapped__()
    assert str(refused.value).startswith(f"De instellingen kloppen niet: {told}")
    assert "geheim" not in str(refused.value)


def test_settings_that_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret may come in a variable of its own; nobody sees one; in production nobody chooses who they are."""
    given_ = PRODUCTION | oidc(client_secret="x") | {"OIDC__REGIO__CLIENT_SECRET": "geheim-apart"}
    for name, value in given_.items():
        monkeypatch.setenv(f"FLEXROUTE_{name}", value)
    settings = Settings()
    assert settings.oidc["regio"].client_secret.get_secret_value() == "geheim-apart"
    assert "geheim" not in f"{settings!r}{settings}"
    assert not settings.signs_in_by_practice


def test_in_practice_one_may_choose_who_one_is() -> None:
    assert Settings().signs_in_by_practice
    assert not Settings(practice_sign_in=False).signs_in_by_practice
