"""The letters of a meeting as people get them: in words, with what their calendar needs, and the agenda to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from models.letter import Letter
from models.meeting import AgendaIssue, Meeting
from notifications.agenda import everybody, latest_issue
from notifications.agenda_pdf import pdf
from notifications.agenda_words import in_words
from notifications.invitation import invitation
from notifications.templates import Rendered, fill
from rules.letters import AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN
from rules.region import Region


@dataclass(frozen=True, eq=False)
class _Said:
    """What a letter of a meeting is made of. The same for all who get it, so it is made once and not for each of them."""

    region: Region  # does not change once it is loaded: known by its identity
    kind: str
    version: int
    issued_at: datetime
    content: Mapping[str, Any]
    leaving: tuple[str, ...] = ()
    had_a_case: bool = False

    def __hash__(self) -> int:
        return hash((self.kind, self.version, self.issued_at, self.content["table"], self.content["series_on"]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Said) and self.region is other.region and self._rest() == other._rest()

    def _rest(self) -> tuple[Any, ...]:
        return self.kind, self.version, self.issued_at, self.leaving, self.had_a_case, self.content


def agenda_letter(session: Session, region: Region, letter: Letter) -> Rendered:
    """A letter of the outbox about a meeting, as it was issued then. Raises NoResultFound when it was not."""
    version: int = letter.context["version"]
    issue = session.get_one(AgendaIssue, (letter.meeting_id, version))
    if letter.kind != INVITATION_WITHDRAWN:
        return _letter(_Said(region, letter.kind, version, issue.issued_at, issue.content))
    # who leaves knows the meeting as it was on the agenda before this one
    before = session.get_one(AgendaIssue, (letter.meeting_id, version - 1)).content
    leaving = tuple(ident for ident in everybody(before) if ident not in everybody(issue.content))
    had_a_case: bool = letter.context["had_a_case"]
    return _letter(_Said(region, letter.kind, version, issue.issued_at, before, leaving, had_a_case))


@lru_cache(maxsize=8)
def _letter(said: _Said) -> Rendered:
    bare = _bare(said)
    name = f"{said.content['table']}-{said.content['on']}"
    calendar = invitation(
        said.region, said.content, said.version, said.issued_at, bare.subject, said.kind, said.leaving
    )
    attachments = [(f"uitnodiging-{name}.ics", "text/calendar", calendar)]
    if said.kind == AGENDA:
        printed = pdf({**_words(said), "title": bare.subject, "region": said.region.name}, said.issued_at)
        attachments.append((f"agenda-{name}.pdf", "application/pdf", printed))
    return replace(bare, attachments=tuple(attachments))


@lru_cache(maxsize=8)
def _bare(said: _Said) -> Rendered:
    return fill(said.region, said.kind, _words(said))


@lru_cache(maxsize=8)
def _words(said: _Said) -> dict[str, Any]:
    return {**in_words(said.region, said.content), "version": said.version, "had_a_case": said.had_a_case}


def _latest(session: Session, region: Region, meeting: Meeting) -> _Said:
    issue = latest_issue(session, meeting)
    kind = AGENDA_CANCELLED if meeting.cancelled else AGENDA
    return _Said(region, kind, issue.version, issue.issued_at, issue.content)


def latest_letter(session: Session, region: Region, meeting: Meeting) -> Rendered:
    """The latest letter to everybody at a meeting: its agenda, or that it is cancelled. Raises NoResultFound when there is none."""
    return _letter(_latest(session, region, meeting))


def latest_words(session: Session, region: Region, meeting: Meeting) -> Rendered:
    """The same without attachments, which cost more to make than the words."""
    return _bare(_latest(session, region, meeting))
