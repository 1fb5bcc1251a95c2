"""When the jobs that run by themselves last completed: what no scheduler has to be asked for."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, select

from flexroute.clock import local
from models.store.database import upsert
from rules.shared.jobs import JOBS, Job, is_late


class JobRun(SQLModel, table=True):
    """The last time that a job completed. It is expected to go on once it has run by schedule."""

    __tablename__ = "job_run"

    name: str = Field(primary_key=True)
    expected_since: datetime | None = None
    completed_at: datetime | None = None
    attention: str | None = None  # what it then set aside (references and ids only)


def record(session: Session, name: str, **values: object) -> None:
    """Write down what is known of a job."""
    row = upsert(session, JobRun).values(name=name, **values)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))


def expect(session: Session, name: str, now: datetime) -> None:
    """From now on this job is expected, unless it was already."""
    known = session.get(JobRun, name)
    if known is None or known.expected_since is None:
        record(session, name, expected_since=now)


def late(session: Session, now: datetime) -> list[tuple[Job, datetime]]:
    """The jobs that should have completed, and since when they did not."""
    found = session.exec(select(JobRun).where(JobRun.expected_since != None))  # noqa: E711
    known = {row.name: max(filter(None, (row.completed_at, row.expected_since))) for row in found}
    return [
        (job, known[name])
        for name, job in JOBS.items()
        if name in known and is_late(job, local(known[name]), local(now))
    ]
