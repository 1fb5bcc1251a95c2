"""Who opens the link of a letter: hears which question it is, and signs in. It shows and never decides, however often it is opened."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from models.region.directory import load_region
from models.store.database import current
from models.store.letter import Letter
from models.views.question import question_in
from notifications.links import FROM_LETTER, WORK, is_of, number_in, page_of
from portal.signing_in import signed_in, ways_in

LARGEST = 2**31 - 1  # number of a letter
router = APIRouter()


@router.get(f"{FROM_LETTER}/{{token}}")
def open_link(request: Request, token: str) -> Response:
    """To an address without the token: it is in no history, and nobody reads it from a screen."""
    with current().reading() as session:
        letter = _letter(session, number_in(token) or 0)
        known = letter is not None and is_of(token, letter)
    if letter is None or not known:
        return ways_in(request, "", about={"reference": "", "question": ""}, status=404)
    if signed_in(request):
        return RedirectResponse(page_of(letter.subject) or WORK, 303)
    request.session["letter"] = letter.id
    return RedirectResponse(FROM_LETTER, 303)


@router.get(FROM_LETTER)
def question(request: Request) -> Response:
    """Which question it is, and the ways in; not what is asked."""
    with current().reading() as session:
        letter = _letter(session, request.session.get("letter") or 0)
        about: dict[str, Any] = {}
        if letter:
            about = {
                "reference": letter.subject,
                "question": question_in(session, load_region(session), letter),
            }
    if letter is None:
        return RedirectResponse("/inloggen", 303)
    return ways_in(request, page_of(letter.subject) or WORK, about=about)


def _letter(session: Session, number: int) -> Letter | None:
    return session.get(Letter, number) if 0 < number <= LARGEST else None
