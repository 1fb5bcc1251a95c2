"""Settings of the mail that are refused at start, by name and without the secret."""

from __future__ import annotations

import pytest

from flexroute.errors import UserError
from flexroute.settings import Settings, _from_environment, practising, settings

SMTP = {"MAIL_TRANSPORT": "smtp", "SMTP_HOST": "mail.regio.nl", "SMTP_USER": "ik", "SMTP_PASSWORD": "geheim"}
GRAPH = {"MAIL_TRANSPORT": "graph", "GRAPH_TENANT": "t", "GRAPH_CLIENT_ID": "c", "GRAPH_CLIENT_SECRET": "geheim"}
PRODUCTION = {
    "ENVIRONMENT": "production",
    "HOME": "/var/lib/flexroute",
    "DATABASE_URL": "sqlite:///x.db",
    "MAIL_FROM": "route@regio.nl",
}


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"MAIL_TRANSPORT": "fax"}, "FLEXROUTE_MAIL_TRANSPORT: kies uit 'file', 'smtp' of 'graph'"),
        ({"MAIL_FROM": "Flexroute"}, "FLEXROUTE_MAIL_FROM: vul een e-mailadres in"),
        (SMTP | {"SMTP_HOST": ""}, "vul FLEXROUTE_SMTP_HOST in"),
        (SMTP | {"SMTP_PASSWORD": ""}, "vul FLEXROUTE_SMTP_PASSWORD in"),
        (SMTP | {"SMTP_USER": ""}, "vul FLEXROUTE_SMTP_USER in (nodig bij FLEXROUTE_SMTP_PASSWORD)"),
        (SMTP | {"SMTP_PORT": "70000"}, "FLEXROUTE_SMTP_PORT: vul een geheel getal in"),
        (SMTP | {"SMTP_SECURITY": "none"}, "FLEXROUTE_SMTP_SECURITY=none mag alleen op deze machine zelf"),
        (GRAPH | {"GRAPH_CLIENT_ID": ""}, "vul FLEXROUTE_GRAPH_CLIENT_ID, FLEXROUTE_GRAPH_SENDER in"),
        (GRAPH | {"GRAPH_SENDER": "route@regio.nl", "GRAPH_URL": "http://x.nl"}, "FLEXROUTE_GRAPH_URL: dit adres moet met https"),
        ({"MAIL_MODE": "redirect"}, "vul FLEXROUTE_MAIL_REDIRECT_TO in"),
        (PRODUCTION, "FLEXROUTE_MAIL_TRANSPORT=file is om te oefenen"),
        (PRODUCTION | {"MAIL_MODE": "redirect", "MAIL_REDIRECT_TO": "proef@regio.nl"}, "FLEXROUTE_MAIL_TRANSPORT=file is om te"),
    ],
)  # fmt: skip
def test_settings_that_are_refused(monkeypatch: pytest.MonkeyPatch, given_: dict[str, str], told: str) -> None:
    """Half a set, an unsafe line, or practice in production: refused at start, by name, without the secret."""
    for name, value in given_.items():
        monkeypatch.setenv(f"FLEXROUTE_{name}", value)
    with pytest.raises(UserError) as refused:
        _from_environment.__wrapped__()
    assert str(refused.value).startswith(f"De instellingen kloppen niet: {told}")
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    "given_",
    [PRODUCTION | SMTP, PRODUCTION | GRAPH | {"GRAPH_SENDER": "route@regio.nl"}, PRODUCTION | {"MAIL_MODE": "off"}],
)
def test_settings_that_are_right(monkeypatch: pytest.MonkeyPatch, given_: dict[str, str]) -> None:
    """Production with a real way out, or with the mail off; nobody sees a secret."""
    for name, value in given_.items():
        monkeypatch.setenv(f"FLEXROUTE_{name}", value)
    assert "geheim" not in f"{Settings()!r}{Settings()}"
    monkeypatch.setattr("flexroute.settings._practice", [Settings()])
    with practising():
        assert (settings().mail_transport, settings().mail_mode) == ("file", "live")  # practice never mails


@pytest.mark.parametrize("address", ["route@regio.nl.", "route..x@regio.nl", ".route@regio.nl", "route@regio..nl"])
def test_an_address_that_no_letter_can_bear(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """A.10: the sender's own address as well as those of a region file."""
    monkeypatch.setenv("FLEXROUTE_MAIL_FROM", address)
    with pytest.raises(UserError, match="FLEXROUTE_MAIL_FROM: vul een e-mailadres in"):
        _from_environment.__wrapped__()
