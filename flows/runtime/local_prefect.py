"""A local Prefect server that the program starts itself: own home, free port, no analytics, deaf to the user's own Prefect settings."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import httpx

from flexroute import network
from flexroute.errors import Unreachable, UserError
from flexroute.private_files import keep_home_private
from flexroute.settings import settings
from flows.runtime.prefect_inside import MARK, MARK_PATH, keep_days

START_SECONDS = 240  # a machine that is busy with other things; one that fails is seen at once
SILENT_SECONDS = 30  # so long a server that let somebody wait for nothing is not asked again
PATIENCE = 2  # seconds for an answer
MISSED_SECONDS = 24 * 60 * 60  # so long somebody hears that the local server is gone, unless he starts it again
UNUSABLE = (
    OSError,
    ValueError,
    ImportError,
    httpx.InvalidURL,
)  # certificates, a proxy or an address: no client is made
QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # people get a sentence; the trace is in Prefect
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",  # what it could not tell a server that went away
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",  # no second server behind our back
    "PREFECT_CLIENT_MAX_RETRIES": "3",
}


def prefect_home() -> Path:
    """Where the local server keeps its own database."""
    return (settings().home / "prefect").resolve()


def isolate_prefect(api_url: str | None = None) -> None:
    """Make this process deaf to the user's own Prefect settings; call it before prefect is imported."""
    home = prefect_home()
    home.mkdir(parents=True, exist_ok=True)
    keep_home_private(settings().home)
    network.repair_environment()
    for key in [key for key in os.environ if key.startswith("PREFECT_")]:
        del os.environ[key]
    os.environ.update(QUIET, PREFECT_HOME=str(home), **({"PREFECT_API_URL": api_url} if api_url else {}))
    os.environ["DO_NOT_TRACK"] = "1"  # Prefect's client would tell its maker that it is used, and say so in English
    if (auth := settings().prefect_auth) and api_url and api_url == _of_the_settings():
        os.environ["PREFECT_API_AUTH_STRING"] = auth.get_secret_value()
    logging.raiseExceptions = False  # a line for a server that is gone is no news for people


def known_server() -> str | None:
    """The API of the server to report to: that of the settings, else the local one where it runs; None without."""
    return _of_the_settings() or _read("api-url")


class Health:
    """Asks one server whether it is there, over one connection. A local server must have the mark of this home."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url
        self._mark = _read("mark") if _is_local(api_url) else None
        self._client: httpx.Client | None = None

    def asked(self) -> bool:
        """Whether it answers now; one that lets us wait is remembered for half a minute, for the next process too."""
        try:
            self._client = self._client or _client(self._api_url)
            if self._mark:
                ours = self._client.get(self._api_url.removesuffix("/api") + MARK_PATH).text == self._mark
                if ours:
                    with suppress(OSError):  # it ends just now, or a home that may not be written
                        os.utime(prefect_home() / "api-url")  # when it last answered
                return ours
            return self._client.get(f"{self._api_url}/health").is_success
        except httpx.TimeoutException:
            _write("silent", self._api_url)
            return False
        except (httpx.HTTPError, *UNUSABLE):
            return False

    def __call__(self) -> bool:
        """Whether it answers, without waiting once more for one that has just been silent."""
        return not _was_silent(self._api_url) and self.asked()

    def close(self) -> None:
        """Hang up."""
        if self._client:
            self._client.close()


def answers(api_url: str) -> bool:
    """Whether a Prefect server answers at this address, and when it is the local one: whether it is ours."""
    health = Health(api_url)
    try:
        return health()
    finally:
        health.close()


def is_over(api_url: str) -> bool:
    """Whether a server that does not answer was a local one that nobody has used for a day: it is forgotten then."""
    if not _is_local(api_url) or _was_silent(api_url):
        return False
    try:
        if over := _age("api-url") > MISSED_SECONDS:
            (prefect_home() / "api-url").unlink(missing_ok=True)
    except OSError:  # gone meanwhile, or a home that may not be written: the next one finds it again
        return False
    return over


def lets_in(api_url: str) -> bool:
    """Whether a server that answers takes the password of the settings, or asks for none."""
    auth = settings().prefect_auth
    user, _, password = auth.get_secret_value().partition(":") if auth else ("", "", "")
    try:
        with _client(api_url) as client:
            said = client.get(f"{api_url}/admin/version", auth=(user, password) if auth else None)
            return said.status_code not in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)
    except (httpx.HTTPError, *UNUSABLE):
        return True  # something else is the matter


@contextmanager
def local_server(port: int = 0, database_url: str | None = None) -> Iterator[str]:
    """Start a server to which this process reports, and stop it at the end; gives the address of its API.

    `database_url`: of a PostgreSQL for Prefect itself; without one it keeps a SQLite file in its home.
    Raises Unreachable when it does not come up.
    """
    with _started(port, database_url) as (_, api_url):
        yield api_url


@contextmanager
def lasting_server(port: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The same, with the server's process: to wait for. Raises UserError when something else listens on this port."""
    if network.is_taken(port):
        raise UserError(
            f"Op poort {port} luistert al een ander programma (of een Prefect-server die niet van deze map is). "
            f"Kies een andere poort, bijvoorbeeld: flexroute server --port {port + 1 if port < 65_535 else 4200}"
        )
    with _started(port, None) as (server, api_url):
        yield api_url, server


