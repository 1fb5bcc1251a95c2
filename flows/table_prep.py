"""The agendas for a week, of the tables (F-26, AMB-14) and of consultations about who stops (S-36): Friday 13:00, or by hand."""

from __future__ import annotations

from datetime import datetime

from prefect import flow
from prefect.client.schemas.objects import State

import processes  # noqa: F401 - they register themselves
from flexroute import clock
from flows.runtime.jobs import job
from flows.runtime.outcome import ended
from models.region.directory import load_region
from models.store.database import current
from rules.shared import process
from rules.shared.series import weeks_to_prepare
from tasks.engine.step import call


@flow(name="Agenda's voorbereiden", persist_result=False)
@job("agendas")
async def table_prep(
    now: datetime | None = None, only_when_due: bool = False, this_week_too: bool = False
) -> State[str]:
    """Issue the agendas for the next ISO week. `only_when_due`: as scheduled, from the region's own moment on.
    `this_week_too`: also what still comes this week.

    A table or dossier that cannot be prepared does not hold up the others; the run then asks for attention.
    """
    moment = now or clock.now()
    with current().reading() as session:
        region = load_region(session)
    attention: dict[str, str] = {}
    issued = 0
    for first, last in weeks_to_prepare(region, clock.local(moment), only_when_due, this_week_too):
        done = {
            about: call(task, about, first, last, moment)
            for one in process.processes()
            if one.agendas
            for about, task in one.part("agendas")(region)
        }
        issued += sum(len(prepared.issued) for prepared in done.values())
        attention |= {about: prepared.problem for about, prepared in done.items() if prepared.problem}
    return ended(f"{issued} agenda's uitgegeven", attention, issued)
