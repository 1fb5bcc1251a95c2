"""The fifty most urgent of many open cases, against its bare SQL: who must act is kept, so nothing asks the rules to show a list."""

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
TIMES = 300
BARE = """
SELECT a.subject, a.organisation, a.role, a.scope, a.acts, a.requirement, a.since, a.due, a.routine, s.process, s.kind
FROM assignment a JOIN subject s ON s.reference = a.subject
WHERE a.closed_at IS NULL ORDER BY a.routine, a.sort_day, a.subject LIMIT 50
"""


def measure(postgresql: str | None, number: int, _api_url: str) -> dict[str, Any]:
    """The list, typed and with every role resolved, to the driver that reads the same rows over the same connection; in turns."""
    with fresh(postgresql) as database, Runner(None) as runs:
        workload.referrals(database, number)
        runs.move(None, "aanmeldingen", workload.BEFORE)
        with database.writing() as session:
            session.connection().exec_driver_sql("ANALYZE")
        here = region()
        today = workload.BEFORE.date()
        with database.reading() as session:
            cursor = session.connection().connection.cursor()
            pairs = [
                (
                    _seconds(lambda: cursor.execute(BARE).fetchall()),
                    _seconds(lambda: most_urgent(session, here, today, SHOWN)),
                )
                for _ in range(TIMES)
            ]
    bare, product = (median(taken) for taken in zip(*pairs, strict=True))
    return {"cases": number, "bare_ms": bare * 1000, "ms": product * 1000, "ratio": product / bare}


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun
