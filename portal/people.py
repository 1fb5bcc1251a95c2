"""Mensen: contract administration adds and ends contacts of organisations, and names who stands in for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from acts import Act
from acts.engine import people
from acts.engine.act import always
from models.store.database import current
from portal.access import PEOPLE
from portal.asking import Asking, Items, SignedIn
from portal.forms import Form, form_of, from_form
from portal.pages import page, status_of
from rules.shared.refusal import Refused

# what is done here is no decision about a subject; its form is made as that of an act
CONTACT: Act[Any] = Act("add_contact", people.NewContact, always, "contractbeheer")
DEPUTY: Act[Any] = Act("name_deputy", people.NewDeputy, always, "contractbeheer")
DONE = {
    "contact": "De contactpersoon is toegevoegd.",
    "contact-weg": "De contactpersoon is beëindigd. Wat is vastgelegd, blijft staan.",
    "vervanger": "De vervanger is aangewezen.",
    "vervanger-weg": "De vervanging is beëindigd. Wat is vastgelegd, blijft staan.",
}
router = APIRouter(prefix=PEOPLE.path)


@router.get("", response_class=HTMLResponse)
def everybody(request: Request, asking: SignedIn, gedaan: str = "") -> HTMLResponse:
    """The page."""
    asking.hold(PEOPLE)
    return _show(request, asking, done=DONE.get(gedaan, ""))


@router.post("/contact")
def add_contact(request: Request, asking: SignedIn, items: Items) -> Response:
    """Add a contact."""
    return _do(request, asking, "contact", CONTACT, items, people.add_contact)


@router.post("/contact/weg")
def end_contact(request: Request, asking: SignedIn, items: Items) -> Response:
    """End a contact."""
    return _do(
        request,
        asking,
        "contact-weg",
        None,
        items,
        lambda *given: people.end_contact(given[0], _one(items), *given[2:]),
    )


@router.post("/vervanger")
def name_deputy(request: Request, asking: SignedIn, items: Items) -> Response:
    """Name who stands in for somebody."""
    return _do(request, asking, "vervanger", DEPUTY, items, people.name_deputy)


@router.post("/vervanger/weg")
def end_deputy(request: Request, asking: SignedIn, items: Items) -> Response:
    """End that."""
    number = _one(items)
    if not number.isdecimal() or len(number) > 9:
        raise Refused("not_found", "Deze vervanging is er niet.", "number")
    return _do(
        request,
        asking,
        "vervanger-weg",
        None,
        items,
        lambda *given: people.end_deputy(given[0], int(number), *given[2:]),
    )


def _one(items: Items) -> str:
    return next((text for name, text in items if name == "welke"), "")


def _do(
    request: Request, asking: Asking, done: str, act: Act[Any] | None, items: Items, do: Callable[..., Any]
) -> Response:
    """Do it, or show the form again with what is wrong with it."""
    asking.hold(PEOPLE)
    given = from_form(act, items) if act else {}
    try:
        do(current(), given, asking.actor.by, asking.now, asking.actor.person)
    except Refused as refused:
        return _show(request, asking, act, given, refused)
    return RedirectResponse(f"{PEOPLE.path}?gedaan={done}", 303)


def _show(
    request: Request,
    asking: Asking,
    act: Act[Any] | None = None,
    given: Mapping[str, Any] | None = None,
    refused: Refused | None = None,
    done: str = "",
) -> HTMLResponse:
    def form(of: Act[Any]) -> Form:
        mine = of is act
        return form_of(of, asking.region, given=given if mine else None, refused=refused if mine else None)

    with current().reading() as session:
        contacts, deputies = people.contacts(session), people.deputies(session, asking.today)
    known = {
        "region": asking.region,
        "contacts": contacts,
        "deputies": [one for one in deputies if one.ended_at is None],
        "contact_form": form(CONTACT),
        "deputy_form": form(DEPUTY),
        "refused": refused if act is None else None,
        "done": done,
    }
    return page(request, "people.html", known, status_of(refused) if refused else 200)
