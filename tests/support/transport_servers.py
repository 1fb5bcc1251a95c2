"""The transports with a real server at the other end, and how to give that server every kind of trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from flexroute.clock import from_local
from flexroute.settings import practising
from notifications.retry import TroubleKind
from notifications.transports import Transport, transport
from tests.support.mail_servers import PASSWORD, SENDER, USER, GraphServer, MailServer, certificate, parsed
from tests.support.private import NAME

SENT_AT = from_local("2026-03-06T13:00")
WAYS = ("file", "smtp-starttls", "smtp-tls", "smtp-none", "graph")
NOORD = "aanmelding@noord.example.nl"
WRONG = {"error": {"code": "ErrorInvalidRecipients", "message": NAME}}


class Way:
    """A way out with the settings for it. `trouble`: what must be done for each kind that this way can meet."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.now = name, folder / "letters", SENT_AT
        self.waited: list[float] = []
        self.smtp, self.graph = MailServer(), GraphServer()
        self.settings: dict[str, Any] = {"home": folder, "mail_from": SENDER}
        self.trouble: dict[TroubleKind, Callable[[], Any]] = {
            TroubleKind.UNREACHABLE: lambda: self.folder.write_text("geen map")
        }

    def open(self) -> AbstractContextManager[Transport]:
        """The transport as the sender opens it, with a clock of ours."""
        return transport(lambda: self.now, self.waited.append)

    @property
    def mails(self) -> list[EmailMessage]:
        """What arrived at the other end."""
        if self.name == "file":
            return [parsed(path.read_bytes()) for path in sorted(self.folder.glob("*"))]
        return self.graph.mails if self.name == "graph" else self.smtp.mails

    def by_smtp(self, folder: Path, serves: ExitStack, environment: pytest.MonkeyPatch) -> None:
        """With login, over one of the three kinds of line."""
        security, pem = self.name.partition("-")[2], certificate(folder)
        environment.setenv("SSL_CERT_FILE", str(pem))
        serves.enter_context(self.smtp.running(None if security == "none" else pem, security == "tls", login=True))
        self.settings |= {
            "mail_transport": "smtp",
            "smtp_host": "localhost",
            "smtp_port": self.smtp.port,
            "smtp_security": security,
            "smtp_user": USER,
            "smtp_password": SecretStr(PASSWORD),
        }
        self.trouble = {
            TroubleKind.UNREACHABLE: serves.close,
            TroubleKind.LOGIN: lambda: setattr(self.smtp, "password", "nieuw"),
            TroubleKind.REFUSED: lambda: self.smtp.says.update({NOORD: f"550 5.1.1 {NAME} onbekend"}),
            TroubleKind.REFUSED_FOR_NOW: lambda: self.smtp.says.update(rcpt=f"450 4.2.0 Greylisted {NAME}"),
            TroubleKind.DROPPED: lambda: setattr(self.smtp, "hangs_up", 1),
        }

    def by_graph(self, serves: ExitStack) -> None:
        """Login and Graph at one address."""
        url = serves.enter_context(self.graph.running()).url
        self.settings |= {
            "mail_transport": "graph",
            "graph_url": url,
            "graph_login_url": url,
            "graph_tenant": "huurder",
            "graph_client_id": "flexroute",
            "graph_client_secret": SecretStr(PASSWORD),
            "graph_sender": SENDER,
        }
        self.trouble = {
            TroubleKind.UNREACHABLE: serves.close,
            TroubleKind.LOGIN: lambda: setattr(self.graph, "login_says", 401),
            TroubleKind.REFUSED: lambda: self.graph.says.append((400, {}, WRONG)),
            TroubleKind.REFUSED_FOR_NOW: lambda: self.graph.says.append((408, {}, {})),
            TroubleKind.BUSY: lambda: self.graph.says.append((429, {"Retry-After": "120"}, {})),
            TroubleKind.DROPPED: lambda: setattr(self.graph, "hangs_up", 1),
        }


@contextmanager
def way_out(name: str, folder: Path) -> Iterator[Way]:
    """A way out, its server listening, its settings in force."""
    way = Way(name, folder)
    with ExitStack() as stack:
        environment, serves = stack.enter_context(pytest.MonkeyPatch.context()), stack.enter_context(ExitStack())
        if name.startswith("smtp"):
            way.by_smtp(folder, serves, environment)
        if name == "graph":
            way.by_graph(serves)
        stack.enter_context(practising(**way.settings))
        yield way
