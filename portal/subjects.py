"""The page of a case, a dossier or whatever a process keeps: how it stands, what can be done, what was said; and doing it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from slugify import slugify
from sqlmodel import Session, desc, select

from acts import Act, Offer, Refused, offered
from acts.engine.act import forbidden
from acts.engine.read import may_see, read_in_full
from models.store.database import current
from models.store.decision import Decision
from models.views.in_full import InFull
from models.views.standing import Standing
from models.views.timeline import Sent as Letter
from models.views.timeline import letters_about
from notifications.words import code_in_words, task_in_words
from portal.access import REGION
from portal.asking import Asking, Items, SignedIn
from portal.forms import Form, form_of
from portal.pages import address, page, status_of
from portal.recording import AGAIN, RECORDED, Recorded, Sent, record_sent
from rules.shared.process import of_reference, processes

TWICE = timedelta(minutes=2)  # so long after a decision the same person means it once
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
    return _slug(code_in_words(act, reference))


_slug = cache(slugify)  # of the words of acts, of which there are few


def act_of(reference: str, named: str) -> Act[Any]:
    """The act of an address. Raises Refused (`not_found`)."""
    process = of_reference(reference)
    every: list[Act[Any]] = [*process.acts.values()] if process else []
    for act in every:
        if act.kind and named in (slug(act.name, reference), act.name):
            return act
    raise Refused("not_found", "Deze handeling is er niet.", "act")


def show(
    request: Request, asking: Asking, reference: str, act: Act[Any] | None = None, sent: Sent | None = None
) -> HTMLResponse:
    """The page of a subject, with the form of this act, else of the one that is asked of who looks.

    Raises Refused (`not_found`) for what is not there, or not theirs.
    """
    actor, youth = asking.actor, asking.sees_all and request.query_params.get("jeugdige") == "ja"
    full = _read(asking, reference, youth)
    with current().reading() as session:
        standing = _standing(session, asking, reference)
        offers = offered(session, reference, actor.by, asking.now, actor.person) if standing else []
        letters = letters_about(session, reference)
    if standing is None:
        raise not_there()
    asked = [name for one in standing.asked for name in one.acts]
    chosen = _chosen(offers, asked, sent.act if sent else act)
    known = {
        "standing": standing,
        "region": asking.region,
        "offers": _offers(standing, [one for one in offers if one is not chosen], asked),
        "form": _form(asking, reference, chosen, sent) if chosen else None,
        "closed": chosen.refused if chosen else None,
        "about_act": chosen and _offered(standing, chosen, asked),
        "doubts": sent.doubts if sent else (),
        "meanwhile": full.decisions[sent.seen :] if sent and sent.refused and sent.seen is not None else [],
        "seen": len(full.decisions),
        **_said(asking, full, letters),
        "recorded": RECORDED.get(request.query_params.get("vastgelegd", "")),
    }
    refused = sent.refused if sent else None
    return page(request, "subject.html", known, status_of(refused) if refused else 200)


def _chosen(offers: Sequence[Offer], asked: Sequence[str], act: Act[Any] | None) -> Offer | None:
    """The act whose form is on the page: the one that was named, else the first one that is asked of who looks."""
    if act:
        return next((one for one in offers if one.act.name == act.name), None)
    possible = {one.act.name: one for one in offers if one.possible}
    return next((possible[name] for name in asked if name in possible), None)


def _form(asking: Asking, reference: str, offer: Offer, sent: Sent | None) -> Form | None:
    if not (offer.possible or sent):
        return None
    given, refused, more = (sent.given, sent.refused, sent.more) if sent else (None, None, None)
    return form_of(
        offer.act, asking.region, about=reference, begins=offer.begins, given=given, refused=refused, more=more
    )


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


def _offers(standing: Standing, offers: Sequence[Offer], asked: Collection[str]) -> dict[str, list[Offered]]:
    """What can be done now, and what is closed; what only others may do is neither."""
    found: dict[str, list[Offered]] = {"now": [], "closed": []}
    for offer in offers:
        if offer.refused is None or offer.refused.code != "forbidden":
            found["now" if offer.possible else "closed"].append(_offered(standing, offer, asked))
    found["now"].sort(key=lambda one: not one.asked)
    return found


def _offered(standing: Standing, offer: Offer, asked: Collection[str]) -> Offered:
    name = offer.act.name
    return Offered(
        name=task_in_words(name, standing.reference),
        address=f"{address(standing.reference)}/{slug(name, standing.reference)}",
        asked=name in asked,
        why=offer.refused.message if offer.refused else "",
        requirement=offer.requirement,
    )


def _said(asking: Asking, full: InFull, letters: Sequence[Letter]) -> dict[str, Any]:
    """What was said and which letters went out, as far as it is theirs; who came in by a code reads only their own words."""
    said = full.decisions
    if not asking.sees_all:
        said = [one if one.by == asking.actor.by else one.model_copy(update={"said": None}) for one in said]
    return {
        "said": said,
        "letters": letters,
        "youth": full.youth,
        "may_see_youth": full.may_read_youth and asking.sees_all,
        "notes": f"{address(full.reference)}/notities" if full.may_read_youth and asking.roles & REGION else None,
        "read_before": full.read_before,
    }


def send(request: Request, asking: Asking, reference: str, act: Act[Any], items: Sequence[tuple[str, str]]) -> Response:
    """Record an act with the form that was sent, or show that again with what is wrong with it."""
    sent = record_sent(request, asking, act, reference, items)
    if isinstance(sent, Recorded):
        return RedirectResponse(f"{address(reference)}?vastgelegd={sent.outcome}", 303)
    if sent.refused and _theirs_just_now(reference, act, asking, sent.refused):
        return RedirectResponse(f"{address(reference)}?vastgelegd={AGAIN}", 303)
    if sent.refused and not may_see(current(), reference, asking.actor.by, asking.today):
        raise only_the_rule(act, sent.refused)
    return show(request, asking, reference, sent=sent)


def only_the_rule(act: Act[Any], refused: Refused) -> Refused:
    """What somebody hears who has no part in the subject: who may do it, and nothing of how that stands."""
    return refused if refused.code in ("forbidden", "not_found") else forbidden(act.who)


def _theirs_just_now(reference: str, act: Act[Any], asking: Asking, refused: Refused) -> bool:
    """Whether who is refused has just recorded this: a button that was pressed twice."""
    if refused.code not in ("already_decided", "wrong_step"):
        return False
    with current().reading() as session:
        last = session.exec(select(Decision).where(Decision.subject == reference).order_by(desc(Decision.id))).first()
    same = (act.name, asking.actor.by)
    return last is not None and (last.act, last.by) == same and asking.now - last.at < TWICE


for _process in processes():

    @router.get(f"/{_process.page}/{{reference}}", response_class=HTMLResponse)
    def subject(request: Request, reference: str, asking: SignedIn) -> Response:
        """The page of a subject."""
        return show(request, asking, reference)

    @router.get(f"/{_process.page}/{{reference}}/{{act}}", response_class=HTMLResponse)
    def form(request: Request, reference: str, act: str, asking: SignedIn) -> Response:
        """The same page, with the form of this act."""
        return show(request, asking, reference, act_of(reference, act))

    @router.post(f"/{_process.page}/{{reference}}/{{act}}", response_class=HTMLResponse)
    def record(request: Request, reference: str, act: str, asking: SignedIn, items: Items) -> Response:
        """Record an act."""
        return send(request, asking, reference, act_of(reference, act), items)
