"""Issuing the agendas of the tables that meet in a week (F-26, F-54 … F-62, AMB-14, AMB-15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from flexroute import progress
from flexroute.errors import UserError
from models import history
from models.agenda import ensure_meeting, plan_alone, starts_at
from models.database import again, current
from models.directory import load_region
from notifications.agenda import issue_agenda
from rules import tables
from tasks.artifacts import show_agendas
from tasks.chunk import reason
from tasks.step import named_task, tracked


@dataclass
class Prepared:
    """The days for which an agenda of one table or dossier was issued, or why it could not be."""

    issued: list[date] = field(default_factory=list)
    problem: str | None = None


def prepared(prepare: Callable[[], Prepared]) -> Prepared:
    """What was issued; where it breaks nothing was, and why is the problem: it holds up nobody else."""
    try:
        done = again(prepare)
    except UserError:
        raise  # the database, not a meeting
    except Exception as error:
        return Prepared(problem=reason(error))
    progress.done("agenda is uitgegeven", "agenda's zijn uitgegeven", len(done.issued))
    return done


@named_task("Agenda's van één tafel")
def prepare_table(table_id: str, first: date, last: date, now: datetime) -> Prepared:
    """Issue the agendas of one table for its meetings from `first` to `last`; one that was issued is left alone.

    A table that meets without a case gets its agenda too; one without participants is a problem (AMB-15).
    """
    done = prepared(partial(_prepare, table_id, first, last, now))
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
        coming = [day for day in tables.meetings(table, region.days, first, changes) if day.on <= last]
        if coming and not table.participants:
            return Prepared(problem=f"De {table.name} heeft geen deelnemers. Vul ze in het regiobestand in.")
        for day in coming:
            meeting = ensure_meeting(session, table_id, day)
            if meeting.version == 0 and now < starts_at(region, meeting):
                issue_agenda(session, region, meeting, changes, now)
                done.issued.append(meeting.on)
    return done
