"""A letter of the outbox as people get it."""

from __future__ import annotations

from sqlmodel import Session

from models.store.letter import Letter
from notifications.flex.agenda_letter import agenda_letter
from notifications.stop.consultation_letter import consultation_letter
from notifications.templates import Rendered, fill
from rules.shared.region import Region


def render(session: Session, region: Region, letter: Letter) -> Rendered:
    """A letter in words. Raises KeyError or jinja2 errors when a letter and its context do not fit."""
    if letter.meeting_id is not None:
        return agenda_letter(session, region, letter)
    if letter.consultation_id is not None:
        return consultation_letter(session, region, letter)
    return fill(region, letter.kind, {"reference": letter.subject, **letter.context})
