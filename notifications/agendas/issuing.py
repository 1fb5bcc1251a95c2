"""Issuing and cancelling the agenda of a meeting, of a table or of a consultation: a version higher each time, to everybody concerned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import insert
from sqlmodel import Session, col, select

from models.store.occurrence import Occurrence
from notifications.contexts import context_of
from notifications.outbox import letter_row, queue_letters
from rules.shared.region import Region


class Issue(Protocol):
    """An agenda as it was sent."""

    version: Any
    issued_at: Any
    content: Any


@dataclass(frozen=True)
class MeetingKind:
    """One kind of meeting: where its issues are kept, and its three letters."""

    issues: Any
    key: str  # of the meeting, in issues and letters
    issued: str
    cancelled: str
    withdrawn: str


def everybody(said: Mapping[str, Any]) -> list[str]:
    """Who is on an agenda that was issued: the invited and the flex providers, each once."""
    return list(dict.fromkeys([*said["invited"], *said["optional"]]))


def calendars(region: Region, idents: Iterable[str]) -> set[str]:
    """In whose calendars a meeting stands: a mail program knows people by their address. Who is unknown has none."""
    return {region.mail_of(ident).lower() for ident in idents if region.knows(ident)}


def latest_issue(session: Session, kind: MeetingKind, meeting: Occurrence) -> Issue:
    """The agenda as it was issued last. Raises NoResultFound when none was issued."""
    of_it: Any = select(kind.issues).where(getattr(kind.issues, kind.key) == _id(meeting))
    found: Issue = session.exec(of_it.order_by(col(kind.issues.version).desc()).limit(1)).one()
    return found


def issue(
    session: Session,
    region: Region,
    kind: MeetingKind,
    meeting: Occurrence,
    about: str,
    said: dict[str, Any],
    now: datetime,
) -> None:
    """Issue an agenda to everybody on it (N-03); `about`: the name of the meeting in the outbox, which never changes.

    Who was on the last one and is not on this one hears that too: their calendar would keep the meeting. Not so when
    somebody with the same address still comes: they would lose the meeting.
    """
    expected = everybody(said)
    before = latest_issue(session, kind, meeting).content if meeting.version else None
    _write(session, kind, meeting, about, said, now, kind.issued, expected)
    if before:
        had_a_case = {case["owner"] for case in before.get("cases", ())}
        keep = calendars(region, expected)
        for guest in everybody(before):
            if guest not in expected and keep.isdisjoint(calendars(region, [guest])):
                _queue(session, kind, meeting, about, now, kind.withdrawn, [guest], had_a_case=guest in had_a_case)


def cancel(session: Session, kind: MeetingKind, meeting: Occurrence, about: str, now: datetime) -> None:
    """Tell everybody on the last agenda that the meeting is off. Raises NoResultFound when none was issued."""
    said = latest_issue(session, kind, meeting).content
    _write(session, kind, meeting, about, said, now, kind.cancelled, everybody(said))


def _write(
    session: Session,
    kind: MeetingKind,
    meeting: Occurrence,
    about: str,
    said: dict[str, Any],
    now: datetime,
    letter: str,
    recipients: Iterable[str],
) -> None:
    meeting.version += 1
    session.flush()
    row = {kind.key: _id(meeting), "version": meeting.version, "issued_at": now, "content": said}
    session.execute(insert(kind.issues), [row])
    _queue(session, kind, meeting, about, now, letter, recipients)


def _queue(
    session: Session,
    kind: MeetingKind,
    meeting: Occurrence,
    about: str,
    now: datetime,
    letter: str,
    recipients: Iterable[str],
    **more: bool,
) -> None:
    version = meeting.version
    context = context_of(letter, version=version, **more)
    queue_letters(
        session,
        (letter_row(letter, who, about, str(version), context, now, **{kind.key: _id(meeting)}) for who in recipients),
    )


def _id(meeting: Any) -> int:
    return int(meeting.id)
