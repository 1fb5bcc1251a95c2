"""The list of cases: of the region all, of an organisation its own; filters are links, and a reference finds its case."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models.flex.overview import Chosen, page_of, the_only
from models.store.database import current
from models.store.reference import whole
from models.views.case import CaseView
from notifications.flex.standing import until
from notifications.words import code_in_words
from portal.access import CASES, REGION
from portal.asking import Asking, Items, SignedIn
from portal.pages import address, page
from rules.flex.route import STEP_INFO, Step
from rules.shared.cleaning import one_line
from rules.shared.process import of_reference

SIZE = 50  # cases on a page
LONGEST = 100  # signs of what is searched for
router = APIRouter()


@router.get(CASES.path, response_class=HTMLResponse)
def cases(
    request: Request,
    asking: SignedIn,
    stap: str = "",
    alle: str = "",
    na: str = "",
    zoek: Annotated[str, Query(max_length=LONGEST)] = "",
) -> Response:
    """The page."""
    return _show(request, asking, stap, alle, na, zoek)


@router.post(CASES.path, response_class=HTMLResponse)
def search(request: Request, asking: SignedIn, items: Items) -> Response:
    """The same, with what was searched for: no GET, or it would stand in the address."""
    return _show(request, asking, text=dict(items).get("zoek", "")[:LONGEST])


def _show(request: Request, asking: Asking, stap: str = "", alle: str = "", na: str = "", text: str = "") -> Response:
    asking.hold(CASES)
    text = one_line(text)
    with current().reading() as session:
        if text and of_reference(found := whole(session, text)):
            return RedirectResponse(address(found), 303)
        step = Step(stap) if stap in [*Step] else None
        these = chosen(asking, step, bool(alle), text, na)
        if text and (only := the_only(session, asking.region, asking.today, these)):
            return RedirectResponse(address(only), 303)
        views = page_of(session, asking.region, asking.today, these, SIZE)
    known = {
        "rows": [_row(asking, view) for view in views],
        "text": text,
        "filters": [
            ("open", _link(), not (stap or alle)),
            *((info.name, _link(stap=step), stap == step) for step, info in STEP_INFO.items() if info.number),
            ("alle, ook afgesloten", _link(alle="ja"), bool(alle)),
        ],
        "next": _link(stap=stap, alle=alle, na=views[-1].reference) if len(views) == SIZE else None,
    }
    return page(request, "flex/cases.html", known)


def chosen(asking: Asking, step: Step | None, closed_too: bool, text: str, after: str) -> Chosen:
    """Which cases: of the region all, of an organisation its own."""
    part = None if asking.roles & REGION else asking.actor.by
    return Chosen(step=step, closed_too=closed_too, part=part, text=text, after=after)


def _link(**given: str) -> str:
    said = {name: value for name, value in given.items() if value}
    return f"{CASES.path}?{urlencode(said)}" if said else CASES.path


def _row(asking: Asking, view: CaseView) -> dict[str, Any]:
    return {
        "reference": view.reference,
        "urgent": view.urgent,
        "overdue": view.overdue,
        "opdracht": view.opdracht,
        "state": code_in_words(view.outcome or view.step, view.reference),
        "round": view.round,
        "who": ", ".join(map(asking.region.name_of, view.waiting_for)),
        "until": until(view),
        "remarks": [code_in_words(signal, view.reference) for signal in view.signals],
    }
