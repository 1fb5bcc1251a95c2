"""The network of a municipality: proxies, certificates, another program on the port, a Prefect server that is silent or not ours."""

from __future__ import annotations

import json
import os
import signal
import socket
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic
from unittest.mock import patch

import psutil
import pytest
from pydantic import SecretStr

from flexroute import network
from flexroute.settings import Settings, practising
from flows.flex_route import flex_route
from flows.mover import Runner
from flows.runtime import local_prefect
from flows.runtime.local_prefect import SILENT_SECONDS, answers, is_over, isolate_prefect, known_server, lets_in
from models.store.database import Database
from tests.faults import cases
from tests.faults.processes import environment, spawn, until
from tests.support.commands import Run
from tests.support.mail_servers import free_port

DEAD = "127.0.0.1:9"  # a proxy that is not there
SURROUNDINGS = {
    "IPv6 in NO_PROXY": {"NO_PROXY": "localhost,127.0.0.1,fe80::/10", "HTTP_PROXY": f"http://{DEAD}"},
    "HTTP proxy": {"HTTP_PROXY": f"http://{DEAD}", "http_proxy": f"http://{DEAD}"},
    "SOCKS proxy": {"ALL_PROXY": f"socks5://{DEAD}"},
    "unknown kind of proxy": {"ALL_PROXY": f"socks4://{DEAD}"},
    "no certificates": {"SSL_CERT_FILE": "/nergens/ca.pem"},
}
SLOW = ("HTTP proxy", "unknown kind of proxy", "no certificates")  # to be followed with each takes seconds


@pytest.mark.parametrize(
    "how", [pytest.param(one, marks=pytest.mark.long) if one in SLOW else one for one in SURROUNDINGS]
)
def test_a_command_is_followed_through_any_network(how: str, prefect_server: str, case_database: Database) -> None:
    """Loopback is never asked through a proxy, and what cannot be used stops nothing: the run is in Prefect as without it."""
    given = environment(case_database, cases.MOVER_COMES, FLEXROUTE_PREFECT_API_URL=prefect_server) | SURROUNDINGS[how]
    with spawn(given, "cli.main", "run", "--json") as process:
        said, trouble = process.communicate(timeout=120)
    assert process.returncode == 0
    assert json.loads(said)["tracked"]
    assert "Traceback" not in trouble


@contextmanager
def web(answer: Callable[[BaseHTTPRequestHandler], tuple[int, str]]) -> Iterator[str]:
    """A web server that answers like this; its address as of a Prefect server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, text = answer(self)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()


@contextmanager
def silence() -> Iterator[str]:
    """A server that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/api"


@pytest.fixture
def prefect_folder(home: Path) -> Path:
    (home / "prefect").mkdir()
    return home / "prefect"


def test_a_silent_server_is_asked_once_in_half_a_minute(prefect_folder: Path) -> None:
    """Two seconds an act is too much; another server, or this one later, is asked."""
    with silence() as url, web(lambda _: (200, "true")) as other:
        assert not answers(url)
        began = monotonic()
        assert not any(answers(url) for _ in range(10))
        assert monotonic() - began < 1
        assert answers(other)
        long_ago = (prefect_folder / "silent").stat().st_mtime - SILENT_SECONDS
        os.utime(prefect_folder / "silent", (long_ago, long_ago))
        assert not answers(url)
        assert (prefect_folder / "silent").stat().st_mtime > long_ago + SILENT_SECONDS / 2


def test_a_local_server_that_answers_is_in_use(prefect_folder: Path) -> None:
    """What is asked keeps it from being forgotten; one that is silent is there, and is not forgotten either."""
    (prefect_folder / "mark").write_text("ours")

    def long_ago(url: str) -> None:
        (prefect_folder / "api-url").write_text(url)
        os.utime(prefect_folder / "api-url", (1, 1))

    with web(lambda _: (200, "ours")) as url:
        long_ago(url)
        assert answers(url)
        assert not is_over(url)
    with silence() as url:
        long_ago(url)
        assert not answers(url)
        assert not is_over(url)
    assert known_server() == url


