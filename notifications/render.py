"""Letters in words: the outbox holds codes, dates and ids; here they become plain Dutch (B1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlmodel import Session, col, select

from flexroute.clock import local
from flexroute.settings import settings
from models.letter import Letter
from models.meeting import AgendaIssue, Meeting
from notifications.invitation import invitation
from notifications.words import WORDS
from rules.letters import AGENDA, AGENDA_CANCELLED
from rules.region import Region

TEMPLATES = Path(__file__).parent / "letters"


@dataclass(frozen=True)
class Rendered:
    """A letter as people get it. Attachments: file name, MIME type, content."""

    subject: str
    text: str
    attachments: tuple[tuple[str, str, bytes], ...] = ()


def in_words(day: date | str) -> str:
    """A date as people say it: "maandag 9 maart 2026"."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return format_date(value, "EEEE d MMMM y", locale="nl")


def clock_time(moment: str) -> str:
    """The time of an ISO moment on the clock: "10:00"."""
    return local(datetime.fromisoformat(moment)).strftime("%H:%M")


def code_in_words(code: str) -> str:
    """A code as people say it; a region's own care form has no words here and stays as it is."""
    return WORDS.get(code, code)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - plain text
    )
    env.filters |= {"dag": in_words, "tijd": clock_time, "woorden": code_in_words}
    return env


def render(session: Session, region: Region, letter: Letter) -> Rendered:
    """A letter of the outbox in words. Raises KeyError or jinja2 errors when a letter and its context do not fit."""
    if letter.kind in (AGENDA, AGENDA_CANCELLED):
        meeting = session.get_one(Meeting, letter.meeting_id)
        issue = session.get_one(AgendaIssue, (letter.meeting_id, letter.context["version"]))
        return _agenda(region, meeting, issue, letter.kind)
    return _in_words(region, letter.kind, {"reference": letter.subject, **letter.context})


def _in_words(region: Region, kind: str, context: dict[str, Any]) -> Rendered:
    known = {**context, "naam": region.name_of, "region": region.name, "link": _link(context)}
    subject = _templates().get_template(f"{kind}/subject.txt").render(known)
    text = _templates().get_template(f"{kind}/text.txt").render(known)
    return Rendered(" ".join(subject.split()), text.strip() + "\n")


def _link(context: dict[str, Any]) -> str | None:
    portal = settings().portal_url
    return (
        f"{portal}zaken/{context['reference']}"
        if portal and str(context.get("reference", "")).startswith("ZB-")
        else None
    )


def _agenda(region: Region, meeting: Meeting, issue: AgendaIssue, kind: str) -> Rendered:
    said = _in_words(region, kind, {**issue.content, "version": issue.version})
    ics = invitation(
        region, meeting.table_id, issue, cancelled=kind == AGENDA_CANCELLED, summary=said.subject, description=said.text
    )
    return Rendered(said.subject, said.text, (("uitnodiging.ics", "text/calendar", ics),))


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
