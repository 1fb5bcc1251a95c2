"""Doing something to many cases within one transaction: read together, written together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.flex import history
from models.flex.case import Case, CaseSignal
from models.flex.meeting import Meeting
from models.region.directory import load_region
from models.store.assignment import assign
from models.store.decision import open_decisions
from rules.flex.assignees import assigned
from rules.shared.assignment import Assigned
from tasks.engine.batch import Batch, BatchResult, run_batch, set_aside
from tasks.flex.planning import Planner
from tasks.flex.work import CaseContext, CaseWrites, moved_on

Settle = Callable[[CaseContext], None]


def settle(acts: frozenset[str], how: Settle, references: Sequence[str], now: datetime) -> BatchResult:
    """Settle the open decisions of these cases that are one of `acts`. Idempotent: what is settled has no news."""
    return run_batch(references, now, each(lambda work: _settle_one(work, how), acts))


def each(how: Settle, acts: frozenset[str] | None = None) -> Batch:
    """Something to be done to each case. With `acts` only to those with an open decision of that kind."""

    def all_of(session: Session, references: Sequence[str], now: datetime) -> list[str]:
        return together(session, references, now, how, acts)

    return Batch(all_of, set_aside(Case))


def together(
    session: Session,
    references: Sequence[str],
    now: datetime,
    how: Settle,
    acts: frozenset[str] | None = None,
    touched: Sequence[Meeting] = (),
) -> list[str]:
    """Do something to these cases within this transaction, then issue again the agendas that it touched."""
    session.flush()  # what follows reads past the session
    writes, moved = CaseWrites(), list[CaseContext]()
    cases = _hold(session, references, acts)
    planner = Planner(session, load_region(session), now)  # once they are ours: a region that comes in now waits for us
    for meeting in touched:
        planner.touch(meeting)
    for work in _load(session, cases, now, writes, planner, acts):
        how(work)
        moved.append(work)
    writes.flush(session, now)
    planner.reissue()
    assign(session, [work.case.reference for work in moved], lambda: _assigned(moved), now)
    moved_on(session, planner.region, [work.case for work in moved], now)
    return [work.case.reference for work in moved]


def _assigned(moved: Sequence[CaseContext]) -> dict[str, tuple[Assigned, ...]]:
    return {work.case.reference: assigned(work.facts) for work in moved}


def _hold(session: Session, references: Sequence[str], acts: frozenset[str] | None) -> dict[int | None, Case]:
    chosen_ones = select(Case).where(col(Case.reference).in_(references)).order_by(col(Case.id))
    # of many with news, one that somebody holds is left for the next sweep; a single case, or other work, waits for it
    skip = acts is not None and len(references) > 1
    locked = chosen_ones.with_for_update(skip_locked=skip).execution_options(populate_existing=True)
    return {case.id: case for case in session.exec(locked)}


def _load(
    session: Session,
    cases: dict[int | None, Case],
    now: datetime,
    writes: CaseWrites,
    planner: Planner,
    acts: frozenset[str] | None,
) -> Iterator[CaseContext]:
    news = open_decisions(session, [case.reference for case in cases.values()], acts or ())
    chosen = [case for case in cases.values() if acts is None or case.reference in news]
    facts = history.facts_of(session, chosen)
    raised: dict[int, set[str]] = {case.id or 0: set() for case in chosen}
    for signal in session.exec(select(CaseSignal).where(col(CaseSignal.case_id).in_(raised))):
        raised[signal.case_id].add(signal.code)
    # in the order of deciding
    for case in sorted(chosen, key=lambda c: news[c.reference].id if c.reference in news else c.id or 0):
        known = facts[case.reference]
        yield CaseContext(
            session,
            planner.region,
            now,
            case,
            list(known.statements),
            known.flex_answers,
            known.meets_on,
            writes,
            planner,
            raised[case.id or 0],
            known.from_stop,
            news.get(case.reference),
        )


def _settle_one(work: CaseContext, how: Settle) -> None:
    with work.writes.settling(work.case, work.decision):
        how(work)
    if work.decision and work.counts:
        work.case.decided = sorted({*work.case.decided, work.decision.act})
