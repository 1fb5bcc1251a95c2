"""A real browser that reads pages of the portal without a server, and axe-core, which says what in them is not accessible (WCAG 2.2 AA).

While it is open its thread has a running loop: the fixture `browser` lives as long as its module, and tests that use it move no
cases in their own thread.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn
from filelock import FileLock
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, sync_playwright

AXE = "axe-core@4.14.1"  # MPL-2.0; from npm when tests run, never in the repository
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOME = "http://localhost"
PHONE, LAPTOP = 320, 1280  # pixels
WIDTHS = (PHONE, LAPTOP)
Answer = tuple[int, dict[str, str], bytes]  # status, headers, body


def _missing(why: str) -> None:
    """On CI a failure, elsewhere a visible skip."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, closed after the module."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        _missing("There is no Chromium here: apt install chromium, or say where it is with CHROMIUM=…")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "flexroute-tests", AXE)
    script = cache / "node_modules" / "axe-core" / "axe.min.js"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "lock"):
        if not script.exists():
            npm = shutil.which("npm")
            if not npm:
                _missing("There is no npm here to get axe-core with: apt install npm")
            command = [str(npm), "install", "--prefix", str(cache), "--no-audit", "--no-fund", "--ignore-scripts", AXE]
            done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
            if done.returncode:
                _missing(f"axe-core cannot be installed: {done.stderr.strip()[-300:]}")
    return script.read_text(encoding="utf-8")


def answered_by(context: BrowserContext, answer: Callable[[Request], Answer]) -> None:
    """Every request of this context is answered here, none goes out."""

    def fulfil(route: Route) -> None:
        status, headers, body = answer(route.request)
        route.fulfill(status=status, headers=headers, body=body)

    context.route("**/*", fulfil)


def served(client: Any) -> Callable[[Request], Answer]:
    """Answers of an app, by its test client: a page is read as it is in a browser, with its headers and cookies."""

    def answer(request: Request) -> Answer:
        path = request.url.removeprefix(HOME)
        # the part of a browser that sends says where a request comes from; here nothing is sent, and all of it is ours
        sent = {**request.all_headers(), "host": HOME.rpartition("/")[2], "sec-fetch-site": "same-origin"}
        got = client.request(request.method, path, headers=sent, content=request.post_data_buffer)
        return got.status_code, dict(got.headers), got.content

    return answer


@contextmanager
def listening(app: Any, port: int) -> Iterator[None]:
    """An app on a port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, host="localhost", log_level="error", lifespan="off"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def findings(page: Page, axe: str) -> list[str]:
    """What axe finds wrong, each with where it is."""
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [
        f"{one['id']} ({one['help']}): {node['html'][:200]} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """What sticks out of a page, where it must be moved sideways to be read; a table may, within its own region."""
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
             .filter(one => one.getBoundingClientRect().right > innerWidth && !one.closest(".table-scroll"))
             .map(one => one.outerHTML.slice(0, 160))"""
    )
    return [str(one) for one in wide]
