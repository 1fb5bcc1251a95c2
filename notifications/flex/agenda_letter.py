"""The letters of a meeting as people get them: in words, with what their calendar needs, and the agenda to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from json import dumps
from typing import Any

from sqlmodel import Session

from models.flex.meeting import AgendaIssue, Meeting
from models.store.letter import Letter
from notifications.agendas.invitation import Event, invitation, method_of
from notifications.agendas.issuing import Issue, latest_issue
from notifications.flex.agenda import OF_TABLE
from notifications.flex.agenda_words import in_words
from notifications.templates import Rendered, fill
from notifications.typeset import pdf
from rules.flex.letters import AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN
from rules.shared.region import Region


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
    return _letter(region, _latest_kind(meeting), latest_issue(session, OF_TABLE, meeting))


def latest_words(session: Session, region: Region, meeting: Meeting) -> Rendered:
    """The same without attachments, which cost more to make than the words."""
    issue = latest_issue(session, OF_TABLE, meeting)
    return fill(region, _latest_kind(meeting), _words(region, issue.content, issue.version))


def _latest_kind(meeting: Meeting) -> str:
    return AGENDA_CANCELLED if meeting.cancelled else AGENDA


def _letter(
    region: Region,
    kind: str,
    issue: Issue,
    before: Mapping[str, Any] | None = None,
    *,
    leaving: str | None = None,
    had_a_case: bool = False,
) -> Rendered:
    content = before or issue.content
    words = _words(region, content, issue.version, had_a_case=had_a_case)
    said = fill(region, kind, words)
    name = f"{content['table']}-{content['on']}"
    event = event_of(region, content, issue.version, issue.issued_at, said.subject)
    calendar = invitation(region, event, method_of(OF_TABLE, kind), leaving)
    attachments = [(f"uitnodiging-{name}.ics", "text/calendar", calendar)]
    if kind != AGENDA:
        return replace(said, attachments=tuple(attachments))
    page = {**words, "title": said.subject, "region": region.name}
    attachments.append((f"agenda-{name}.pdf", "application/pdf", pdf("agenda", page, issue.issued_at)))
    return replace(said, attachments=tuple(attachments), printed=dumps(page, ensure_ascii=False, default=str))


def _words(region: Region, content: Mapping[str, Any], version: int, *, had_a_case: bool = False) -> dict[str, Any]:
    return {**in_words(region, content), "version": version, "had_a_case": had_a_case}


def event_of(region: Region, said: Mapping[str, Any], version: int, issued_at: datetime, summary: str) -> Event:
    """A meeting of a table for people's calendars; the team answers for it."""
    return Event(
        uid=f"{said['table']}-{said['series_on']}",
        summary=summary,
        description=_description(region, said),
        organizer="care_mediation_team",
        said=said,
        version=version,
        issued_at=issued_at,
    )


def _description(region: Region, said: Mapping[str, Any]) -> str:
    cases = [
        f"{number}. {case['reference']}{' - SPOED' if case['urgent'] else ''}"
        f" (opdracht {case['opdracht']}, {region.name_of(case['owner'])})"
        for number, case in enumerate(said["cases"], 1)
    ]
    return "\n".join(cases or ["Er zijn geen casussen."])
