"""What people wait for in the browser: pages with very many cases, a decision until its new state is shown, and fifty who decide at once.

A page is held to an empty page of the same app together with the bare SQL of what it shows, over the driver. Everything
goes over a real server on this machine, pages and decisions one after the other over a connection that stays.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from statistics import median
from threading import Barrier, Thread
from time import perf_counter, sleep
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import Request, Response
from sqlmodel import col, func, select

from benchmarks import workload
from benchmarks.decision import empty
from benchmarks.many_cases import NOW, fill
from benchmarks.world import fresh
from flexroute.settings import practising
from flows.mover import Runner
from models.flex.case import Case
from models.store.database import Database
from portal.app import create
from portal.asking import SignedIn
from portal.mover import Mover
from portal.pages import page

TIMES, DECISIONS, PEOPLE, ROUNDS = 30, 20, 50, 3
EMPTY, WHO = "/leeg", "tz-anna"
OWN_REFERENCE = "EIGEN-000123"
_HERE = re.compile(r'aria-current="step">.*?</li>', re.DOTALL)
FORM = {
    "can_deliver": "nee",
    "ground": "demand_peak",
    "explanation": "De groepen zijn vol tot de zomer.",
    "subcontractors.0.provider": "oa-klein",
    "subcontractors.0.can_deliver": "nee",
    "subcontractors.0.explanation": "Ook vol.",
    "_sure": "ja",
}
_OPEN = "FROM assignment a JOIN subject s ON s.reference = a.subject WHERE a.closed_at IS NULL"
_CASE = "SELECT * FROM escalation_case WHERE"
BARE = {  # what a page shows, as somebody would ask it who knows who looks
    "work": (
        f"SELECT a.*, s.process, s.kind {_OPEN} AND a.role = 'care_mediator' ORDER BY a.routine, a.sort_day, a.subject LIMIT 50",
        f"SELECT s.process, s.kind, count(DISTINCT a.subject), min(a.since) {_OPEN} GROUP BY 1, 2",
        f"SELECT s.process, s.kind, a.organisation, a.role, count(DISTINCT a.subject) {_OPEN} GROUP BY 1, 2, 3, 4",
        f"SELECT a.subject {_OPEN} ORDER BY a.since, a.subject LIMIT 1",
    ),
    "case": (
        f"{_CASE} reference = '{{case}}'",
        "SELECT * FROM decision WHERE subject = '{case}' ORDER BY id",
        "SELECT * FROM letter WHERE subject = '{case}' ORDER BY id",
        "SELECT * FROM assignment WHERE subject = '{case}' AND closed_at IS NULL",
        "SELECT * FROM subcontractor_statement WHERE case_id = (SELECT id FROM escalation_case WHERE reference = '{case}')",
        "SELECT * FROM flex_request WHERE case_id = (SELECT id FROM escalation_case WHERE reference = '{case}')",
        "SELECT * FROM reading WHERE subject = '{case}'",
        "INSERT INTO reading (subject, by, at, youth) VALUES ('{case}', 'tz-anna', '2026-03-04 09:00:00', {no})",
    ),
    "tables": (
        "SELECT * FROM meeting WHERE \"on\" BETWEEN '2026-03-04' AND '2026-03-29'",
        "SELECT c.* FROM escalation_case c JOIN agenda_item i ON i.case_id = c.id JOIN meeting m ON m.id = i.meeting_id "
        "WHERE NOT i.removed AND m.\"on\" BETWEEN '2026-03-04' AND '2026-03-29'",
        "SELECT * FROM meeting WHERE \"on\" <= '2026-03-04' AND id IN (SELECT meeting_id FROM escalation_case WHERE step = 'table')",
    ),
    "by_reference": (f"{_CASE} reference = '{{case}}'",),
    "by_own_reference": (f"{_CASE} reference = '{{case}}'",),  # as cheap as by the other
    "cases": (f"{_CASE} step <> 'closed' ORDER BY reference DESC LIMIT 50",),
}
ADDRESS = {
    "work": "/werk",
    "case": "/zaken/{case}",
    "tables": "/tafels",
    "by_reference": "/zaken?zoek={case}",
    "by_own_reference": f"/zaken?zoek={OWN_REFERENCE}",
    "cases": "/zaken",
}


def measure(postgresql: str | None, number: int, api_url: str) -> dict[str, Any]:
    """Medians in milliseconds and the ratios: of pages, of a decision with Prefect and without, and of fifty who decide at once."""
    with practising(now=NOW, practice_sign_in=True), fresh(postgresql) as database, Runner(None) as runs:
        made = fill(database, runs, number)
        case, waiting = made["mediation"][-1], iter(made["provider_check"][1:])
        _give_own_reference(database, case)
        with _portal(None) as port:
            found = {"cases": number, **_pages(port, database, case)}
            alone = _decisions(port, waiting)
            found |= {"decision_seconds": alone} | _many(port, database, waiting, alone)
        with _portal(api_url) as port, asyncio.Runner() as loop:
            runs_empty, ours = [], []
            person = _Person(port, workload.OWNER, "Een Persoon")
            person.decide(next(waiting))  # this one connects
            loop.run(empty())
            for _ in range(DECISIONS):
                runs_empty.append(_seconds(lambda: loop.run(empty())))
                ours.append(_seconds(lambda: person.decide(next(waiting))))
    prefect = {"decision_prefect_ms": median(ours) * 1000, "empty_run_ms": median(runs_empty) * 1000}
    return found | prefect | {"decision_ratio": median(ours) / median(runs_empty)}


@contextmanager
def _portal(api_url: str | None) -> Iterator[int]:
    """The portal at work, on this port, with one page more: an empty one. It reports to this Prefect server."""
    app = create(Mover(api_url, jobs=False))
    app.add_api_route(EMPTY, _empty)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))
    serving = Thread(target=server.run)
    serving.start()
    try:
        while not server.started:
            sleep(0.05)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        serving.join()


def _empty(request: Request, _asking: SignedIn) -> Response:
    return page(request, "message.html", {"title": "Leeg", "told": "", "to": "", "onward": ""})


def _give_own_reference(database: Database, case: str) -> None:
    with database.writing() as session:
        one = session.exec(select(Case).where(col(Case.reference) == case)).one()
        one.sender_reference = OWN_REFERENCE


def _pages(port: int, database: Database, case: str) -> dict[str, float]:
    """Each page, its bare SQL and the empty page, in turns."""
    person = _Person(port, WHO)
    found: dict[str, float] = {}
    for name, address in ADDRESS.items():
        person.get(address.format(case=case))
        took: tuple[list[float], list[float], list[float]] = ([], [], [])
        for _ in range(TIMES):
            took[0].append(_seconds(lambda: person.get(EMPTY)))
            took[1].append(_seconds(lambda: _bare(database, BARE[name], case)))  # noqa: B023 - called at once
            took[2].append(_seconds(lambda: person.get(address.format(case=case))))  # noqa: B023
        nothing, bare, ours = (median(one) * 1000 for one in took)
        found |= {f"{name}_ms": ours, f"{name}_bare_ms": bare, f"{name}_ratio": ours / (nothing + bare)}
        found["empty_ms"] = nothing
    return found


def _bare(database: Database, statements: tuple[str, ...], case: str) -> int:
    """Reads all rows of these, over the driver, in one transaction; so many there are."""
    rows = 0
    writes = any(one.startswith("INSERT") for one in statements)
    with database.writing() if writes else database.reading() as session:
        cursor = session.connection().connection.cursor()
        for one in statements:
            cursor.execute(one.format(case=case, no="0" if database.is_sqlite else "false"))
            if cursor.description:
                rows += len(cursor.fetchall())
    return rows


def _decisions(port: int, waiting: Iterator[str]) -> float:
    """Seconds of one person's decision, until its new state is shown."""
    person = _Person(port, workload.OWNER, "Een Persoon")
    person.decide(next(waiting))
    return median(_seconds(lambda: person.decide(next(waiting))) for _ in range(DECISIONS))


