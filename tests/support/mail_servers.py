"""Real servers on this machine that take letters as a region's mail server and Microsoft Graph do, and refuse them as told."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "flexroute", "geheim-wachtwoord"
SENDER = "flexroute@regio.nl"


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parsed(content: bytes) -> EmailMessage:
    """A message as a mail program reads it."""
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def certificate(folder: Path) -> Path:
    """A self-made certificate for this machine, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, today - timedelta(days=1), today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, pem = folder / "localhost.pem", serialization.Encoding.PEM
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(pem)
    )
    return file


class MailServer:
    """An SMTP server. `says`: what it answers at MAIL, to a recipient or to DATA, in place of 250. Kept: every message it said yes to."""

    def __init__(self) -> None:
        self.port = free_port()
        self.says: dict[str, str] = {}
        self.received: list[bytes] = []
        self.greetings = 0  # EHLO: one for each line, one more after STARTTLS
        self.asks_login, self.password = False, PASSWORD
        self.hangs_up = 0  # so many times: takes the message whole, and closes the line without a word
        self.at: Callable[[str], None] = lambda _stage: None  # told of "mail", "data" and, a little later, "answered"
        self.little = 0.0  # seconds
        self.thinks = 0.0  # seconds between a whole message and the answer to it

    @property
    def mails(self) -> list[EmailMessage]:
        """What arrived."""
        return [parsed(content) for content in self.received]

    async def handle_EHLO(self, server: Any, session: Any, _envelope: Any, hostname: str, responses: Any) -> Any:  # noqa: N802
        session.host_name = hostname
        self.greetings += 1
        return responses

    async def handle_MAIL(self, _server: Any, session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        self.at("mail")
        if self.asks_login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return self.says.get("mail", "250 OK")

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.says.get(address, self.says.get("rcpt", "250 OK"))

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if "data" in self.says:
            return self.says["data"]
        self.received.append(envelope.content)
        self.at("data")
        await asyncio.sleep(self.thinks)
        if self.hangs_up:
            self.hangs_up -= 1
            server.transport.abort()
        server.loop.call_later(self.little, self.at, "answered")
        return "250 OK"

    @contextmanager
    def running(self, pem: Path | None = None, tls: bool = False, login: bool = False) -> Iterator[MailServer]:
        """Listen: plain, with STARTTLS (`pem`), or with TLS from the first byte."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if pem else None
        if context and pem:
            context.load_cert_chain(pem)
        more: dict[str, Any] = {"tls_context": context, "require_starttls": True} if context and not tls else {}
        if login:
            self.asks_login = True
            more |= {"authenticator": self._knows, "auth_require_tls": False}
        listening = Controller(self, "127.0.0.1", self.port, ssl_context=context if tls else None, **more)
        if tls and pem:
            listening._trigger_server = lambda: _knock(self.port, pem)  # type: ignore[method-assign] # its own trusts nobody
        listening.start()
        try:
            yield self
        finally:
            listening.stop()

    def _knows(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            self.password.encode(),
        )
        return AuthResult(success=known, handled=False)


def _knock(port: int, pem: Path) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        ssl.create_default_context(cafile=pem).wrap_socket(line, server_hostname="localhost").close()


class GraphServer:
    """Microsoft's login and Graph. `says`: answers to sendMail that come before the good one: status, headers, body."""

    def __init__(self) -> None:
        self.says: list[tuple[int, dict[str, str], dict[str, Any]]] = []
        self.login_says: int = 200
        self.received: list[bytes] = []
        self.tokens = 0
        self.url = ""
        self.hangs_up = 0

    @property
    def mails(self) -> list[EmailMessage]:
        """What arrived."""
        return [parsed(content) for content in self.received]

    @contextmanager
    def running(self) -> Iterator[GraphServer]:
        """Listen."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/huurder/oauth2/v2.0/token":
                    assert b"grant_type=client_credentials" in body
                    assert PASSWORD.encode() in body
                    server.tokens += 1
                    self.answer(server.login_says, {}, {"access_token": f"t{server.tokens}", "expires_in": 3600})
                    return
                assert self.path == f"/v1.0/users/{SENDER}/sendMail"
                assert self.headers["Content-Type"] == "text/plain"
                if server.says:
                    self.answer(*server.says.pop(0))
                elif self.headers["Authorization"] != f"Bearer t{server.tokens}":
                    self.answer(401, {}, {})
                else:
                    server.received.append(base64.b64decode(body, validate=True))
                    if server.hangs_up:
                        server.hangs_up -= 1
                        self.close_connection = True
                        self.connection.shutdown(socket.SHUT_RDWR)
                        return
                    self.answer(202, {}, {})

            def answer(self, status: int, headers: dict[str, str], body: dict[str, Any]) -> None:
                content = json.dumps(body).encode()
                self.send_response_only(status)  # a Date only when one is told
                for name, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
            self.url = f"http://127.0.0.1:{listening.server_port}"
            thread = Thread(target=listening.serve_forever, args=(0.05,))
            thread.start()
            try:
                yield self
            finally:
                listening.shutdown()
                thread.join()
