"""An agenda as it was issued last, for who asks for it: to print, for a calendar, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from flexroute.errors import UserError
from models.store.occurrence import Occurrence
from notifications.agendas.issuing import MeetingKind, latest_issue
from notifications.guard import may_leave
from notifications.templates import Rendered

PDF, ICS = "application/pdf", "text/calendar"


class NothingToPrint(UserError):
    """A meeting that is off has no paper."""


def attached(said: Rendered, kind: str) -> bytes:
    """The paper (PDF) or the calendar entry (ICS) of the latest letter to everybody at a meeting.

    Raises NothingToPrint where there is none, UserError where it may hold a BSN.
    """
    may_leave(said)
    made = {kind: content for _, kind, content in said.attachments}
    if kind not in made:
        raise NothingToPrint("Dit overleg gaat niet door. Er is geen agenda om af te drukken.")
    return made[kind]


def as_data(session: Session, kind: MeetingKind, meeting: Occurrence, reasons: Sequence[str] = ()) -> dict[str, Any]:
    """What was issued: codes, dates and ids, with its version, where the meeting is, and why it was changed.

    Raises UserError where it may hold a BSN, NoResultFound where nothing was issued.
    """
    issue = latest_issue(session, kind, meeting)
    sent = {"version": issue.version, "issued_at": issue.issued_at.isoformat(), "cancelled": meeting.cancelled}
    here = {"room": meeting.room, "link": meeting.link, "reasons": [*reasons]}
    agenda = {**sent, **here, **issue.content}
    may_leave(agenda)
    return agenda
