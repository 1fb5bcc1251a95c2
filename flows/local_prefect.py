"""A local Prefect server that the program starts itself: own home, free port, no analytics, deaf to the user's own Prefect settings."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from flexroute.errors import Unreachable
from flexroute.private_files import keep_home_private
from flexroute.settings import settings

if TYPE_CHECKING:
    from fastapi import FastAPI

START_SECONDS = 120
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


def deafen(api_url: str | None = None) -> None:
    """Make this process deaf to the user's own Prefect settings; call it before prefect is imported."""
    home = prefect_home()
    home.mkdir(parents=True, exist_ok=True)
    keep_home_private(settings().home)
    for key in [key for key in os.environ if key.startswith("PREFECT_")]:
        del os.environ[key]
    os.environ.update(QUIET, PREFECT_HOME=str(home), **({"PREFECT_API_URL": api_url} if api_url else {}))
    logging.raiseExceptions = False  # a line for a server that is gone is no news for people


def known_server() -> str | None:
    """The API of the server to report to: that of the settings, else the local one where it runs; None without."""
    if settings().prefect_api_url:
        return str(settings().prefect_api_url).rstrip("/")
    try:
        return (prefect_home() / "api-url").read_text().strip() or None
    except OSError:
        return None


def answers(api_url: str, get: Callable[..., httpx.Response] = httpx.get) -> bool:
    """Whether a Prefect server answers at this address."""
    try:
        return get(f"{api_url}/health", timeout=2).is_success
    except httpx.HTTPError:
        return False


@contextmanager
def local_server(port: int = 0, database_url: str | None = None) -> Iterator[str]:
    """Start a server to which this process reports, and stop it at the end; gives the address of its API.

    `database_url`: of a PostgreSQL for Prefect itself; without one it keeps a SQLite file in its home.
    Raises Unreachable when it does not come up.
    """
    home = prefect_home()
    port = port or _free_port()
    api_url = f"http://127.0.0.1:{port}/api"
    deafen(api_url)
    if database_url:
        os.environ["PREFECT_API_DATABASE_CONNECTION_URL"] = database_url.replace("://", "+asyncpg://", 1)
    app = ["uvicorn", "--factory", f"{__name__}:patient_app", "--log-level", "error"]
    where = ["--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", *app, *where], stdout=subprocess.DEVNULL, stderr=log)  # noqa: S603
    try:
        import_module("prefect")  # takes seconds as well; meanwhile the server starts
        _wait_until_up(server, api_url, home)
        (home / "api-url").write_text(api_url)
        yield api_url
    finally:
        (home / "api-url").unlink(missing_ok=True)
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def patient_app() -> FastAPI:
    """Prefect's server, whose transactions on SQLite wait for each other from their start.

    Prefect begins them deferred: one that reads and then writes fails at once (503) when another wrote in between, and
    the client waits for seconds. What such a failure leaves to Python's garbage collector can even block the server's
    event loop, until SQLite gives up waiting after a minute.
    """
    from prefect.server.api.server import create_app
    from sqlalchemy import Engine, event

    @event.listens_for(Engine, "before_cursor_execute", retval=True)
    def queue(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> tuple[str, object]:
        return "BEGIN IMMEDIATE" if statement == "BEGIN DEFERRED" else statement, parameters

    return create_app()


def _wait_until_up(server: subprocess.Popen[bytes], api_url: str, home: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        if answers(api_url):
            return
        time.sleep(0.1)
    raise Unreachable(
        f"De lokale Prefect-server start niet. Zie {home / 'server.log'}. Zonder Prefect werkt het ook: --no-prefect."
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
