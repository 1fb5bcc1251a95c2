"""The letters of a meeting as people get them: in words, with what their calendar needs, and the agenda to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from models.letter import Letter
from models.meeting import AgendaIssue, Meeting
from notifications.agenda import latest_issue
from notifications.agenda_pdf import pdf
from notifications.agenda_words import in_words
from notifications.invitation import invitation
from notifications.templates import Rendered, fill
from rules.letters import AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN
from rules.region import Region


def agenda_letter(session: Session, region: Region, letter: Letter) -> Rendered:
    """A letter of the outbox about a meeting, as it was issued then. Raises NoResultFound when it was not."""
    version: int = letter.context["version"]
    issue = session.get_one(AgendaIssue, (letter.meeting_id, version))
    if letter.kind != INVITATION_WITHDRAWN:
        return _letter(region, letter.kind, issue)
    # who leaves knows the meeting as it was on the agenda before this one
    before = session.get_one(AgendaIssue, (letter.meeting_id, version - 1)).content
    had_a_case: bool = letter.context["had_a_case"]
    return _letter(region, letter.kind, issue, before, leaving=letter.recipient, had_a_case=had_a_case)


def latest_letter(session: Session, region: Region, meeting: Meeting) -> Rendered:
    """The latest letter to everybody at a meeting: its agenda, or that it is cancelled. Raises NoResultFound when there is none."""
    return _letter(region, _latest_kind(meeting), latest_issue(session, meeting))


def latest_words(session: Session, region: Region, meeting: Meeting) -> Rendered:
    """The same without attachments, which cost more to make than the words."""
    issue = latest_issue(session, meeting)
    return fill(region, _latest_kind(meeting), _words(region, issue.content, issue.version))


def _latest_kind(meeting: Meeting) -> str:
    return AGENDA_CANCELLED if meeting.cancelled else AGENDA


def _letter(
    region: Region,
    kind: str,
    issue: AgendaIssue,
    before: Mapping[str, Any] | None = None,
    *,
    leaving: str | None = None,
    had_a_case: bool = False,
) -> Rendered:
    content = before or issue.content
    words = _words(region, content, issue.version, had_a_case=had_a_case)
    said = fill(region, kind, words)
    name = f"{content['table']}-{content['on']}"
    calendar = invitation(region, content, issue.version, issue.issued_at, said.subject, kind, leaving)
    attachments = [(f"uitnodiging-{name}.ics", "text/calendar", calendar)]
    if kind == AGENDA:
        printed = pdf({**words, "title": said.subject, "region": region.name}, issue.issued_at)
        attachments.append((f"agenda-{name}.pdf", "application/pdf", printed))
    return replace(said, attachments=tuple(attachments))


def _words(region: Region, content: Mapping[str, Any], version: int, *, had_a_case: bool = False) -> dict[str, Any]:
    return {**in_words(region, content), "version": version, "had_a_case": had_a_case}
