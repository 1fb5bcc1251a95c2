"""A letter of the outbox as people get it."""

from __future__ import annotations

from sqlmodel import Session

from models.store.letter import Letter
from notifications.templates import Rendered, fill
from rules.shared.process import of_letter
from rules.shared.region import Region


def render(session: Session, region: Region, letter: Letter) -> Rendered:
    """A letter in words. Raises KeyError or jinja2 errors when a letter and its context do not fit."""
    rendered: Rendered
    if own := of_letter(letter.kind).rendered.get(letter.kind):
        rendered = own(session, region, letter)
        return rendered
    return fill(region, letter.kind, {"reference": letter.subject, "reader": letter.recipient, **letter.context})
