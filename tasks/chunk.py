"""Settling decisions in chunks: at most fifty cases in a transaction, one savepoint; a case that breaks is set aside alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from models import history
from models.case import Case, CaseSignal
from models.database import again, current
from models.directory import load_region
from models.meeting import Meeting
from tasks.planning import Planner
from tasks.work import Work, Writes

SIZE = 50


@dataclass
class Settled:
    """What a task did: the cases that moved, and those set aside with the reason."""

    moved: list[str] = field(default_factory=list)
    aside: dict[str, str] = field(default_factory=dict)

    def add(self, other: Settled) -> None:
        """Take in what another chunk did."""
        self.moved += other.moved
        self.aside |= other.aside


Settle = Callable[[Work], None]


def settle(acts: frozenset[str], how: Settle, references: Sequence[str], now: datetime) -> Settled:
    """Settle the open decisions of these cases that are one of `acts`. Idempotent: what is settled has no news."""
    return each(references, now, lambda work: _settle_one(work, how), acts)


def each(references: Sequence[str], now: datetime, how: Settle, acts: frozenset[str] | None = None) -> Settled:
    """Do something to each case, in chunks. With `acts` only to those with an open decision of that kind."""
    done = Settled()
    for start in range(0, len(references), SIZE):
        done.add(again(partial(_transaction, references[start : start + SIZE], now, how, acts)))
    return done


def _transaction(references: Sequence[str], now: datetime, how: Settle, acts: frozenset[str] | None) -> Settled:
    with current().writing() as session:
        return _chunk(session, references, now, how, acts)


def _chunk(
    session: Session, references: Sequence[str], now: datetime, how: Settle, acts: frozenset[str] | None
) -> Settled:
    try:
        with session.begin_nested():
            return Settled(moved=together(session, references, now, how, acts))
    except OperationalError:
        raise  # the database, not a case
    except Exception as error:
        if len(references) == 1:
            return _set_aside(session, references[0], reason(error))
    # the good ones still go together: an agenda is issued again once, and not for each of them
    good = [reference for reference in references if _moves(session, reference, now, how, acts)]
    if len(good) == len(references):
        good = []  # it is only together that they break
    done = _chunk(session, good, now, how, acts) if good else Settled()
    for reference in references:
        if reference not in good:
            done.add(_chunk(session, [reference], now, how, acts))
    return done


def _moves(session: Session, reference: str, now: datetime, how: Settle, acts: frozenset[str] | None) -> bool:
    """Whether a case can be moved; it is tried, and taken back."""
    trial = session.begin_nested()
    try:
        together(session, [reference], now, how, acts)
    except OperationalError:
        raise
    except Exception:
        return False
    finally:
        trial.rollback()
    return True


def _set_aside(session: Session, reference: str, why: str) -> Settled:
    session.execute(update(Case).where(col(Case.reference) == reference).values(trouble=why))
    return Settled(aside={reference: why})


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
    writes, moved = Writes(), []
    planner = Planner(session, load_region(session), now)
    for meeting in touched:
        planner.touch(meeting)
    for work in _load(session, references, now, writes, planner, acts):
        how(work)
        moved.append(work.case.reference)
    writes.flush(session, now)
    planner.reissue()
    return moved


def _load(
    session: Session,
    references: Sequence[str],
    now: datetime,
    writes: Writes,
    planner: Planner,
    acts: frozenset[str] | None,
) -> Iterator[Work]:
    chosen_ones = select(Case).where(col(Case.reference).in_(references)).order_by(col(Case.id))
    # of many with news, one that somebody holds is left for the next sweep; a single case, or another errand, waits for it
    sweep = acts is not None and len(references) > 1
    locked = chosen_ones.with_for_update(skip_locked=sweep).execution_options(populate_existing=True)
    cases = {case.id: case for case in session.exec(locked)}
    news = history.open_decisions(session, list(cases), acts) if acts is not None else {}
    chosen = [case for case in cases.values() if acts is None or case.id in news]
    facts = history.facts_of(session, chosen)
    raised: dict[int, set[str]] = {case.id or 0: set() for case in chosen}
    for signal in session.exec(select(CaseSignal).where(col(CaseSignal.case_id).in_(raised))):
        raised[signal.case_id].add(signal.code)
    for case in sorted(chosen, key=lambda c: news[c.id].id if c.id in news else c.id or 0):  # in the order of deciding
        known = facts[case.reference]
        yield Work(
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
            news.get(case.id),
        )


def _settle_one(work: Work, how: Settle) -> None:
    decision = work.decision
    if decision is None or decision.opening != work.case.opening:
        raise RuntimeError("a decision must answer the opening that the case stands at")
    how(work)
    if work.counts:
        work.case.decided = sorted({*work.case.decided, decision.act})
    work.case.opening += 1
    work.case.trouble = None
    work.writes.settled.append(decision.id)


def reason(error: Exception) -> str:
    """The kind of error and where; never its text, which may hold data of a case."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    return f"{type(error).__name__} in {frame.tb_frame.f_code.co_name}" if frame else type(error).__name__
