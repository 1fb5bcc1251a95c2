"""The fifty most urgent of many open cases, against its bare SQL: who must act is kept, so that nothing asks the rules to show a list."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import workload
from benchmarks.world import fresh, region
from flows.mover import Runner
from models.store.assignment import most_urgent

SHOWN = 50
TIMES = 200
BARE = """
SELECT a.subject, a.organisation, a.role, a.scope, a.acts, a.requirement, a.since, a.due, a.routine, s.process, s.kind
FROM assignment a JOIN subject s ON s.reference = a.subject
WHERE a.closed_at IS NULL ORDER BY a.routine, a.sort_day, a.subject LIMIT 50
"""


def measure(postgresql: str | None, number: int, api_url: str) -> dict[str, Any]:
    """The list with its region, its rows typed and everybody's role resolved, to the driver that reads the same rows."""
    with fresh(postgresql) as database, Runner(api_url) as runs:
        workload.referrals(database, number)
        runs.move(None, "aanmeldingen", workload.BEFORE)
        here = region()
        with database.reading() as session:
            session.connection().exec_driver_sql("ANALYZE")
            cursor = session.connection().connection.cursor()
            bare, product = (
                _times(lambda: cursor.execute(BARE), cursor.fetchall),
                _times(lambda: most_urgent(session, here, SHOWN)),
            )
            assert len(most_urgent(session, here, SHOWN)) == min(SHOWN, number)  # noqa: S101
    return {
        "cases": number,
        "bare_milliseconds": bare * 1000,
        "milliseconds": product * 1000,
        "ratio": product / bare,
    }


def _times(*parts: Callable[[], object]) -> float:
    """The middle of many times, in seconds."""
    taken = []
    for _ in range(TIMES):
        begun = perf_counter()
        for part in parts:
            part()
        taken.append(perf_counter() - begun)
    return median(taken)
