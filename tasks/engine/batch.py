"""Work in chunks: at most fifty cases (or children) in a transaction, one savepoint; one that breaks is set aside alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from flexroute import log, progress
from models.store.database import current, retrying, when_committed
from models.store.decision import Decision
from rules.shared.process import of_reference

SIZE = 50


@dataclass
class BatchResult:
    """What a task did: what moved, and what was set aside with the reason; by reference."""

    moved: list[str] = field(default_factory=list)
    aside: dict[str, str] = field(default_factory=dict)

    def add(self, other: BatchResult) -> None:
        """Take in what another chunk did."""
        self.moved += other.moved
        self.aside |= other.aside


Together = Callable[[Session, Sequence[str], datetime], list[str]]  # does it to all of these, within this transaction
SetAside = Callable[[Session, str, str], None]  # writes down why this one was set aside


def set_aside(table: Any) -> SetAside:
    """Writes down in its row why this one was set aside; nobody can act on it until somebody looked."""

    def write(session: Session, reference: str, why: str) -> None:
        session.execute(update(table).where(table.reference == reference).values(trouble=why))

    return write


@dataclass(frozen=True)
class Batch:
    """What is to be done to each of many, and what to do with one that breaks."""

    together: Together
    set_aside: SetAside


def run_batch(references: Sequence[str], now: datetime, batch: Batch) -> BatchResult:
    """Do something to each of these, a chunk in a transaction."""
    done = BatchResult()
    for start in range(0, len(references), SIZE):
        part = retrying(partial(_transaction, references[start : start + SIZE], now, batch))
        progress.done("casus of jeugdige is verwerkt", "casussen of jeugdigen zijn verwerkt", len(part.moved))
        done.add(part)
    return done


def _transaction(references: Sequence[str], now: datetime, batch: Batch) -> BatchResult:
    with current().writing() as session:
        return _chunk(session, references, now, batch)


def _chunk(session: Session, references: Sequence[str], now: datetime, batch: Batch) -> BatchResult:
    try:
        with session.begin_nested():
            return BatchResult(moved=batch.together(session, references, now))
    except OperationalError:
        raise  # the database, not a case
    except Exception as error:
        if len(references) == 1:
            why = reason(error)
            batch.set_aside(session, references[0], why)
            when_committed(session, [_trouble(session, references[0], error)])
            return BatchResult(aside={references[0]: why})
    # the good ones still go together: an agenda is issued again once, and not for each of them
    good = [reference for reference in references if _moves(session, reference, now, batch)]
    if len(good) == len(references):
        good = []  # it is only together that they break
    done = _chunk(session, good, now, batch) if good else BatchResult()
    for reference in references:
        if reference not in good:
            done.add(_chunk(session, [reference], now, batch))
    return done


def _moves(session: Session, reference: str, now: datetime, batch: Batch) -> bool:
    """Whether this one can be moved; it is tried, and taken back."""
    trial = session.begin_nested()
    try:
        batch.together(session, [reference], now)
    except OperationalError:
        raise
    except Exception:
        return False
    finally:
        trial.rollback()
    return True


def _trouble(session: Session, reference: str, error: Exception) -> log.Trouble:
    """What who mends the program needs of one that was set aside: where it broke, and at which decision (none for the clock)."""
    waiting = select(col(Decision.act), col(Decision.opening)).where(
        col(Decision.subject) == reference, col(Decision.settled_at).is_(None)
    )
    decision = session.connection().execute(waiting.order_by(col(Decision.opening))).first()
    process = of_reference(reference)
    return log.trouble(
        error,
        reference=reference,
        process=process.name if process else None,
        act=decision.act if decision else None,
        opening=decision.opening if decision else None,
    )


def reason(error: Exception) -> str:
    """The kind of error and where in our own code (module:line); never its text, which may hold data of a case."""
    kind, *where = type(error).__name__, *log.trouble(error).where
    if not where:
        return kind
    module, _, line = where[-1].split(":")
    return f"{kind} in {module}:{line}"
