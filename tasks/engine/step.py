"""A step as a line of the flow: it starts its named Prefect task only when it has news, and runs without Prefect as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext

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
    waiting: dict[str, list[str]]  # references of cases, dossiers or children
    meetings: list[int] = field(default_factory=list)
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
