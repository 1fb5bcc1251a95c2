"""The same functions as the pages have, as JSON for programs: codes, ids and ISO dates, as `--json` has them (docs/json.md).

Every process has the same addresses; what there is of each is looked up in the registry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, Response
from sqlmodel import Session

from acts import Act, Offer, Refused, acts, offered
from acts.engine.act import doers
from acts.engine.doubts import doubts_about
from acts.engine.perform import process_of
from acts.engine.read import may_see, read_in_full
from flows.mover import Ended
from models.store.assignment import most_urgent
from models.store.database import current
from models.store.subject import Subject
from models.views.timeline import timeline
from notifications.words import code_in_words
from portal.asking import Asking, SignedIn
from portal.mover import Mover
from portal.problems import API
from portal.recording import WAIT_SECONDS
from portal.subjects import act_of, not_there, only_the_rule
from rules.shared.process import Process, of_reference
from rules.shared.sentences import sentence

LONGEST_WAIT = 60.0  # seconds that somebody may wait to see a decision at rest
_WAIT = re.compile(r'\bwait\s*=\s*"?([0-9]{1,3})\b')  # RFC 7240: `Prefer: wait=10`

router = APIRouter(prefix=API)


def program(asking: SignedIn) -> Asking:
    """Who is signed in. Raises Refused for who came by a code: that opens a question on a page, and no more."""
    if asking.actor.way == "code":
        raise Refused("forbidden", "Wie met een code binnenkomt, werkt op de pagina's van Flexroute.")
    return asking


Program = Annotated[Asking, Depends(program)]
Given = Annotated[dict[str, Any], Body()]
Sure = Annotated[bool, Query(alias="zeker", description="Ook als het een vergissing kan zijn.")]


@router.get("/werk")
def work(asking: Program, first: Annotated[int, Query(alias="eerste", ge=1, le=1000)] = 50) -> dict[str, Any]:
    """What waits for who asks, the most urgent first."""
    with current().reading() as session:
        tasks = most_urgent(session, asking.region, asking.today, first, asking.actor.by)
    return {"tasks": [task._asdict() for task in tasks], "more": len(tasks) == first}


@router.get("/handelingen")
def beginnings(_asking: Program) -> dict[str, Any]:
    """The acts that are about nothing that is there already."""
    new = [act for those in acts().values() for act in those if act.kind is None]
    return {
        "acts": [
            {
                "act": act.name,
                "title": code_in_words(act.name),
                "who": doers(act),
                "href": f"{API}/handelingen/{act.name}",
            }
            for act in new
        ]
    }


@router.post("/handelingen/{act}")
def begin(request: Request, act: str, asking: Program, given: Given, sure: Sure = False) -> Response:
    """Record an act that makes something new, or about a meeting."""
    for one in acts().get(act, ()):
        if one.kind is None:
            return _record(request, asking, one, None, given, sure)
    raise Refused("not_found", "Deze handeling is er niet, of gaat over iets met een kenmerk.", "act")


@router.get("/{page}/{reference}")
def subject(
    page: str, reference: str, asking: Program, youth: Annotated[bool, Query(alias="metJeugdige")] = False
) -> dict[str, Any]:
    """How something stands, what was decided, and what was said as far as it is for who asks; that is written down."""
    process, actor = _process(page, reference), asking.actor
    try:
        full = read_in_full(current(), reference, actor.by, asking.now, actor.person, youth=youth)
    except Refused:
        raise not_there() from None
    with current().reading() as session:
        view = _view(session, process, asking, reference)
        events = timeline(session, reference)
    return {**view, "process": process.name, **events.model_dump(exclude_none=True), "in_full": full.model_dump()}


def _view(session: Session, process: Process, asking: Asking, reference: str) -> Mapping[str, Any]:
    kept = session.get(Subject, reference)
    look = process.views[kept.kind].of if kept else None
    _, view = look(session, asking.region, reference, asking.today, {}) if look else (reference, None)
    if view is None:
        raise not_there()
    return view


@router.get("/{page}/{reference}/brieven")
def letters(page: str, reference: str, asking: Program) -> dict[str, Any]:
    """The letters about something, without their words."""
    _theirs(page, reference, asking)
    with current().reading() as session:
        return {"letters": timeline(session, reference).letters}


@router.get("/{page}/{reference}/handelingen")
def possible(page: str, reference: str, asking: Program) -> dict[str, Any]:
    """Every act about something: possible now for who asks, or why not, with the sentence."""
    _theirs(page, reference, asking)
    with current().reading() as session:
        offers = offered(session, reference, asking.actor.by, asking.now, asking.actor.person)
    return {"acts": [told(one, f"{API}/{page}/{reference}/handelingen/{one.act.name}", reference) for one in offers]}


def told(offer: Offer, href: str, about: str | None = None) -> dict[str, Any]:
    """An act, whether it is possible now, and where to send it."""
    name, refused = offer.act.name, offer.refused
    return {
        "act": name,
        "title": code_in_words(name, about),
        "who": doers(offer.act),
        "possible": offer.possible,
        "refused": refused and refused.code,
        "message": refused and refused.message,
        "requirement": offer.requirement,
        "sentence": sentence(offer.requirement),
        "href": href,
    }


@router.post("/{page}/{reference}/handelingen/{act}")
def record(
    request: Request, page: str, reference: str, act: str, asking: Program, given: Given, sure: Sure = False
) -> Response:
    """Record an act. Raises Refused: `forbidden` also to who may not see what it is about, and nothing of that."""
    _process(page, reference)
    one = act_of(reference, act)
    try:
        return _record(request, asking, one, reference, given, sure)
    except Refused as refused:
        if may_see(current(), reference, asking.actor.by, asking.today):
            raise
        raise _with_its_sentence(only_the_rule(one, refused), one) from None


def _record(
    request: Request, asking: Asking, act: Act[Any], about: str | None, given: Mapping[str, Any], sure: bool
) -> Response:
    actor = asking.actor
    mover: Mover = request.app.state.mover
    if not sure and (doubts := doubts_about(current(), act, actor.by, given, asking.now)):
        (field, first), *others = doubts
        question = f"{first[:1].upper()}{first[1:]}?"
        raise Refused("unconfirmed", f"{question} Klopt het toch? Doe het dan opnieuw met ?zeker=true.", field, others)
    try:
        reference, moved = mover.decide(act.name, about, actor.by, given, asking.now, actor.person)
    except Refused as refused:
        raise _with_its_sentence(refused, act) from None
    ended, at_rest = _at_rest(moved, _patience(request))
    said = {"reference": reference, "at_rest": at_rest, "attention": bool(ended and ended.attention)}
    made = of_reference(reference) if act.makes else None
    where = {"Location": f"{API}/{made.page}/{reference}"} if made else None
    return JSONResponse(jsonable_encoder(said), 201 if made and at_rest else 200 if at_rest else 202, where)


def _with_its_sentence(refused: Refused, act: Act[Any]) -> Refused:
    process = process_of(act)
    refused.requirement = (
        refused.requirement or process.refusals.get(refused.code) or process.requirements.get(act.name)
    )
    return refused


def _patience(request: Request) -> float:
    """How long who asks wants to wait until a decision is at rest."""
    wanted = _WAIT.search(request.headers.get("prefer", ""))
    return min(float(wanted[1]), LONGEST_WAIT) if wanted else WAIT_SECONDS


def _at_rest(moved: Future[Ended | None], seconds: float) -> tuple[Ended | None, bool]:
    try:
        return moved.result(seconds), True
    except Exception:  # it is recorded, and goes on later; what went wrong the mover told the log
        return None, False


def _process(page: str, reference: str) -> Process:
    """The process of a reference at its own address. Raises Refused (`not_found`)."""
    process = of_reference(reference) if reference.isprintable() else None
    if process is None or process.page != page:
        raise not_there()
    return process


def _theirs(page: str, reference: str, asking: Asking) -> None:
    """Raises Refused (`not_found`) for what is not there, or not theirs to see."""
    _process(page, reference)
    if not may_see(current(), reference, asking.actor.by, asking.today):
        raise not_there()
