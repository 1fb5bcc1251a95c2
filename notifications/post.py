"""The post as people look at it: which letters there are, what became of each, and sending again what stopped. The same at every door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, or_, select

from flexroute.clock import local
from models.store.letter import Letter, State
from notifications import outbox
from notifications.render import render
from notifications.templates import Rendered
from notifications.words import code_in_words
from rules.shared.region import Region

LARGEST = 2**31 - 1  # number of a letter
DAYS = 31  # so far back people look
STOPPED = (State.FAILED, State.WITHHELD, State.HELD)  # a letter stays so until somebody has it sent again


def chosen(session: Session, since: datetime, subject: str | None = None, state: State | None = None) -> list[Letter]:
    """The letters that were queued since then, about this subject and in this state, the oldest first."""
    query = select(Letter).where(col(Letter.queued_at) >= since).order_by(col(Letter.id))
    query = query.where(Letter.subject == subject) if subject else query
    return list(session.exec(query.where(Letter.state == state) if state else query))


def page_of(
    session: Session, before: int | None, most: int, state: State | None = None, subject: str = ""
) -> list[Letter]:
    """The last letters before this number, in this state and about this subject, the newest first."""
    query = select(Letter).order_by(col(Letter.id).desc()).limit(most)
    query = query.where(col(Letter.id) < before) if before else query
    query = query.where(Letter.subject == subject) if subject else query
    return list(session.exec(query.where(Letter.state == state) if state else query))


def send_again(session: Session, numbers: Iterable[int], now: datetime, every: State | None = None) -> dict[int, bool]:
    """Have these sent again, and all that are in this state. By number: whether it goes, or was on its way already."""
    these = col(Letter.id).in_(list(numbers))
    wanted = or_(these, col(Letter.state) == every) if every else these
    locked = (
        select(Letter).where(wanted).order_by(col(Letter.id)).with_for_update()
    )  # a sender may just be busy with it
    return {letter.id or 0: outbox.send_again(letter, now) for letter in session.exec(locked)}


def in_words(session: Session, region: Region, letter: Letter) -> tuple[Rendered | None, str]:
    """A letter in words, or why there are none: letter and template, or letter and agenda, need not fit."""
    try:
        return render(session, region, letter), ""
    except DBAPIError:
        raise  # the database, not the letter
    except Exception as error:
        return None, type(error).__name__


def standing(letter: Letter) -> str:
    """Its state in words, why, and when it is tried again."""
    parts = [code_in_words(letter.state) + (f": {letter.reason}" if letter.reason else "")]
    if letter.state == State.RETRY and letter.try_at:
        parts.append(f"opnieuw op {moment(letter.try_at)}")
    return "; ".join(parts)


def attempts(session: Session, letter: Letter) -> list[str]:
    """How sending it went, a sentence each."""
    told = []
    if letter.attempts and letter.tried_at:
        doubt = f", waarvan {letter.in_doubt} afgebroken: misschien toch aangekomen" if letter.in_doubt else ""
        told.append(f"Pogingen: {letter.attempts}{doubt}; de laatste op {moment(letter.tried_at)}")
    if (mail := len(outbox.went_with(session, letter))) > 1:
        told.append(f"In één mail met {mail - 1} {'andere brief' if mail == 2 else 'andere brieven'} van deze soort")
    if letter.edition > 1:
        told.append(f"Opnieuw verstuurd op verzoek: {letter.edition - 1} keer")
    return told


def moment(value: datetime) -> str:
    """On the clock of here: 09-03-2026 14:00."""
    return f"{local(value):%d-%m-%Y %H:%M}"
