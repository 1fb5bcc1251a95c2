"""The flow of home visits: two steps, and a term."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from sqlalchemy import Row
from sqlmodel import Session, select

import processes  # noqa: F401 - they register themselves
from flexroute import clock
from flows.runtime.outcome import ended, tagged
from models.region.directory import load_region
from models.store.assignment import assign
from models.store.decision import open_decisions
from notifications.contexts import context_of
from notifications.outbox import letter_row
from rules.shared.region import Region
from tasks.engine.batch import Batch, BatchResult, run_batch, set_aside
from tasks.engine.deadlines import looking
from tasks.engine.decision import DecisionContext, Writes
from tasks.engine.step import Line, collect, named_task
from tests.processes.visits import Visit, assigned


@dataclass
class VisitContext(DecisionContext):
    """A visit with its news (none for the clock), at one moment."""

    region: Region
    now: datetime
    visit: Visit
    writes: Writes
    decision: Row[Any] | None = None

    def letter(self, kind: str) -> None:
        """Queue a letter to the access."""
        visit = self.visit
        context = context_of(kind, provider=visit.provider, due=visit.due)
        who = self.region.access[visit.municipality]
        self.writes.letters.append(
            letter_row(kind, who, visit.reference, self.occasion(visit.opening), context, self.now)
        )


Step = Callable[[VisitContext], None]


def _each(how: Step, act: str | None) -> Batch:
    def together(session: Session, references: Sequence[str], now: datetime) -> list[str]:
        region, writes, moved = load_region(session), Writes(), []
        waiting = open_decisions(session, references, [act] if act else [])
        for visit in session.execute(select(Visit).where(Visit.reference.in_(references)).with_for_update()).scalars():
            decision = waiting.get(visit.reference)
            if act and decision is None:
                continue
            with writes.settling(visit, decision):
                how(VisitContext(region, now, visit, writes, decision))
            moved.append(visit.reference)
        writes.flush(session, now)
        assign(session, moved, lambda: dict(assigned(session, region, moved)), now)
        return moved

    return Batch(together, set_aside(Visit))


def _line(act: str, name: str) -> Callable[[Step], Line]:
    def make(how: Step) -> Line:
        def run(references: list[str], now: datetime) -> BatchResult:
            return run_batch(references, now, _each(how, act))

        return Line(act, named_task(name)(run))

    return make


@_line("request_visit", "Gevraagd")
def asked(work: VisitContext) -> None:
    """The access of the municipality is asked."""
    work.letter("visit_request")


@_line("confirm_visit", "Geweest")
def visited(work: VisitContext) -> None:
    """Somebody came."""
    work.visit.confirmed_on = date.fromisoformat(work.answer["on"])


@flow(name="Huisbezoek", persist_result=False)
async def visits(references: list[str] | None = None, now: datetime | None = None) -> State[str]:
    """Move the visits that have news: all of them, or these."""
    news = collect("visits", str, references, now or clock.now())
    asked(news)
    visited(news)
    await tagged(news.settled.moved)
    moved = len(news.settled.moved)
    return ended(f"{moved} huisbezoeken verplaatst", news.settled.aside, moved)


def _due(today: date) -> Any:
    late = select(Visit.reference).where(Visit.due < today, Visit.confirmed_on.is_(None), Visit.late.is_(False))
    return late.order_by(Visit.id)


def _hold(session: Session, references: Sequence[str]) -> None:
    session.execute(select(Visit.id).where(Visit.reference.in_(references)).with_for_update())


def too_late(work: VisitContext) -> None:
    """The term has passed: the access hears it once."""
    work.visit.late = True
    work.letter("visit_late")


WATCHES = (looking("Huisbezoek te laat", _due, _hold, _each(too_late, None)),)
