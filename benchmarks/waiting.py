"""What a waiting case costs: disk, and the memory of a process that sweeps. Nothing waits in a process."""

from __future__ import annotations

from typing import Any

import psutil
from sqlalchemy import text

from benchmarks import workload
from benchmarks.world import fresh
from flows.deadline_watch import deadline_watch
from flows.mover import Runner
from models.store.database import Database


def measure(postgresql: str | None, number: int, api_url: str) -> dict[str, Any]:
    """Kilobytes per 1,000 cases that wait for their provider, and of memory that sweeps and a deadline watch over them take."""
    with fresh(postgresql) as database, Runner(api_url) as runs:
        workload.referrals(database, 100)
        runs.move(None, "aanmeldingen", workload.BEFORE)
        runs.run(deadline_watch, "termijnen", now=workload.BEFORE)  # the first one imports the calendar
        disk = _disk(database)
        workload.referrals(database, number, first=101)
        runs.move(None, "aanmeldingen", workload.BEFORE)
        memory = _memory()
        for _ in range(3):
            runs.move(None, "veeg", workload.BEFORE)
            runs.run(deadline_watch, "termijnen", now=workload.BEFORE)
        thousands = number / 1000
        return {
            "cases": number,
            "kilobytes_per_1000": (_disk(database) - disk) / 1024 / thousands,
            "memory_kilobytes_per_1000": (_memory() - memory) / 1024 / thousands,
        }


def _disk(database: Database) -> int:
    if database.is_sqlite:
        pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    else:
        pages = (
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
    with database.reading() as session:
        return int(session.connection().execute(text(pages)).scalar_one())


def _memory() -> int:
    return int(psutil.Process().memory_info().rss)
