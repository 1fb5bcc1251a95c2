"""Signs that somebody must look at something, each a small function: what was set aside, stopped, or does not go on by itself.

The command that gathers them, and the list to which another sign is added, is in cli/attention.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from flexroute.clock import local, local_date
from models.region.directory import RegionRecord, load_region
from models.store import job
from models.store.decision import Decision
from models.store.job import JobRun
from models.store.waiting import waits_for_nobody
from rules.shared.jobs import JOBS, Job
from rules.shared.process import subjects

UNMOVED = timedelta(hours=1)  # what was decided is moved at once, or by the next sweep


@dataclass(frozen=True)
class Finding:
    """What somebody must look at: about what (references and ids only), what is the matter, and what to do."""

    about: str
    what: str
    do: str


def set_aside(session: Session, _now: datetime) -> Iterator[Finding]:
    """Cases, dossiers and children whose last decision could not be settled."""
    for _, table in subjects():
        aside = select(table.reference, table.trouble).where(col(table.trouble).is_not(None))
        for reference, trouble in session.exec(aside.order_by(col(table.reference))):
            what = f"apart gezet: een besluit kon niet worden verwerkt ({trouble})"
            yield Finding(reference, what, "geef kenmerk en melding aan beheer; opnieuw proberen: flexroute run")


def _in_quarantine(table: Any) -> Any:
    return select(table.reference).where(col(table.trouble).is_not(None))


def unmoved(session: Session, now: datetime) -> Iterator[Finding]:
    """Decisions that were recorded and that nobody moves."""
    waiting = select(func.count(), func.min(Decision.at)).where(
        col(Decision.settled_at).is_(None),
        col(Decision.at) < now - UNMOVED,
        *(col(Decision.subject).not_in(_in_quarantine(table)) for _, table in subjects()),
    )
    number, oldest = session.exec(waiting).one()
    if number:
        what = f"{number} vastgelegd en nog niet verwerkt; het oudste op {local(oldest):%d-%m-%Y %H:%M}"
        yield Finding("besluiten", what, "flexroute run")


def waiting_for_nobody(session: Session, now: datetime) -> Iterator[Finding]:
    """Open cases, dossiers and children that nobody who exists can bring to an end."""
    if session.get(RegionRecord, 1) is None:
        return
    for reference, lacks in waits_for_nobody(session, load_region(session), local_date(now)).items():
        yield Finding(reference, f"wacht op niemand: {lacks}", "vul het regiobestand aan; dan flexroute region import")


def late_jobs(session: Session, now: datetime) -> Iterator[Finding]:
    """Jobs that ran by schedule and no longer complete."""
    for one, last in job.late(session, now):
        do = f"kijk of server en worker (of cron) draaien; nu met de hand: {one.command}. Hoort dit zo: --forget {one.name}"
        yield Finding(one.name, not_completed(one, last), do)


def not_completed(one: Job, last: datetime) -> str:
    """That a job does not run any more, in words."""
    return f"{one.title} is sinds {local(last):%d-%m-%Y %H:%M} niet meer klaar geweest"


def jobs_that_asked(session: Session, _now: datetime) -> Iterator[Finding]:
    """What the last round of a job of once a day set aside. (Of the others the cases and letters themselves tell.)"""
    asked = select(JobRun).where(col(JobRun.attention).is_not(None)).order_by(col(JobRun.name))
    for row in session.exec(asked):
        if (one := JOBS.get(row.name)) and one.at:
            yield Finding(row.name, row.attention or "", f"verhelp de oorzaak, dan: {one.command}")
