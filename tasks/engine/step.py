"""A step as a line of the flow: it starts its named Prefect task only when it has news, and runs without Prefect as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext
from sqlmodel import col, select

from models.store.database import current
from models.store.decision import Decision
from models.store.subject import Subject
from rules.shared.process import named
from tasks.engine.batch import BatchResult

P = ParamSpec("P")
R = TypeVar("R")


def tracked() -> bool:
    """Whether a Prefect flow run is following what happens here."""
    return FlowRunContext.get() is not None


def call(work: Task[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The one switch: a Prefect task run inside a flow run, a plain function call without."""
    return work(*args, **kwargs) if tracked() else work.fn(*args, **kwargs)


def named_task(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A Prefect task of this name: tried again when the database is busy, nothing of it is kept outside the case database."""
    return task(name=name, retries=2, retry_delay_seconds=1, cache_policy=NO_CACHE, persist_result=False)


@dataclass
class PendingDecisions:
    """What has open decisions, by the line of the flow that settles them, and what became of them."""

    now: datetime
    waiting: dict[str, list[str]]  # references
    settled: BatchResult = field(default_factory=BatchResult)


@dataclass(frozen=True)
class Line:
    """One line of a flow: `line(news)` settles the decisions that are its own and opens what comes next."""

    at: str
    task: Task[[list[str], datetime], BatchResult]

    def __call__(self, news: PendingDecisions) -> None:
        """Settle what has news here, if anything has."""
        if references := news.waiting.get(self.at):
            news.settled.add(call(self.task, references, news.now))


def collect(process: str, line_of: Callable[[str], str], only: Sequence[str] | None, now: datetime) -> PendingDecisions:
    """What waits to be settled in a process, of everything or of these; `line_of` tells which line of the flow settles an act."""
    found: dict[str, list[str]] = defaultdict(list)
    kinds = [rows.label for rows in named(process).subjects]
    waiting = select(Decision.subject, Decision.act).join(Subject).where(col(Decision.settled_at).is_(None))
    waiting = waiting.where(Subject.process == process, col(Subject.kind).in_(kinds))
    if only is not None:
        waiting = waiting.where(col(Decision.subject).in_(only))
    with current().reading() as session:
        for reference, act in session.exec(waiting.order_by(col(Decision.id))):
            found[line_of(act)].append(reference)
    return PendingDecisions(now, found)
