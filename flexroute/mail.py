"""Settings of the mail: over which transport letters leave, and in which mode. Half a set is refused at start, by name."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

PORTS = {"starttls": 587, "tls": 465, "none": 25}
NEEDED = {
    "file": (),
    "smtp": ("smtp_host",),
    "graph": ("graph_tenant", "graph_client_id", "graph_client_secret", "graph_sender"),
}


def is_loopback(host: str | None) -> bool:
    """Whether what is said to this host stays on this machine."""
    try:
        return host == "localhost" or ip_address((host or "").strip("[]")).is_loopback
    except ValueError:
        return False


def _address(value: str) -> str:
    # RFC 5322, RFC 1035
    word, label = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if value and not re.fullmatch(rf"{word}(?:\.{word})*@(?:{label}\.)+(?!\d){label}", value):
        raise ValueError("vul een e-mailadres in, bijvoorbeeld flexroute@gemeente.nl")
    return value


def _safe_url(value: AnyHttpUrl) -> AnyHttpUrl:
    if value.scheme != "https" and not is_loopback(value.host):
        raise ValueError("dit adres moet met https beginnen")
    return value


MailAddress = Annotated[str, AfterValidator(_address)]
SafeUrl = Annotated[AnyHttpUrl, AfterValidator(_safe_url)]


class MailSettings(BaseSettings):
    """How letters leave. The defaults write files and mail nobody."""

    mail_transport: Literal["file", "smtp", "graph"] = "file"
    mail_mode: Literal["live", "redirect", "off"] = "live"
    mail_from: MailAddress = "flexroute@example.nl"
    mail_redirect_to: MailAddress = ""  # who gets everything in mode redirect
    smtp_host: str = ""
    smtp_port: Annotated[int, Field(ge=1, le=65_535)] | None = None  # default: by security
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"  # none: only on this machine
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    graph_tenant: str = ""
    graph_client_id: str = ""
    graph_client_secret: SecretStr = SecretStr("")
    graph_sender: MailAddress = ""
    graph_url: SafeUrl = AnyHttpUrl("https://graph.microsoft.com")
    graph_login_url: SafeUrl = AnyHttpUrl("https://login.microsoftonline.com")

    @model_validator(mode="after")
    def _mail_is_complete(self) -> MailSettings:
        self._need(f"FLEXROUTE_MAIL_TRANSPORT={self.mail_transport}", "mail_from", *NEEDED[self.mail_transport])
        if self.smtp_user:
            self._need("FLEXROUTE_SMTP_USER", "smtp_password")
        if _plain(self.smtp_password):
            self._need("FLEXROUTE_SMTP_PASSWORD", "smtp_user")
        if self.mail_mode == "redirect":
            self._need("FLEXROUTE_MAIL_MODE=redirect", "mail_redirect_to")
        if self.mail_transport == "smtp" and self.smtp_security == "none" and not is_loopback(self.smtp_host):
            raise ValueError("FLEXROUTE_SMTP_SECURITY=none mag alleen op deze machine zelf: kies starttls of tls")
        return self

    def _need(self, because: str, *names: str) -> None:
        missing = [f"FLEXROUTE_{name.upper()}" for name in names if not _plain(getattr(self, name))]
        if missing:
            raise ValueError(f"vul {', '.join(missing)} in (nodig bij {because})")


def _plain(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
