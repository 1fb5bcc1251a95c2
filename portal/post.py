"""Post: the letters with their state, why one did not go, and having them sent again. For the staff of the region."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import col, func, select

from acts.engine.read import may_see
from models.store.database import current
from models.store.letter import Letter, State
from notifications import outbox, post
from notifications.post import LARGEST, STOPPED
from notifications.words import code_in_words
from portal.access import POST
from portal.asking import Asking, Items, SignedIn
from portal.pages import page
from rules.shared.process import of_reference
from rules.shared.refusal import Refused

SIZE = 50  # letters on a page
MOST = 500  # letters that are sent again in one time
LONGEST = 100  # signs of what a letter is about
router = APIRouter(prefix=POST.path)


@router.get("", response_class=HTMLResponse)
def letters(
    request: Request,
    asking: SignedIn,
    staat: str = "",
    over: Annotated[str, Query(max_length=LONGEST)] = "",
    voor: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    opnieuw: Annotated[int | None, Query(ge=0, le=MOST)] = None,
) -> HTMLResponse:
    """The page."""
    asking.hold(POST)
    state = State(staat) if staat in [*State] else None
    with current().reading() as session:
        found = post.page_of(session, voor, SIZE + 1, state, over)
        counts = dict(session.exec(select(Letter.state, func.count()).group_by(col(Letter.state))).all())
        paused = outbox.pause(session, asking.now)
    known = {
        "rows": [_row(asking, letter) for letter in found[:SIZE]],
        "filters": [
            ("alle", _link(over=over), state is None),
            *(
                (f"{code_in_words(one)} ({counts[one]})", _link(staat=one, over=over), one is state)
                for one in State
                if counts.get(one)
            ),
        ],
        "over": over,
        "everything": _link(staat=state or ""),
        "next": _link(staat=state or "", over=over, voor=str(found[SIZE - 1].id)) if len(found) > SIZE else None,
        "paused": paused and {"until": paused.try_at, "reason": paused.reason, "id": paused.id},
        "again": opnieuw,
        "state": state,
    }
    return page(request, "post.html", known)


@router.get("/{number}", response_class=HTMLResponse)
def letter(request: Request, asking: SignedIn, number: Annotated[int, Path(ge=1, le=LARGEST)]) -> HTMLResponse:
    """One letter, and how sending it went. Its words are for who may see what it is about."""
    asking.hold(POST)
    with current().reading() as session:
        found = session.get(Letter, number)
        if found is None:
            raise Refused("not_found", "Deze brief is er niet.")
        theirs = of_reference(found.subject) is None or may_see(current(), found.subject, asking.actor.by, asking.today)
        said, why = post.in_words(session, asking.region, found) if theirs else (None, "")
        known = {
            "letter": _row(asking, found),
            "attempts": post.attempts(session, found),
            "said": said,
            "theirs": theirs,
            "why": why,
        }
    return page(request, "letter.html", known)


@router.post("", response_class=HTMLResponse)
def again(asking: SignedIn, items: Items) -> Response:
    """Have the chosen letters sent again; one that is on its way already stays so."""
    asking.hold(POST)
    chosen = {int(text) for name, text in items if name == "brief" and text.isdecimal() and len(text) < 10}
    with current().writing() as session:
        goes = post.send_again(session, sorted(chosen)[:MOST], asking.now)
    state = next((text for name, text in items if name == "staat" and text in [*State]), "")
    return RedirectResponse(_link(staat=state, opnieuw=str(sum(goes.values()))), 303)


def _link(**given: str) -> str:
    said = {name: value for name, value in given.items() if value}
    return f"{POST.path}?{urlencode(said)}" if said else POST.path


def _row(asking: Asking, letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "at": letter.queued_at,
        "about": letter.subject,
        "linked": of_reference(letter.subject) is not None,
        "kind": code_in_words(letter.kind, letter.subject),
        "to": asking.region.name_of(letter.recipient),
        "standing": post.standing(letter),
        "stopped": letter.state in STOPPED,
        "waits": letter.state in (State.QUEUED, State.SENDING),
    }
