"""An agenda as people get it: a letter with the invitation in it."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session, col, select

from models.letter import Letter
from models.meeting import AgendaIssue, Meeting
from notifications.invitation import invitation
from notifications.templates import Rendered, fill
from rules.letters import AGENDA, AGENDA_CANCELLED
from rules.region import Region


def agenda_letter(session: Session, region: Region, letter: Letter) -> Rendered:
    """A letter of the outbox about a meeting, as it was issued then."""
    meeting = session.get_one(Meeting, letter.meeting_id)
    issue = session.get_one(AgendaIssue, (letter.meeting_id, letter.context["version"]))
    return _agenda(region, meeting, issue, letter.kind)


def _agenda(region: Region, meeting: Meeting, issue: AgendaIssue, kind: str) -> Rendered:
    said = fill(region, kind, {**issue.content, "version": issue.version})
    ics = invitation(
        region, meeting.table_id, issue, cancelled=kind == AGENDA_CANCELLED, summary=said.subject, description=said.text
    )
    return replace(said, attachments=(("uitnodiging.ics", "text/calendar", ics),))


def agenda_text(session: Session, region: Region, meeting: Meeting) -> str:
    """The latest agenda of a meeting as text. Raises NoResultFound when none was issued."""
    return _agenda(region, meeting, latest_issue(session, meeting), AGENDA).text


def agenda_ics(session: Session, region: Region, meeting: Meeting) -> bytes:
    """The latest invitation of a meeting. Raises NoResultFound when none was issued."""
    kind = AGENDA_CANCELLED if meeting.cancelled else AGENDA
    return _agenda(region, meeting, latest_issue(session, meeting), kind).attachments[0][2]


def latest_issue(session: Session, meeting: Meeting) -> AgendaIssue:
    """The agenda as it was issued last. Raises NoResultFound when none was issued."""
    issues = select(AgendaIssue).where(AgendaIssue.meeting_id == meeting.id).order_by(col(AgendaIssue.version).desc())
    return session.exec(issues.limit(1)).one()
