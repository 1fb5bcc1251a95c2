"""Issuing the agendas of the tables that meet in a week (F-26, F-54 … F-62, AMB-14, AMB-15)."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from prefect import Task

from models.flex import history
from models.flex.agenda import ensure_meeting, plan_alone, starts_at
from models.region.directory import load_region
from models.store.database import current
from notifications.flex.agenda import issue_agenda
from rules.shared.region import Region
from rules.shared.series import meetings
from tasks.engine.agendas import Prepared, prepared
from tasks.engine.step import named_task, tracked
from tasks.flex.artifacts import show_agendas


@named_task("Agenda's van één tafel")
def prepare_table(table_id: str, first: date, last: date, now: datetime) -> Prepared:
    """Issue the agendas of one table for its meetings from `first` to `last`; one that was issued is left alone.

    A table that meets without a case gets its agenda too; one without participants is a problem (AMB-15).
    """
    done = prepared(table_id, partial(_prepare, table_id, first, last, now))
    if tracked() and done.issued:
        show_agendas(now, table_id)
    return done


def _prepare(table_id: str, first: date, last: date, now: datetime) -> Prepared:
    done = Prepared()
    with current().writing() as session:
        plan_alone(session)
        region = load_region(session)
        table = region.table[table_id]
        changes = history.changes(session, first).get(table_id, {})
        coming = [day for day in meetings(table, region.days, first, changes) if day.on <= last]
        if coming and not table.participants:
            return Prepared(problem=f"De {table.name} heeft geen deelnemers. Vul ze in het regiobestand in.")
        for day in coming:
            meeting = ensure_meeting(session, table_id, day)
            if meeting.version == 0 and now < starts_at(region, meeting):
                issue_agenda(session, region, meeting, changes, now)
                done.issued.append(meeting.on)
    return done


def agendas(region: Region) -> list[tuple[str, Task[..., Prepared]]]:
    """What is prepared for a week: every table."""
    return [(table.id, prepare_table) for table in region.tables]
