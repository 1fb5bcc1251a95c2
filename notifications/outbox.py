"""The outbox: letters are queued in the transaction of the change that causes them, once per recipient; and which of them are due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, insert, or_, update
from sqlmodel import Session, col, func, select

from models.store.database import Database, upsert
from models.store.letter import WAITING, Letter, State
from notifications.contexts import Context
from notifications.retry import ALIKE, OF_THE_SERVER, TroubleKind, of_one
from rules.shared.process import of_reference, processes

LATE = timedelta(hours=2)  # who waits longer is told of
RECENT = timedelta(days=1)
TOGETHER = 100  # letters in one mail at most
NOT_GONE = (*WAITING, State.FAILED, State.HELD)  # somebody may still have them sent


def letter_row(
    kind: str,
    recipient: str,
    subject: str,
    occasion: str,
    context: Context,
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


def send_again(letter: Letter, now: datetime) -> bool:
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


class Corrected(NamedTuple):
    """A letter about something that was wrong: to whom, whether it went, or may have gone, and whether it says something else now."""

    recipient: str
    left: bool
    changed: bool


def take_back(
    session: Session, subject: str, kinds: Iterable[str], reason: str, recipients: Iterable[str] | None = None
) -> None:
    """Letters of these kinds about this subject (to these recipients) that have not gone do not go."""
    theirs = col(Letter.kind).in_(list(kinds)) & col(Letter.state).in_(NOT_GONE)
    if recipients is not None:
        theirs &= col(Letter.recipient).in_(list(recipients))
    withheld = update(Letter).where(col(Letter.subject) == subject, theirs)
    session.execute(withheld.values(state=State.WITHHELD.value, reason=reason, try_at=None))


def bring_up_to_date(
    session: Session, subject: str, right: Callable[[dict[str, Any]], dict[str, Any]]
) -> list[Corrected]:
    """Letters about this subject that have not gone say it right from now on: what each of them knows, as `right` makes it.

    Answers with all of them but those that were withheld, and never went. No sender claims one meanwhile.
    """
    found = []
    about = select(Letter).where(Letter.subject == subject).order_by(col(Letter.id)).with_for_update()
    for letter in session.exec(about):
        known, gone = right(letter.context), letter.state in (State.SENT, State.SENDING)
        left = gone or letter.in_doubt > 0 or letter.edition > 1  # a copy, or the one before it, may be what stays
        if left or letter.state in NOT_GONE:
            found.append(Corrected(letter.recipient, left, known != letter.context))
        if not gone:
            letter.context = known
    return found


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


def due(session: Session, now: datetime) -> list[list[int]]:
    """The numbers of the letters to send now, a list for each mail, in the order in which they were queued.

    Those that a server last took for trouble of its own come after the others: one that it will never take holds up nobody.
    A letter brings along those that it was tried with: their mail stays the same mail.
    """
    if pause(session, now):
        return []
    last = case((col(Letter.trouble).in_((TroubleKind.BUSY, TroubleKind.LOGIN)), 1), else_=0)
    known = (Letter.kind, Letter.recipient, Letter.queued_at, Letter.edition, Letter.tried_at)
    waiting = select(Letter.id, Letter.subject, case((_is_due(now), 1), else_=0), *known)  # type: ignore[call-overload]
    together: dict[Any, list[int]] = {}
    on_time: set[Any] = set()
    for ident, subject, is_due, kind, *same in session.execute(
        waiting.where(col(Letter.state).in_(WAITING)).order_by(last, col(Letter.id))
    ):
        mail = (kind, *same) if of_reference(subject) and _goes_together(kind) else ident
        together.setdefault(mail, []).append(ident)
        if is_due:
            on_time.add(mail)
    return [part for mail, found in together.items() if mail in on_time for part in _parts(sorted(found))]


def _goes_together(kind: str) -> bool:
    """Whether letters of this kind, to one receiver and of one run, are one mail: not agendas and invitations."""
    return any(kind in one.letters and kind not in one.rendered for one in processes())


def _parts(letters: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(letters), TOGETHER):
        yield letters[start : start + TOGETHER]


def went_with(session: Session, letter: Letter) -> list[int]:
    """The numbers of the letters that were tried in one mail with this one, its own among them; none before it is tried."""
    if letter.tried_at is None:
        return []
    same = {name: getattr(letter, name) for name in ("kind", "recipient", "queued_at", "edition", "tried_at")}
    those = select(Letter.id).filter_by(**same).order_by(col(Letter.id))
    return [ident for ident in session.exec(those) if ident]


def refused(session: Session, now: datetime) -> list[Letter]:
    """The letters that were refused, for good or for everybody, since the last one was sent; not those of long ago."""
    failed = col(Letter.state) == State.FAILED
    for_everybody = and_(col(Letter.state) == State.RETRY, col(Letter.reason).endswith(ALIKE, autoescape=True))
    found = list(session.exec(select(Letter).where(or_(failed, for_everybody), col(Letter.tried_at) > now - RECENT)))
    last = session.exec(select(func.max(Letter.sent_at))).one() if found else None
    return [letter for letter in found if letter.tried_at and (last is None or letter.tried_at > last)]


def wait_after_all(session: Session, letters: Iterable[Letter], now: datetime, reason: str) -> None:
    """These failed, and it was the server: they go again as soon as the post goes."""
    these = col(Letter.id).in_([letter.id for letter in letters])
    waits = {"state": State.RETRY.value, "try_at": now, "trouble": TroubleKind.LOGIN.value, "trouble_since": now}
    session.execute(update(Letter).where(these, col(Letter.state) == State.FAILED).values(**waits, reason=reason))


def late_by_reason(session: Session, now: datetime) -> dict[str, int]:
    """How many letters wait longer than LATE, by the reason.

    Not those that one recipient puts off: these fail in the end, and that is told. What several hear is no matter of one.
    """
    put_off = col(Letter.trouble).is_not_distinct_from(TroubleKind.REFUSED_FOR_NOW.value)
    told = select(col(Letter.reason), put_off, func.count(), func.count(col(Letter.recipient).distinct()))
    waiting = told.where(col(Letter.state).in_((*WAITING, State.SENDING)), col(Letter.queued_at) < now - LATE)
    found: dict[str, int] = {}
    for reason, is_put_off, number, recipients in session.exec(waiting.group_by(col(Letter.reason), put_off)):
        if not is_put_off or (recipients > 1 and not of_one(reason or "")):
            found[reason or ""] = found.get(reason or "", 0) + number
    return found


def superseded(session: Session, letter: Letter) -> bool:
    """Whether this recipient has a later word about the same meeting, sent or not: an agenda of before would undo it."""
    if letter.meeting_id is None and letter.consultation_id is None:
        return False
    same = (  # "is not distinct from" would read every letter of PostgreSQL
        col(Letter.consultation_id) == letter.consultation_id
        if letter.meeting_id is None
        else col(Letter.meeting_id) == letter.meeting_id
    )
    later = (
        same,
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
