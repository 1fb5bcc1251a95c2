"""Letters of the outbox as people get them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from models.store.letter import Letter
from notifications.links import question_of
from notifications.templates import Rendered, fill, fill_together
from rules.shared.process import of_letter
from rules.shared.region import Region


def render(session: Session, region: Region, letter: Letter, mailed: bool = False) -> Rendered:
    """A letter in words. `mailed`: as its reader gets it; anybody else sees another link (notifications/links.py).

    Raises KeyError or jinja2 errors when a letter and its context do not fit.
    """
    rendered: Rendered
    if own := of_letter(letter.kind).rendered.get(letter.kind):
        rendered = own(session, region, letter)
        return rendered
    return fill(region, letter.kind, _known(letter), question_of(letter) if mailed else None)


def together(region: Region, letters: Sequence[Letter]) -> Rendered:
    """Letters of one kind to one receiver as one mail, in words. Raises as `render` does."""
    return fill_together(region, letters[0].kind, [_known(letter) for letter in letters])


def _known(letter: Letter) -> dict[str, Any]:
    return {"reference": letter.subject, "reader": letter.recipient, **letter.context}
