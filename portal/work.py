"""Mijn werk: what waits for somebody, the most urgent first."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from acts.engine.read import may_see
from models.store.assignment import most_urgent
from models.store.database import current
from models.views.held import Held, held
from models.views.task import Task
from notifications.words import task_in_words
from portal.access import REGION, WORK
from portal.asking import Asking, SignedIn
from portal.pages import page
from rules.shared.process import named
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
router = APIRouter()


@router.get("/werk", response_class=HTMLResponse)
def my_work(request: Request, asking: SignedIn) -> HTMLResponse:
    """The page."""
    asking.hold(WORK)
    with current().reading() as session:
        tasks = most_urgent(session, asking.region, asking.today, FIRST, asking.actor.by)
        whose = None if asking.roles & REGION else asking.actor.by
        everything = [_held(asking, one) for one in held(session, asking.region, asking.today, whose)]
    known = {
        "tasks": [_row(asking, task) for task in tasks],
        "more": len(tasks) == FIRST,
        "whom": asking.whom,
        "held": everything,
    }
    return page(request, "work.html", known)


def _held(asking: Asking, one: Held) -> dict[str, Any]:
    return {
        "title": named(one.process).title,
        "number": f"{one.number} {PLURAL.get(one.kind, one.kind) if one.number != 1 else SINGULAR.get(one.kind, one.kind)}",
        "by": ", ".join(f"{number} bij {PARTIES[party]}" for party, number in one.by.items()),
        "longest": one.longest,
        "theirs": may_see(current(), one.longest, asking.actor.by),
        "since": one.since,
    }


def _row(asking: Asking, task: Task) -> dict[str, Any]:
    others = [one for one in task.who if one not in (asking.actor.by, TEAM)]
    return {
        **task._asdict(),
        "what": " of ".join(task_in_words(act, task.reference) for act in task.acts) or "volgen",
        "who": ", ".join(map(asking.region.name_of, others)),
        "left": (task.due - asking.today).days if task.due else None,
        "sentence": sentence(task.requirement),
    }
