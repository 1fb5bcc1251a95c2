"""However many cases there are, `cases` shows them all, a page at a time, and holds nothing open meanwhile."""

from __future__ import annotations

import itertools
import tracemalloc
from datetime import date
from functools import cache
from typing import Any

import pytest
from sqlalchemy import insert
from sqlmodel import Session

from flexroute.clock import from_local
from flexroute.errors import Unreachable
from models.flex import overview
from models.flex.case import Case
from models.region.directory import load_region
from models.stop.history import cases_of
from models.store.database import Database
from rules.flex.route import Step
from rules.shared.region import Region
from tests.support.commands import Run

AFTERNOON = from_local("2026-03-02T14:00")
MORE_THAN_PARAMETERS = 65_535 + 500
IN_A_STATEMENT = 5000


def fill(database: Database, number: int, step: Step = Step.PROVIDER_CHECK) -> None:
    """So many cases, as rows alone."""
    with database.writing() as session:
        for first in range(1, number + 1, IN_A_STATEMENT):
            numbers = range(first, min(first + IN_A_STATEMENT, number + 1))
            rows = [{**_row(step), "reference": f"ZB-2026-{one:06d}"} for one in numbers]
            session.connection().execute(insert(Case), rows)


@cache
def _row(step: Step) -> dict[str, object]:
    case = Case(
        reference="",
        referral_route="local_team",
        opdracht="B",
        provider_id="sys-noord",
        owner_id="sys-noord",
        referrer_id="ref-lt",
        received_on=date(2026, 3, 2),
        registered_at=AFTERNOON,
        municipality="0599",
        treeknorm_weeks=None,
        step=step.value,
    )
    return case.model_dump(exclude={"id"})


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "PAGE", 4)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("number", [0, 3, 4, 9])
def test_pages(case_database: Database, flexroute: Run, number: int) -> None:
    """F-42: each case once, in order, in one JSON document and below one title."""
    fill(case_database, number)
    expected = [f"ZB-2026-{one:06d}" for one in range(1, number + 1)]
    assert [view["reference"] for view in flexroute("cases", "--json").json] == expected
    shown = flexroute("cases", "--all").out
    assert [word for word in shown.split() if word.startswith("ZB-")] == expected
    assert shown.count("Casussen") == 1
    assert flexroute("cases", "--waiting-for", "sys-zuid").out == "Casussen: geen.\n"


@pytest.mark.long
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_more_cases_than_a_statement_takes(database: Database, region: Region) -> None:
    """PostgreSQL takes 65,535 parameters; and memory does not grow with the number of cases."""
    fill(database, MORE_THAN_PARAMETERS, Step.CLOSED)
    pages = overview.of_all(database, region, date(2026, 3, 2), None, closed_too=True)
    seen = sum(len(page) for page in itertools.islice(pages, 4))
    tracemalloc.start()  # for as many pages: it makes everything slow
    seen += sum(len(page) for page in itertools.islice(pages, 4))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    seen += sum(len(page) for page in pages)
    assert seen == MORE_THAN_PARAMETERS
    assert most < 30_000_000
    with database.reading() as session:
        assert cases_of(session, range(1, 300_000)) == {}


@pytest.mark.usefixtures("small_pages")
def test_nothing_is_held_open_between_pages(case_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads slowly keeps nobody from writing: each page is a transaction of its own."""
    fill(case_database, 9)
    closed, really = [], Session.close
    monkeypatch.setattr(Session, "close", lambda self: closed.append(True) or really(self))  # type: ignore[func-returns-value]
    with case_database.reading() as session:
        region = load_region(session)
    pages = overview.of_all(case_database, region, date(2026, 3, 2), None, closed_too=False)
    for number in (1, 2, 3):
        next(pages)
        assert len(closed) == 1 + number


@pytest.mark.usefixtures("small_pages")
def test_a_database_that_goes_away_between_pages(
    case_database: Database, flexroute: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program gets one whole JSON document, which says that it failed; people see what came before."""
    fill(case_database, 9)
    really, read = Database.reading, [0]

    def reading(database: Database) -> Any:
        read[0] += 1
        if read[0] % 4 == 0:  # the region, and two pages
            raise Unreachable("De database is niet bereikbaar.")
        return really(database)

    monkeypatch.setattr(Database, "reading", reading)
    said = flexroute("cases", "--json")
    assert (said.code, said.json) == (1, {"ok": False, "error": "De database is niet bereikbaar."})
    said = flexroute("cases")
    assert (said.code, said.err) == (1, "De database is niet bereikbaar.\n")
    assert said.out.count("ZB-") == 8
