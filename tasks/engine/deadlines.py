"""A line of the deadline watch: it starts its named task only when something may be due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar as Select

from flexroute.clock import local_date
from models.store.database import current
from tasks.engine.batch import Batch, BatchResult, run_batch
from tasks.engine.step import call, named_task

Watch = Callable[[datetime], BatchResult]


Hold = Callable[[Session, Sequence[str]], object]  # makes these ours until the transaction ends


def looking(name: str, may_be_due: Callable[[date], Select[str]], hold: Hold, batch: Batch) -> Watch:
    """A line of the deadline watch: it starts its named task only when something may be due.

    Once it holds them it looks again which: what somebody decided in between goes before the clock.
    """

    def together(session: Session, references: Sequence[str], now: datetime) -> list[str]:
        hold(session, references)
        due = may_be_due(local_date(now))
        still = due.where(due.selected_columns[0].in_(references))
        return batch.together(session, list(session.exec(still)), now)

    def look(references: list[str], now: datetime) -> BatchResult:
        return run_batch(references, now, Batch(together, batch.set_aside))

    work = named_task(name)(look)

    def line(now: datetime) -> BatchResult:
        with current().reading() as session:
            found = list(session.exec(may_be_due(local_date(now))))
        return call(work, found, now) if found else BatchResult()

    return line