@contextmanager
def _started(port: int, database_url: str | None) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    home = prefect_home()
    port = port or _free_port()
    api_url = f"http://127.0.0.1:{port}/api"
    isolate_prefect(api_url)
    os.environ.update(keep_days(settings().prefect_keep_days))
    if database_url:
        os.environ["PREFECT_API_DATABASE_CONNECTION_URL"] = database_url.replace("://", "+asyncpg://", 1)
    _write("mark", mark := _read("mark") or uuid4().hex)
    app = ["uvicorn", "--factory", "flows.runtime.prefect_inside:marked_app", "--log-level", "error"]
    command = [sys.executable, "-m", *app, "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log, env=os.environ | {MARK: mark}
        )
    try:
        import_module("prefect")  # takes seconds as well; meanwhile the server starts
        _write("api-url", api_url)  # from here on it must have our mark
        _wait_until_up(server, api_url, home)
        yield server, api_url
    finally:
        (home / "api-url").unlink(missing_ok=True)
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        if server.stdin:
            server.stdin.close()


def _wait_until_up(server: subprocess.Popen[bytes], api_url: str, home: Path) -> None:
    until = time.monotonic() + START_SECONDS
    health = Health(api_url)
    try:
        while time.monotonic() < until and server.poll() is None:
            if health.asked():
                return
            time.sleep(0.1)
    finally:
        health.close()
        (home / "silent").unlink(missing_ok=True)
    raise Unreachable(
        f"De lokale Prefect-server start niet. Zie {home / 'server.log'}. Zonder Prefect werkt het ook: --no-prefect."
    )


def _client(api_url: str) -> httpx.Client:
    """Never through a proxy to this machine itself. Raises what is UNUSABLE."""
    return httpx.Client(timeout=PATIENCE, trust_env=not network.is_here(api_url))


def _of_the_settings() -> str | None:
    return str(settings().prefect_api_url).rstrip("/") if settings().prefect_api_url else None


def _is_local(api_url: str) -> bool:
    return api_url == _read("api-url") and api_url != _of_the_settings()


def _was_silent(api_url: str) -> bool:
    try:
        return _read("silent") == api_url and _age("silent") < SILENT_SECONDS
    except OSError:
        return False


def _age(name: str) -> float:
    """Seconds since this was written. Raises OSError."""
    return time.time() - (prefect_home() / name).stat().st_mtime


def _read(name: str) -> str | None:
    try:
        return (prefect_home() / name).read_text().strip() or None
    except OSError:
        return None


def _write(name: str, text: str) -> None:
    with suppress(OSError):  # a home that may not be written: the next one asks again
        (prefect_home() / name).write_text(text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
