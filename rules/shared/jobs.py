"""The jobs that run by themselves: what they are called, when each is due, and when one is late. Nothing of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

PATIENCE = timedelta(hours=1)  # a job that has not completed for so long is told of
EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Job:
    """A job, with the name of its deployment. `at`: on the wall clock, Monday to Friday; None: every five minutes."""

    name: str
    title: str
    command: str  # with which somebody does the same by hand
    at: time | None = None


JOBS = {
    job.name: job
    for job in (
        Job("sweep", "Alles verplaatsen", "flexroute run"),
        Job("mail", "Post bezorgen", "flexroute deliver"),
        Job("every-morning", "Termijnbewaking", "flexroute watch", time(7)),
        Job("agendas", "Agenda's voorbereiden", "flexroute prep", time(13)),
    )
}


def is_late(job: Job, last: datetime, now: datetime) -> bool:
    """Whether a job that completed `last` should have completed again more than an hour ago. Both on the local clock.

    One of once a day is late when it did not complete on the last day on which it was due, at whatever hour that was.
    """
    before = now - PATIENCE
    return last < before if job.at is None else last.date() < last_due_on(job.at, before)


def is_due(job: Job, last: datetime | None, now: datetime) -> bool:
    """Whether a job that completed `last` should run now. Both on the local clock; what never ran is due."""
    if last is None:
        return job.at is None or now.time() >= job.at
    return (
        now - last >= EVERY if job.at is None else last < datetime.combine(last_due_on(job.at, now), job.at, now.tzinfo)
    )


def last_due_on(at: time, now: datetime) -> date:
    """The last day, Monday to Friday, on which this hour has come."""
    day = now.date() if now.time() >= at else now.date() - timedelta(days=1)
    return day - timedelta(days=max(0, day.weekday() - 4))