def test_an_act_goes_on_beside_a_silent_server(case_database: Database, prefect_folder: Path) -> None:
    with silence() as url, Runner(url) as runner:
        began = monotonic()
        for _ in range(3):
            assert not runner.run(flex_route, "besluit", references=[], now=cases.MOVER_COMES).tracked
        assert monotonic() - began < 2 * local_prefect.PATIENCE


@pytest.mark.parametrize(("says", "ours"), [("of this home", True), ("of another home", False), ("", False)])
def test_a_local_server_is_known_by_its_mark(prefect_folder: Path, says: str, ours: bool) -> None:
    """Ours died without a word, and another listens on its port: nothing is reported to that one."""
    with web(lambda _: (200, says)) as url:
        (prefect_folder / "api-url").write_text(url)
        (prefect_folder / "mark").write_text("of this home")
        assert known_server() == url
        assert answers(url) is ours
        with practising(prefect_api_url=url):  # whoever names it means it
            assert answers(url)


def test_a_port_that_is_taken_is_told(flexroute: Run, prefect_folder: Path) -> None:
    """By a web server that would even pass for Prefect: `flexroute server` says so at once, and starts nothing."""
    with web(lambda _: (200, "true")) as url:
        port = url.removesuffix("/api").rpartition(":")[2]
        said = flexroute("server", "--port", port)
    assert said.code == 1
    assert f"poort {port}" in said.err
    assert not (prefect_folder / "server.log").exists()


def test_a_password_of_prefect(prefect_folder: Path) -> None:
    """It is sent to the server of the settings, and to no other; one that is refused is told by `attention`."""

    def guarded(request: BaseHTTPRequestHandler) -> tuple[int, str]:
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        good = request.path.endswith("/health") or b64decode(given) == b"beheer:geheim"
        return (200, "3.9.1") if good else (401, "")

    with web(guarded) as url, patch.dict(os.environ):
        for auth, let_in in (("beheer:geheim", True), ("beheer:fout", False), (None, False)):
            with practising(prefect_api_url=url, prefect_auth=auth and SecretStr(auth)):
                assert answers(url)
                assert lets_in(url) is let_in
                isolate_prefect(url)
                assert os.environ.get("PREFECT_API_AUTH_STRING") == auth
        with practising(prefect_auth=SecretStr("beheer:geheim")):
            isolate_prefect("http://127.0.0.1:1/api")
        assert "PREFECT_API_AUTH_STRING" not in os.environ
        assert os.environ["DO_NOT_TRACK"] == "1"  # nobody outside hears that it is used
    with pytest.raises(ValueError, match="gebruiker:wachtwoord"):
        Settings(prefect_auth=SecretStr("geheim"))
    assert "geheim" not in repr(Settings(prefect_auth=SecretStr("beheer:geheim")))


@pytest.mark.long
def test_a_server_ends_with_its_prefect_and_prefect_with_it(new_prefect_home: Callable[[], Path]) -> None:
    """When Prefect dies below `flexroute server` that ends and says so; when that is killed Prefect goes as well, and the port is free."""
    home, port = new_prefect_home(), str(free_port())
    given = {"FLEXROUTE_HOME": str(home), "HTTP_PROXY": f"http://{DEAD}"}
    url = f"http://127.0.0.1:{port}/api"
    with practising(home=home):
        for killed in ("prefect", "program"):
            with spawn(given, "cli.main", "server", "--port", port) as process:
                assert process.stdout is not None
                assert "Prefect draait" in process.stdout.readline()  # now it watches
                [prefect] = psutil.Process(process.pid).children()
                prefect.send_signal(signal.SIGKILL) if killed == "prefect" else process.kill()
                _, trouble = process.communicate(timeout=60)
            assert (process.returncode, "onverwacht gestopt" in trouble) == (
                (1, True) if killed == "prefect" else (-9, False)
            )
            until(lambda: not answers(url))
            until(lambda: not network.is_taken(int(port)))
