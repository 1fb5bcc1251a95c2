"""Everything that has news moves on, in all processes: also what a crash left behind."""

from __future__ import annotations

from datetime import datetime

from prefect import flow
from prefect.client.schemas.objects import State

import processes  # noqa: F401 - they register themselves
from flexroute import clock, log
from flows.runtime.jobs import job
from flows.runtime.outcome import OF_ALL, ended, together
from rules.shared import process
from tasks.engine.batch import reason


@flow(name="Verplaatsen", persist_result=False)
@job("sweep")
async def sweep(now: datetime | None = None) -> State[str]:
    """Run the flow of every process for all that has news there. Safe to run at any time, and twice at once."""
    moment = now or clock.now()
    return together([await _moved(one, moment) for one in process.processes()])


async def _moved(one: process.Process, now: datetime) -> State[str]:
    """What one process did; when it breaks the others still move."""
    try:
        return await one.part("flow").fn(now=now)  # type: ignore[no-any-return]
    except OF_ALL:
        raise
    except Exception as error:
        log.write(log.trouble(error, process=one.name))
        return ended("", {one.title: reason(error)})
