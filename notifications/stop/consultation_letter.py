"""The letters of a consultation as people get them: in words, with what their calendar needs, and the overview to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from json import dumps
from typing import Any

from sqlmodel import Session

from models.stop.consultation import Consultation, ConsultationIssue
from models.store.letter import Letter
from notifications.agendas.invitation import Event, invitation, method_of
from notifications.stop.consultation import OF_CONSULTATION
from notifications.templates import Rendered, fill
from notifications.typeset import pdf
from notifications.words import clock_time, day_in_words
from rules.shared.region import Region
from rules.stop.letters import CONSULTATION, CONSULTATION_CANCELLED, CONSULTATION_WITHDRAWN


def consultation_letter(session: Session, region: Region, letter: Letter) -> Rendered:
    """A letter of the outbox about a consultation, as it was issued then. Raises NoResultFound when it was not."""
    version: int = letter.context["version"]
    issue = session.get_one(ConsultationIssue, (letter.consultation_id, version))
    if letter.kind != CONSULTATION_WITHDRAWN:
        return _letter(region, letter.kind, issue, issue.content)
    # who leaves knows the consultation as it was on the agenda before this one
    before = session.get_one(ConsultationIssue, (letter.consultation_id, version - 1)).content
    return _letter(region, letter.kind, issue, before, letter.recipient)


def latest_letter(session: Session, region: Region, meeting: Consultation) -> Rendered:
    """The latest letter to everybody: the agenda, or that it is cancelled. Raises NoResultFound when there is none."""
    issue = session.get_one(ConsultationIssue, (meeting.id, meeting.version))
    return _letter(region, CONSULTATION_CANCELLED if meeting.cancelled else CONSULTATION, issue, issue.content)


def _letter(
    region: Region, kind: str, issue: ConsultationIssue, said: Mapping[str, Any], leaving: str | None = None
) -> Rendered:
    words = fill(region, kind, _in_words(region, said, issue.version))
    name = f"{said['dossier']}-{said['on']}"
    event = Event(
        uid=f"{said['dossier']}-{said['series_on']}",
        summary=words.subject,
        description=f"Overleg over dossier {said['dossier']} ({region.name_of(said['provider'])}).",
        organizer=said["chair"],
        said=said,
        version=issue.version,
        issued_at=issue.issued_at,
    )
    calendar = invitation(region, event, method_of(OF_CONSULTATION, kind), leaving)
    attachments = [(f"uitnodiging-{name}.ics", "text/calendar", calendar)]
    if kind != CONSULTATION:
        return replace(words, attachments=tuple(attachments))
    page = said["overview"]
    attachments.append((f"overzicht-{name}.pdf", "application/pdf", pdf("dossier", page, issue.issued_at)))
    return replace(words, attachments=tuple(attachments), printed=dumps(page, ensure_ascii=False, default=str))


def _in_words(region: Region, said: Mapping[str, Any], version: int) -> dict[str, Any]:
    day = day_in_words(said["on"])
    time = f"{clock_time(said['starts_at'])} tot {clock_time(said['ends_at'])} uur"
    place = "zie Flexroute" if said["place_in_program"] else "nog niet bekend; vraag het aan contractbeheer"
    return {
        "reference": said["dossier"],
        "provider": said["provider"],
        "contract_ends_on": said["contract_ends_on"],
        "ends_by": said["ends_by"],
        "version": version,
        "day": day,
        "time": time,
        "normal_day": day_in_words(said["series_on"]) if said["on"] != said["series_on"] else None,
        "facts": [("Dag", day), ("Tijd", time), ("Plaats", place), ("Voorzitter", region.name_of(said["chair"]))],
        "invited": [region.name_of(who) for who in said["invited"]],
        "figures": said["figures"],
        "blocks": said["blocks"],
    }
