"""Mijn werk: what waits for somebody, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from acts import Refused
from acts.engine.claims import claim, hand_over, release
from acts.engine.read import may_see
from models.store.assignment import most_urgent
from models.store.database import current
from models.views.held import Held, held
from models.views.task import Task
from notifications.words import asked_in_words
from portal.access import REGION, WORK
from portal.asking import Asking, Items, SignedIn
from portal.pages import page
from rules.shared.process import named, of_reference
from rules.shared.roles import TEAM
from rules.shared.sentences import sentence

FIRST = 50  # tasks on the page
SINGULAR = {"case": "casus", "stop": "dossier", "child": "jeugdige"}
PLURAL = {"case": "casussen", "stop": "dossiers", "child": "jeugdigen"}
PARTIES = {
    "provider": "aanbieders",
    "flex_provider": "flex-aanbieders",
    "referrer": "verwijzers",
    "care_mediator": "Team Zorgbemiddeling",
    "contract_manager": "contractmanagers",
    "contract_administration": "contractbeheer",
    "access": "Toegangen",
}
DONE = {"claim": "Dit is nu van u.", "hand_over": "Overgedragen.", "release": "Losgelaten: het is van niemand meer."}
router = APIRouter()


@router.get("/werk", response_class=HTMLResponse)
def my_work(request: Request, asking: SignedIn, gedaan: str = "") -> HTMLResponse:
    """The page."""
    asking.hold(WORK)
    return _show(request, asking, done=DONE.get(gedaan, ""))


@router.post("/werk/van-wie")
def whose(request: Request, asking: SignedIn, items: Items) -> Response:
    """Claim what was chosen, hand it over, or release it; what is refused stays chosen, with why."""
    asking.hold(WORK)
    chosen = [text for name, text in items if name == "welke" and of_reference(text)][:FIRST]
    own = {name: text.strip() for name, text in items if name in ("reason", "to", "wat") and text.strip()}
    what, actor = own.pop("wat", ""), asking.actor
    if what not in DONE or not chosen:
        told = "Kies eerst waar het om gaat." if what in DONE else "Kies wat u wilt doen."
        return _show(request, asking, chosen, own, {"": told})
    try:
        if what == "hand_over":
            answers = hand_over(current(), chosen, actor.by, own, asking.now, actor.person)
        else:
            reason = {name: text for name, text in own.items() if name == "reason"}
            do = claim if what == "claim" else release
            answers = do(current(), chosen, actor.by, asking.now, actor.person, reason)
    except Refused as refused:
        return _show(request, asking, chosen, own, {"": refused.message})
    if wrong := {one: str(why) for one, why in answers.items() if why}:
        return _show(request, asking, [*wrong], own, wrong)
    return RedirectResponse(f"{WORK.path}?gedaan={what}", 303)


def _show(
    request: Request,
    asking: Asking,
    chosen: Sequence[str] = (),
    given: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    done: str = "",
) -> HTMLResponse:
    with current().reading() as session:
        tasks = most_urgent(session, asking.region, asking.today, FIRST, asking.actor.by)
        mine = None if asking.roles & REGION else asking.actor.by
        everything = [_held(asking, one) for one in held(session, asking.region, asking.today, mine)]
    known = {
        "tasks": [_row(asking, task) for task in tasks],
        "more": len(tasks) == FIRST,
        "whom": asking.whom,
        "held": everything,
        "colleagues": [(ident, name) for ident, name in _colleagues(asking) if ident != asking.actor.person],
        "chosen": chosen,
        "given": given or {},
        "wrong": wrong or {},
        "done": done,
    }
    return page(request, "work.html", known, 422 if wrong else 200)


def _colleagues(asking: Asking) -> list[tuple[str, str]]:
    """To whom somebody may hand something over."""
    if organisation := asking.region.organisation.get(asking.actor.by):
        return [(one.id, one.name) for one in organisation.contacts if one.may_answer]
    return [(one.id, one.name) for one in asking.region.people]


def _held(asking: Asking, one: Held) -> dict[str, Any]:
    return {
        "title": named(one.process).title,
        "number": f"{one.number} {PLURAL.get(one.kind, one.kind) if one.number != 1 else SINGULAR.get(one.kind, one.kind)}",
        "by": ", ".join(f"{number} bij {PARTIES[party]}" for party, number in one.by.items()),
        "longest": one.longest,
        "theirs": may_see(current(), one.longest, asking.actor.by, asking.today),
        "since": one.since,
    }


def _row(asking: Asking, task: Task) -> dict[str, Any]:
    others = [one for one in task.who if one not in (asking.actor.by, TEAM)]
    return {
        **task._asdict(),
        "what": asked_in_words(task.acts, task.requirement, task.reference),
        "who": ", ".join(map(asking.region.name_of, others)),
        "claimed": task.claimed_name,
        "mine": task.claimed_by == asking.actor.person,
        "left": (task.due - asking.today).days if task.due else None,
        "sentence": sentence(task.requirement),
    }
