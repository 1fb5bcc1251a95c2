"""OpenID Connect providers on this machine: two that others made (oidc-provider-mock, and the certified oidc-provider of npm), and one
that lies as it is told."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from tests.support.mail_servers import free_port

CERTIFIED = "oidc-provider@9.13.3"


@contextmanager
def mock_provider(*people: dict[str, Any]) -> Iterator[str]:
    """oidc-provider-mock as a process (it warns at import); its issuer. `people`: claims, among them `sub`."""
    port = free_port()
    users = [part for one in people for part in ("--user-claims", json.dumps(one))]
    command = [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), *users]
    with _at_work(command, f"http://localhost:{port}") as issuer:
        yield issuer


@contextmanager
def certified_provider(folder: Path, back: str, person: str) -> Iterator[str]:
    """oidc-provider of npm as a process; its issuer. Everybody there is the person with this address. Skips where npm cannot bring it."""
    script = Path(__file__).with_name("oidc_provider.mjs")
    shutil.copy(script, folder)
    try:
        install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", CERTIFIED]
        subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=240)
    except (OSError, subprocess.SubprocessError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"npm does not bring {CERTIFIED} here: {type(error).__name__}")
    issuer = f"http://localhost:{free_port()}"
    with _at_work(["node", str(folder / script.name), issuer, back, person], issuer):
        yield issuer


@contextmanager
def _at_work(command: list[str], issuer: str) -> Iterator[str]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    try:
        while True:
            assert process.poll() is None
            with suppress(httpx.HTTPError):
                if httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False).is_success:
                    break
            assert time.monotonic() < until
            time.sleep(0.05)
        yield issuer
    finally:
        process.kill()
        process.wait()


class Provider:
    """One that signs everybody in at once. It takes a code once, with the verifier and the secret that belong to it.

    `says`: claims beside the usual ones, or in their place (None: not said); `asked_again`: what it says at its userinfo only.
    """

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "one"})
        self.says: dict[str, Any] = {}
        self.asked_again: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.unsigned = False
        self.signs_with = self.key
        self.asked: list[dict[str, str]] = []  # at authorize
        self.given: dict[str, dict[str, str]] = {}  # by code
        self.issuer = ""

    @contextmanager
    def running(self) -> Iterator[Provider]:
        """Listen."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://localhost:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": asked["client_id"], "sub": "1", "iat": now, "exp": now + 60}
        claims = {**usual, "nonce": asked.get("nonce"), **self.says}
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.unsigned:
            parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
            return ".".join([base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts] + [""])
        return jwt.encode({"alg": "ES256", "kid": "one"}, claims, self.signs_with)

    def answer(self, path: str, said: dict[str, str], authorization: str) -> tuple[int, dict[str, Any] | str]:
        """Status with JSON, or an address to go to."""
        if path.endswith("openid-configuration"):
            here = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token", "userinfo")}
            known = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **here}
            return 200, known | {"id_token_signing_alg_values_supported": ["ES256", "none"]} | self.metadata
        if path == "/jwks":
            return 200, dict(KeySet([self.key]).as_dict(private=False))
        if path == "/authorization":
            self.asked.append(said)
            code = f"code-{len(self.asked)}"
            self.given[code] = said
            return 302, f"{said['redirect_uri']}?{urlencode({'code': code, 'state': said['state']})}"
        if path == "/token":
            asked = self.given.pop(said.get("code", ""), None)
            secret = base64.b64encode(b"flexroute:geheim").decode()
            if asked is None or not _fits(asked, said) or authorization != f"Basic {secret}":
                return 400, {"error": "invalid_grant"}
            return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self.id_token(asked)}
        if path == "/userinfo" and authorization == "Bearer at":
            return 200, {"sub": "1", **self.asked_again}
        return 404, {}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(urlsplit(self.path).query)

            def do_POST(self) -> None:
                self._say(self.rfile.read(int(self.headers["Content-Length"])).decode())

            def _say(self, given: str) -> None:
                said = {name: values[0] for name, values in parse_qs(given).items()}
                status, told = provider.answer(urlsplit(self.path).path, said, self.headers.get("Authorization", ""))
                body = b"" if isinstance(told, str) else json.dumps(told).encode()
                self.send_response(status)
                self.send_header(
                    *(("Location", told) if isinstance(told, str) else ("Content-Type", "application/json"))
                )
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None: ...

        return Handler


def _fits(asked: dict[str, str], said: dict[str, str]) -> bool:
    """PKCE: who brings the code is who asked for it."""
    verifier = sha256(said.get("code_verifier", "").encode()).digest()
    return base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() == asked.get("code_challenge")
