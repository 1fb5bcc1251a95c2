"""What a run did: which decisions it settled, which letters it made ready, and which went out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.store.decision import Decision
from models.store.letter import Letter, State

MANY = 500  # ids in one question

Row = tuple[str, str, str]  # of a letter: what it is about, its kind, to whom


class Before(NamedTuple):
    """Where things stand before a run."""

    last_letter: int
    waiting: Sequence[int]  # decisions that are not settled yet
    unsent: Sequence[int]  # letters


class Done(NamedTuple):
    """What is different after it; references, codes and ids only."""

    settled: Sequence[tuple[str, str]]  # what it is about, the act
    queued: Sequence[Row]
    sent: Sequence[Row]


def before(session: Session) -> Before:
    """Look before a run."""
    waiting = select(col(Decision.id)).where(col(Decision.settled_at).is_(None))
    unsent = select(col(Letter.id)).where(col(Letter.state).in_((State.QUEUED, State.SENDING, State.RETRY)))
    last = session.execute(select(func.max(col(Letter.id)))).scalar() or 0
    return Before(last, [*session.execute(waiting).scalars()], [*session.execute(unsent).scalars()])


def since(session: Session, then: Before) -> Done:
    """Look after it. What others did in the meantime is in it too."""
    decision = select(col(Decision.subject), col(Decision.act)).where(col(Decision.settled_at).is_not(None))
    letter = select(col(Letter.subject), col(Letter.kind), col(Letter.recipient))
    new = letter.where(col(Letter.id) > then.last_letter).order_by(col(Letter.id))
    sent = letter.where(col(Letter.state) == State.SENT)
    return Done(
        _rows(session, decision, col(Decision.id), then.waiting),
        [tuple(row) for row in session.execute(new)],
        _rows(session, sent, col(Letter.id), then.unsent),
    )


def _rows(session: Session, query: Any, column: Any, ids: Sequence[int]) -> list[Any]:
    """Those of these ids, in their order."""
    parts = (ids[start : start + MANY] for start in range(0, len(ids), MANY))
    return [tuple(row) for part in parts for row in session.execute(query.where(column.in_(part)).order_by(column))]
