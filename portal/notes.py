"""Notes of the region's team on the page of a subject: read and written apart, for each reading is kept (C.4)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from acts import Act, Refused
from acts.engine.act import always
from acts.engine.notes import NewNote, add_note, read_notes
from models.store.database import current
from portal.asking import Asking, Items, SignedIn
from portal.forms import form_of, from_form
from portal.pages import address, page, status_of
from portal.subjects import not_there
from rules.shared.process import processes

NOTE: Act[Any] = Act(
    "add_note", NewNote, always, "de regio"
)  # no decision about a subject; its form is made as that of an act
router = APIRouter()


def _show(
    request: Request,
    asking: Asking,
    reference: str,
    given: dict[str, Any] | None = None,
    refused: Refused | None = None,
) -> HTMLResponse:
    actor = asking.actor
    try:
        notes = read_notes(current(), reference, actor.by, asking.now, actor.person)
    except Refused:
        raise not_there() from None
    known = {
        "reference": reference,
        "region": asking.region,
        "notes": notes,
        "form": form_of(NOTE, asking.region, given=given, refused=refused),
        "to": f"{address(reference)}/notities",
    }
    return page(request, "notes.html", known, status_of(refused) if refused else 200)


for _process in processes():

    @router.get(f"/{_process.page}/{{reference}}/notities", response_class=HTMLResponse)
    def notes(request: Request, reference: str, asking: SignedIn) -> Response:
        """The page."""
        return _show(request, asking, reference)

    @router.post(f"/{_process.page}/{{reference}}/notities", response_class=HTMLResponse)
    def write(request: Request, reference: str, asking: SignedIn, items: Items) -> Response:
        """Write a note."""
        given, actor = from_form(NOTE, items), asking.actor
        try:
            add_note(current(), reference, actor.by, given, asking.now, actor.person)
        except Refused as refused:
            if refused.code in ("not_found", "forbidden"):
                raise not_there() from None
            return _show(request, asking, reference, given, refused)
        return RedirectResponse(f"{address(reference)}/notities", 303)
