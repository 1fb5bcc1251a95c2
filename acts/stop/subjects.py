"""Acts on a dossier and on a child in it: how they are found and held, and in which order an act is checked (the order of the document)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from acts.engine.act import (
    Act,
    Found,
    Held,
    SubjectKind,
    Unsettled,
    allowed,
    already_decided,
    fitting,
    gated,
    readable,
    valid,
)
from flexroute.clock import local_date
from models.region.directory import load_region
from models.stop import history
from models.stop.dossier import REQUEST, REQUEST_OF_DOSSIER, StopChild, StopDossier
from notifications.stop.words import WORDS
from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.stop.asked import OfChild, OfDossier
from rules.stop.assignees import acts_of_child
from rules.stop.facts import DossierFacts
from rules.stop.gates import counts_agree
from rules.stop.route import AT
from rules.stop.status import child_missing, child_status

MANY = 500  # children in one transaction
TITLE = "dossier of jeugdige"


def hold(session: Session, reference: str) -> tuple[Region, StopDossier, DossierFacts]:
    """The region, and a dossier that is ours until the transaction ends, with its facts.

    Raises Refused (`not_found`), and Unsettled where a decision about the dossier itself waits.
    """
    region = load_region(session)
    for held in history.hold_dossiers(session, [reference]):
        if history.has_news(session, held):
            raise Unsettled(reference)
        return region, held, history.facts_of_dossiers(session, [held])[held.id or 0]
    raise not_found(reference)


def not_found(reference: str) -> Refused:
    """There is no such dossier or child."""
    return Refused("not_found", f"Er is geen {TITLE} met kenmerk {reference}.", "reference")


def _hold_dossiers(
    session: Session, references: Sequence[str], _act: object, by: str, given: Mapping[str, Any], now: datetime
) -> Found[OfDossier]:
    found = {}
    for reference in references:
        region, held, facts = hold(session, reference)
        request = {field: getattr(held, field) for field in REQUEST_OF_DOSSIER}
        request |= {
            "provider": held.provider_id,
            "care_forms": tuple(held.care_forms),
            "locations": tuple(held.locations),
        }
        found[reference] = Held(held, OfDossier(region, by, local_date(now), given, dossier=facts, request=request))
    return found


def hold_children(
    session: Session, references: Sequence[str], act: Act[Any], by: str, given: Mapping[str, Any], now: datetime
) -> Found[OfChild]:
    """Children of one dossier, with that dossier and what hangs on them."""
    region, held, facts = hold(session, history.dossier_of(references[0]))
    rows = select(StopChild).where(col(StopChild.reference).in_(references), StopChild.dossier_id == held.id)
    children = {child.reference: child for child in session.exec(rows)}
    stuck = history.with_news(session, children)
    elsewhere = history.hold_what_hangs_on(session, children.values())
    known = history.facts_of_children(session, list(children.values()))
    said = history.last_said(session, children.values(), act.name)
    found: dict[str, Held[OfChild] | Refused | Unsettled] = {}
    for reference, child in children.items():
        if reference in stuck or child.id in elsewhere:
            found[reference] = Unsettled(elsewhere.get(child.id, reference))
            continue
        asked = OfChild(
            region,
            by,
            local_date(now),
            given,
            said=said.get(reference),
            dossier=facts,
            child=known[child.id or 0],
            request={field: getattr(child, field) for field in REQUEST},
        )
        found[reference] = Held(child, asked)
    return found


def _by_dossier(references: Sequence[str]) -> list[list[str]]:
    """Children of one dossier go together, so many at a time."""
    parts = []
    for dossier in dict.fromkeys(map(history.dossier_of, references)):
        of_it = [reference for reference in references if history.dossier_of(reference) == dossier]
        parts += [of_it[start : start + MANY] for start in range(0, len(of_it), MANY)]
    return parts


def new(act: Act[Any], asked: OfDossier, _kept: object) -> Any:
    """It was not decided already, nor just before."""
    if (act.twice and act.twice(asked)) or asked.says_the_same():
        raise already_decided()
    return asked


def now_in_the_dossier(act: Act[Any], asked: OfDossier, _kept: object) -> Any:
    """The dossier is open, and there is something to do."""
    if asked.dossier.closed:
        raise Refused("wrong_step", "Dit dossier is gesloten.")
    if refused := act.not_now(asked):
        raise refused
    return asked


def now_of_the_child(act: Act[Any], asked: OfChild, kept: object) -> Any:
    """The child stands where the act is asked for."""
    now_in_the_dossier(act, asked, kept)
    if asked.child.removed_on:
        raise Refused("wrong_step", f"Deze jeugdige is op {asked.child.removed_on:%d-%m-%Y} uit het dossier gehaald.")
    if child_status(asked.child) not in AT[act.name]:
        raise wrong_step(asked)
    return asked


def wrong_step(asked: OfDossier) -> Refused:
    """An act at the wrong moment: where the child stands, and what is due."""
    if not isinstance(asked, OfChild):
        return Refused("wrong_step", "Dit kan nu niet. Kijk in het dossier wat nu nodig is.")
    due = acts_of_child(asked.child, child_missing(asked.child, counts_agree(asked.dossier)))
    where = f"De jeugdige staat nu op: {WORDS[child_status(asked.child)]}."
    return Refused("wrong_step", f"Dit kan nu niet. {where}" + (f" Nu aan de beurt: {WORDS[due[0]]}." if due else ""))


def about(row: StopDossier | StopChild) -> dict[str, Any]:
    """What a decision says of a dossier or a child."""
    return {"subject": row.reference, "opening": row.opening, "step": getattr(row, "status", None)}


DOSSIER: SubjectKind[OfDossier] = SubjectKind(
    label="stop",
    title=TITLE,
    hold=_hold_dossiers,
    about=about,
    order=(allowed, readable, new, now_in_the_dossier, valid, fitting, gated),
)
CHILD: SubjectKind[OfChild] = SubjectKind(
    label="child",
    title=TITLE,
    hold=hold_children,
    about=about,
    order=(allowed, readable, new, now_of_the_child, valid, fitting, gated),
    parts=_by_dossier,
)


def of_receiver(asked: OfChild) -> OfChild:
    """The gates look at the route of the receiver that acts: the agreed one, or the proposal that waits."""
    routes = (asked.child.agreed, asked.child.waiting)
    return replace(asked, proposal=next((one for one in routes if one and one.receiver == asked.by), None))
