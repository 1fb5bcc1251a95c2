"""The outbox: letters are queued in the transaction of the change that causes them, once per recipient; and which of them are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, update
from sqlmodel import Session, col, func, select

from models.database import Database, upsert
from models.letter import WAITING, Letter, State
from notifications.retry import OF_THE_SERVER, Kind

LATE = timedelta(hours=2)  # who waits longer is told of


def letter_row(
    kind: str,
    recipient: str,
    subject: str,
    occasion: str,
    context: dict[str, Any],
    now: datetime,
    case_id: int | None = None,
    meeting_id: int | None = None,
    consultation_id: int | None = None,
) -> dict[str, Any]:
    """A letter to queue. The key (kind, subject, occasion, recipient: ids and ISO dates) makes it unique."""
    return {
        "key": f"{kind}:{subject}:{occasion}:{recipient}",
        "kind": kind,
        "case_id": case_id,
        "meeting_id": meeting_id,
        "consultation_id": consultation_id,
        "subject": subject,
        "recipient": recipient,
        "context": context,
        "queued_at": now,
        "state": State.QUEUED.value,
    }


def queue_letters(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Put letters in the outbox, all in one statement."""
    if rows := list(rows):
        session.connection().execute(insert(Letter), rows)


def queue_once(session: Session, row: dict[str, Any]) -> None:
    """Put a letter in the outbox unless it is there already."""
    session.execute(upsert(session, Letter).values(row).on_conflict_do_nothing(index_elements=["key"]))


def again(letter: Letter, now: datetime) -> bool:
    """Have a letter sent again because somebody asks. False when it is on its way already.

    One that arrived, or may have, becomes a new edition: with the old Message-ID mail servers would drop it.
    """
    if letter.state in (State.QUEUED, State.SENDING):
        return False
    if letter.state == State.RETRY:
        letter.try_at = now
        return True
    if letter.state == State.SENT or letter.in_doubt:
        letter.edition, letter.attempts, letter.in_doubt = letter.edition + 1, 0, 0
    letter.state, letter.reason, letter.sent_at, letter.queued_at = State.QUEUED.value, None, None, now
    return True


def pause(session: Session, now: datetime) -> Letter | None:
    """The letter that met trouble of the server and waits for it to pass; until its `try_at` nobody's letters go."""
    met = select(Letter).where(
        Letter.state == State.RETRY, col(Letter.trouble).in_(OF_THE_SERVER), col(Letter.try_at) > now
    )
    return session.exec(met.order_by(col(Letter.try_at).desc()).limit(1)).first()


def has_work(session: Session, now: datetime) -> bool:
    """Whether a sender has something to do: letters that are due, or left under way by a sender that died."""
    found = select(Letter.id).where(or_(_is_due(now), col(Letter.state) == State.SENDING)).limit(1)
    return session.exec(found).first() is not None and pause(session, now) is None


def due(session: Session, now: datetime) -> list[int]:
    """The numbers of the letters to send now, in the order in which they were queued."""
    if pause(session, now):
        return []
    return [ident for ident in session.exec(select(Letter.id).where(_is_due(now)).order_by(col(Letter.id))) if ident]


def late(session: Session, now: datetime) -> int:
    """How many letters wait longer than LATE. Not those that a recipient puts off: these fail in the end, and that is told."""
    put_off = col(Letter.trouble).is_not_distinct_from(Kind.REFUSED_FOR_NOW.value)
    waiting = select(func.count()).where(col(Letter.state).in_(WAITING), ~put_off, col(Letter.queued_at) < now - LATE)
    return session.exec(waiting).one()


def superseded(session: Session, letter: Letter) -> bool:
    """Whether this recipient has a later word about the same meeting, sent or not: an agenda of before would undo it."""
    if letter.meeting_id is None and letter.consultation_id is None:
        return False
    later = (
        col(Letter.meeting_id).is_not_distinct_from(letter.meeting_id),
        col(Letter.consultation_id).is_not_distinct_from(letter.consultation_id),
        col(Letter.recipient) == letter.recipient,
        col(Letter.context)["version"].as_integer() > letter.context["version"],
    )
    return session.exec(select(Letter.id).where(*later).limit(1)).first() is not None


def take_over(database: Database, now: datetime) -> None:
    """Letters that a sender left under way when it died are due again, in doubt. Only for who has the turn. Raises Unreachable."""
    left = col(Letter.state) == State.SENDING
    with database.reading() as session:
        if session.exec(select(Letter.id).where(left).limit(1)).first() is None:
            return
    with database.writing() as session:
        session.execute(
            update(Letter)
            .where(left)
            .values(state=State.RETRY, try_at=now, in_doubt=Letter.in_doubt + 1, reason="de vorige poging brak af")
        )


def _is_due(now: datetime) -> ColumnElement[bool]:
    state = col(Letter.state)
    return or_(state == State.QUEUED, and_(state == State.RETRY, col(Letter.try_at) <= now))