def _many(port: int, database: Database, waiting: Iterator[str], alone: float) -> dict[str, float]:
    """Fifty people decide at once about as many cases, some times over; the middle of the times."""
    people = [_Person(port, workload.OWNER, f"Persoon {n}") for n in range(PEOPLE)]
    took, longest, told, asked = [], [], Counter[str](), []
    for _ in range(ROUNDS):
        theirs = [next(waiting) for _ in people]
        asked += theirs
        start = Barrier(PEOPLE + 1)

        def decide(one: _Person, reference: str, start: Barrier = start) -> tuple[float, str]:
            start.wait()
            begun = perf_counter()
            try:
                one.decide(reference)
            except (AssertionError, OSError) as error:
                return perf_counter() - begun, repr(error)
            return perf_counter() - begun, "shown"

        with ThreadPoolExecutor(PEOPLE) as pool:
            ending = [pool.submit(decide, *pair) for pair in zip(people, theirs, strict=True)]
            start.wait()
            begun = perf_counter()
            ends = [one.result() for one in ending]
            took.append(perf_counter() - begun)
        longest.append(max(seconds for seconds, _ in ends))
        told.update(said for _, said in ends)
    with database.reading() as session:
        there = select(func.count()).where(col(Case.reference).in_(asked), col(Case.step) == "mediation")
        moved = session.exec(there).one()
    return {
        "at_once_errors": len(asked) - told["shown"],
        "at_once_lost": len(asked) - moved,
        "at_once_per_second": PEOPLE / median(took),
        "alone_per_second": 1 / alone,
        "at_once_longest_seconds": median(longest),
    }


class _Person:
    """Somebody's browser, signed in, with a connection that stays. `name`: of somebody of an organisation that only gives one."""

    def __init__(self, port: int, who: str, name: str = "") -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._cookie = ""
        said = {"organisatie": who, "naam": name} if name else {"wie": who}
        answer, _ = self._ask("POST", "/inloggen/oefenen", said)
        self._cookie = (answer.getheader("set-cookie") or "").partition(";")[0]
        assert self._cookie  # noqa: S101

    def get(self, address: str) -> str:
        """A page, or where it leads. Raises AssertionError where it is not there."""
        answer, body = self._ask("GET", address)
        assert answer.status in (200, 303), (address, answer.status)  # noqa: S101
        return body

    def decide(self, reference: str) -> None:
        """Record an assessment, and look until its new state is shown. Raises AssertionError."""
        address = f"/zaken/{reference}/record_assessment"
        answer, body = self._ask("POST", address, FORM)
        assert answer.status == 303, (answer.status, body[:200])  # noqa: S101
        to = answer.getheader("location") or ""
        for _ in range(100):
            here = _HERE.search(self.get(to))
            if here and "Team Zorgbemiddeling" in here[0]:
                return
            sleep(0.05)
        raise AssertionError("the new state was never shown")

    def _ask(self, method: str, address: str, form: dict[str, str] | None = None) -> tuple[HTTPResponse, str]:
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request(method, address, urlencode(form) if form else None, headers)
        answer = self._connection.getresponse()
        return answer, answer.read().decode()


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun
