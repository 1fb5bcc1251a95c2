"""What the clock brings, every working morning: reminders, terms that passed, signals."""

from __future__ import annotations

from datetime import datetime

from prefect import flow
from prefect.client.schemas.objects import State

import processes  # noqa: F401 - they register themselves
from flexroute import clock, log
from flows.runtime.jobs import job
from flows.runtime.outcome import OF_ALL, ended, tagged
from rules.shared import process
from tasks.engine.batch import BatchResult, reason
from tasks.engine.deadlines import Watch


@flow(name="Termijnbewaking", persist_result=False)
@job("every-morning")
async def deadline_watch(now: datetime | None = None) -> State[str]:
    """Look, in every process, at what may be due (its `WATCHES`). However often it runs, nothing is said twice."""
    moment = now or clock.now()
    parts = [_looked(one, watch, moment) for one in process.processes() for watch in one.part("watches")]
    aside = {reference: why for part in parts for reference, why in part.aside.items()}
    await tagged(reference for part in parts for reference in part.moved)
    looked_at = sum(len(part.moved) for part in parts)
    return ended(f"{looked_at} bekeken", aside, looked_at)


def _looked(one: process.Process, watch: Watch, now: datetime) -> BatchResult:
    """What one line found; when it breaks the others still look."""
    try:
        return watch(now)
    except OF_ALL:
        raise
    except Exception as error:
        log.write(log.trouble(error, process=one.name))
        return BatchResult(aside={one.title: reason(error)})
