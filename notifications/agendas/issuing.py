"""Issuing and cancelling the agenda of a meeting, of a table or of a consultation: a version higher each time, to everybody concerned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from models.flex.meeting import AgendaIssue, Meeting
from models.stop.consultation import Consultation, ConsultationIssue
from notifications.outbox import letter_row, queue_letters
from rules.flex import letters
from rules.shared.region import Region
from rules.stop import letters as stop_letters

Issue = AgendaIssue | ConsultationIssue


@dataclass(frozen=True)
class Kind:
    """One kind of meeting: where its issues are kept, and its three letters."""

    issues: type[Issue]
    key: str  # of the meeting, in issues and letters
    issued: str
    cancelled: str
    withdrawn: str


OF_TABLE = Kind(AgendaIssue, "meeting_id", letters.AGENDA, letters.AGENDA_CANCELLED, letters.INVITATION_WITHDRAWN)
OF_CONSULTATION = Kind(
    ConsultationIssue,
    "consultation_id",
    stop_letters.CONSULTATION,
    stop_letters.CONSULTATION_CANCELLED,
    stop_letters.CONSULTATION_WITHDRAWN,
)


def kind_of(meeting: Meeting | Consultation) -> Kind:
    """A meeting of a table, or a consultation."""
    return OF_TABLE if isinstance(meeting, Meeting) else OF_CONSULTATION


def everybody(said: Mapping[str, Any]) -> list[str]:
    """Who is on an agenda that was issued: the invited and the flex providers, each once."""
    return list(dict.fromkeys([*said["invited"], *said["optional"]]))


def calendars(region: Region, idents: Iterable[str]) -> set[str]:
    """In whose calendars a meeting stands: a mail program knows people by their address. Who is unknown has none."""
    return {region.mail_of(ident).lower() for ident in idents if region.knows(ident)}


def latest_issue(session: Session, meeting: Meeting | Consultation) -> Issue:
    """The agenda as it was issued last. Raises NoResultFound when none was issued."""
    kind = kind_of(meeting)
    of_it: Any = select(kind.issues).where(getattr(kind.issues, kind.key) == meeting.id)
    found: Issue = session.exec(of_it.order_by(col(kind.issues.version).desc()).limit(1)).one()
    return found


def issue(
    session: Session, region: Region, meeting: Meeting | Consultation, about: str, said: dict[str, Any], now: datetime
) -> None:
    """Issue an agenda to everybody on it (N-03); `about`: the name of the meeting in the outbox, which never changes.

    Who was on the last one and is not on this one hears that too: their calendar would keep the meeting. Not so when
    somebody with the same address still comes: they would lose the meeting.
    """
    expected, kind = everybody(said), kind_of(meeting)
    before = latest_issue(session, meeting).content if meeting.version else None
    _write(session, meeting, about, said, now, kind.issued, expected)
    if before:
        had_a_case = {case["owner"] for case in before.get("cases", ())}
        keep = calendars(region, expected)
        for guest in everybody(before):
            if guest not in expected and keep.isdisjoint(calendars(region, [guest])):
                _queue(session, meeting, about, now, kind.withdrawn, [guest], had_a_case=guest in had_a_case)


def cancel(session: Session, meeting: Meeting | Consultation, about: str, now: datetime) -> None:
    """Tell everybody on the last agenda that the meeting is off. Raises NoResultFound when none was issued."""
    said = latest_issue(session, meeting).content
    _write(session, meeting, about, said, now, kind_of(meeting).cancelled, everybody(said))


def _write(
    session: Session,
    meeting: Meeting | Consultation,
    about: str,
    said: dict[str, Any],
    now: datetime,
    letter: str,
    recipients: Iterable[str],
) -> None:
    meeting.version += 1
    session.flush()
    kind = kind_of(meeting)
    row = {kind.key: meeting.id, "version": meeting.version, "issued_at": now, "content": said}
    session.execute(insert(kind.issues), [row])
    _queue(session, meeting, about, now, letter, recipients)


def _queue(
    session: Session,
    meeting: Meeting | Consultation,
    about: str,
    now: datetime,
    letter: str,
    recipients: Iterable[str],
    **more: bool,
) -> None:
    key, version = kind_of(meeting).key, meeting.version
    context = {"version": version, **more}
    queue_letters(
        session,
        (letter_row(letter, who, about, str(version), context, now, **{key: meeting.id}) for who in recipients),
    )
