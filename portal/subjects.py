"""The page of a case, a dossier or whatever a process keeps: how it stands, what can be done, what was said; and doing it."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from slugify import slugify
from sqlmodel import Session

from acts import Act, Offer, Refused, offered
from acts.engine.read import read_in_full
from flows.mover import Ended
from models.store.database import current
from models.views.in_full import InFull
from models.views.standing import Standing
from models.views.timeline import Timeline, timeline
from notifications.words import code_in_words
from portal.asking import Asking, SignedIn
from portal.pages import address, page
from rules.shared.process import of_reference, processes

WAIT_SECONDS = 3.0  # so long somebody waits to see the new state
router = APIRouter()


@dataclass(frozen=True)
class Offered:
    """An act on the page of its subject."""

    name: str  # in Dutch
    address: str
    asked: bool  # its step asks for it
    why: str  # it is not possible; empty where it is
    requirement: str


def slug(act: str, reference: str) -> str:
    """An act as it stands in an address: `akkoord-gegeven`."""
    return slugify(code_in_words(act, reference))


def act_of(reference: str, named: str) -> Act[Any]:
    """The act of an address. Raises Refused (`not_found`)."""
    process = of_reference(reference)
    every: list[Act[Any]] = [*process.acts.values()] if process else []
    for act in every:
        if act.kind and named in (slug(act.name, reference), act.name):
            return act
    raise Refused("not_found", "Deze handeling is er niet.", "act")


def show(request: Request, asking: Asking, reference: str, recorded: str = "", wait: bool = False) -> HTMLResponse:
    """The page of a subject. Raises Refused (`not_found`) for what is not there, or not theirs."""
    actor, youth = asking.actor, request.query_params.get("jeugdige") == "ja"
    full = _read(asking, reference, youth)
    with current().reading() as session:
        standing = _standing(session, asking, reference)
        offers = offered(session, reference, actor.by, asking.now) if standing else []
        told = timeline(session, reference)
    if standing is None:
        raise not_there()
    known = {
        "standing": standing,
        "region": asking.region,
        "offers": _offers(standing, offers),
        **_said(asking, full, told),
        "recorded": recorded,
        "wait": wait,
    }
    return page(request, "subject.html", known)


def not_there() -> Refused:
    """There is no such thing, or it is not theirs to see: the same words for both."""
    return Refused("not_found", "Dit is er niet, of het is niet voor u.", "reference")


def _read(asking: Asking, reference: str, youth: bool) -> InFull:
    actor = asking.actor
    try:
        return read_in_full(current(), reference, actor.by, asking.now, actor.person, youth=youth)
    except Refused:
        raise not_there() from None


def _standing(session: Session, asking: Asking, reference: str) -> Standing | None:
    process = of_reference(reference)
    for tell in process.standings.values() if process else ():
        if standing := tell(session, asking.region, reference, asking.today):
            return standing  # type: ignore[no-any-return]
    return None


def _offers(standing: Standing, offers: list[Offer]) -> dict[str, list[Offered]]:
    asked = {act for one in standing.asked for act in one.acts}
    found: dict[str, list[Offered]] = {"now": [], "closed": [], "others": []}
    for offer in offers:
        name = offer.act.name
        kind = "now" if offer.refused is None else "others" if offer.refused.code == "forbidden" else "closed"
        found[kind].append(
            Offered(
                name=code_in_words(name, standing.reference),
                address=f"{address(standing.reference)}/{slug(name, standing.reference)}",
                asked=name in asked,
                why=offer.refused.message if offer.refused else "",
                requirement=offer.requirement,
            )
        )
    found["now"].sort(key=lambda one: not one.asked)
    return found


def _said(asking: Asking, full: InFull, told: Timeline) -> dict[str, Any]:
    """What was said and which letters went out, as far as it is theirs; who came in by a code reads only their own words."""
    said = full.decisions
    if asking.actor.way == "code":
        said = [one if one.by == asking.actor.by else one.model_copy(update={"said": None}) for one in said]
    return {
        "said": said,
        "letters": told.letters,
        "youth": full.youth,
        "may_see_youth": full.may_read_youth and asking.actor.way != "code",
        "read_before": full.read_before,
    }


def then(recorded: Future[Ended | None]) -> str:
    """What somebody hears after recording: nothing more when it is at rest, else that it goes on."""
    try:
        ended = recorded.result(WAIT_SECONDS)
    except TimeoutError:
        return "De zaak gaat zo verder; deze pagina ververst zichzelf."
    except Exception:
        return "Het gaat verder zodra dat weer kan; beheer krijgt bericht."
    return f"Let op: {ended.message}" if ended and ended.attention else ""


for _process in processes():

    @router.get(f"/{_process.page}/{{reference}}", response_class=HTMLResponse, name=_process.page)
    def subject(request: Request, reference: str, asking: SignedIn) -> HTMLResponse:
        """The page of a subject."""
        return show(request, asking, reference)
