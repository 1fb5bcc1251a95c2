"""What a page asks of the database; benchmarks/portal.py measures it with 100,000 cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from flows.mover import Runner
from models.flex.overview import Chosen, page_of
from models.region.directory import load_region
from models.store.database import Database
from tests.portal.conftest import Portal
from tests.support.flex_acts import MONDAY, refer

Asked = list[tuple[str, Any]]


@contextmanager
def asked(database: Database) -> Iterator[Asked]:
    """The statements that a database gets, with their parameters."""
    found: Asked = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        found.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)


def test_who_searches_walks_through_no_cases(case_database: Database) -> None:
    """By either reference an index finds the case."""
    with case_database.reading() as session, asked(case_database) as found:
        page_of(session, load_region(session), MONDAY.date(), Chosen(text="EIGEN-1"), 50)
        [(search, parameters)] = [one for one in found if "sender_reference = ?" in one[0]]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {search}", parameters).all()
    steps = [row[-1] for row in plan]
    assert [one for one in steps if "case_by_own_reference" in one]
    assert not [one for one in steps if one.startswith("SCAN")]


def test_the_page_of_a_case_reads_what_was_decided_once(portal: Portal, runner: Runner) -> None:
    """C.4: under the reading that is kept, and not again."""
    case = refer(portal.database)
    runner.move(None, "aanmelding", MONDAY)
    with asked(portal.database) as found:
        assert portal.of("tz-anna").get(f"/zaken/{case}").status_code == 200
    assert len([one for one, _ in found if "FROM decision LEFT OUTER JOIN person" in one]) == 1
