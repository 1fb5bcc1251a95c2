"""How an act on a dossier or on children in it is recorded: checked while the dossier is held, kept as decisions, or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from acts.engine.act import Unsettled
from acts.stop.act import ChildAct, DossierAct, check, nothing_more
from flexroute import progress
from flexroute.clock import local_date
from models.region.directory import load_region
from models.stop import history as dossiers
from models.stop.dossier import StopChild, StopDossier
from models.store.database import Database
from models.store.decision import Decision
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.values import Given
from rules.stop.asked import Asked, OfDossier
from rules.stop.facts import DossierFacts

Answers = dict[str, Refused | Unsettled | None]  # by reference: why not, or None where it was recorded
MANY = 500  # children in one transaction


def record_of_dossier(
    database: Database, act: DossierAct, reference: str, by: str, given: Mapping[str, Any], now: datetime
) -> str:
    """Record a decision about a dossier, in one transaction; answers with its reference. Raises Refused or Unsettled."""
    try:
        with database.writing() as session:
            region, held, facts = hold(session, reference)
            asked = check(act, OfDossier(region, facts, by, local_date(now), given))
            if act.planned:
                act.planned(session, held, asked, now)
            keep(session, act.name, by, now, asked.values, dossier=held)
    except IntegrityError:
        raise Unsettled(reference) from None
    return reference


def record_of_children(
    database: Database, act: ChildAct, references: Sequence[str], by: str, given: Mapping[str, Any], now: datetime
) -> Answers:
    """Record the same decision about each of these children; each gets an answer of its own, in the order asked.

    What is recorded stays; what is refused, or waits for an earlier decision to be settled (Unsettled), changes nothing.
    Raises Refused for all of them where a value can be one child's only.
    """
    wanted = list(dict.fromkeys(references))
    if act.single and given.get(act.single) is not None and len(wanted) > 1:
        raise invalid(act.single, "dit is van één jeugdige; leg het voor elke jeugdige apart vast")
    answers: Answers = dict.fromkeys(wanted)
    for dossier in dict.fromkeys(map(dossiers.dossier_of, wanted)):
        of_it = [reference for reference in wanted if dossiers.dossier_of(reference) == dossier]
        for start in range(0, len(of_it), MANY):
            part = _record(database, act, dossier, of_it[start : start + MANY], by, given, now)
            kept = sum(answer is None for answer in part.values())
            progress.done("besluit is vastgelegd", "besluiten zijn vastgelegd", kept)
            answers |= part
    return answers


def _record(
    database: Database,
    act: ChildAct,
    dossier: str,
    references: Sequence[str],
    by: str,
    given: Mapping[str, Any],
    now: datetime,
) -> Answers:
    answers: Answers = {}
    try:
        with database.writing() as session:
            region, held, facts = hold(session, dossier)
            rows = select(StopChild).where(col(StopChild.reference).in_(references), StopChild.dossier_id == held.id)
            children = {child.reference: child for child in session.exec(rows)}
            stuck = dossiers.with_news(session, children.values())
            cases = dossiers.hold_cases(session, children.values())
            known = dossiers.facts_of_children(session, list(children.values()))
            said = dossiers.last_said(session, children.values(), act.name)
            kept = []
            for reference in references:
                child = children.get(reference)
                if child is None:
                    answers[reference] = not_found(reference)
                    continue
                if child.id in stuck or child.id in cases:
                    answers[reference] = Unsettled(cases.get(child.id, reference))
                    continue
                clashes = partial(act.clashes, session, child) if act.clashes else nothing_more
                asked = Asked(
                    region, facts, by, local_date(now), given, child=known[child.id or 0], said=said.get(child.id)
                )
                try:
                    values = check(act, asked, clashes).values
                except (Refused, Unsettled) as why:
                    answers[reference] = why
                else:
                    answers[reference] = None
                    kept.append(row(act.name, by, now, values, child=child))
            if kept:
                session.execute(insert(Decision), kept)
    except IntegrityError:
        return dict.fromkeys(references, Unsettled(dossier))
    except (Refused, Unsettled) as why:  # no such dossier, or it waits itself
        return dict.fromkeys(references, why)
    return answers


def hold(session: Session, reference: str) -> tuple[Region, StopDossier, DossierFacts]:
    """The region, and a dossier that is ours until the transaction ends, with its facts.

    Raises Refused (`not_found`), and Unsettled where a decision about the dossier itself waits.
    """
    region = load_region(session)
    for held in dossiers.hold_dossiers(session, [reference]):
        if dossiers.has_news(session, held):
            raise Unsettled(reference)
        return region, held, dossiers.facts_of_dossiers(session, [held])[held.id or 0]
    raise not_found(reference)


def not_found(reference: str) -> Refused:
    """There is no such dossier or child."""
    return Refused("not_found", f"Er is geen dossier of jeugdige met kenmerk {reference}.", "reference")


def row(
    name: str, by: str, now: datetime, values: Given, dossier: StopDossier | None = None, child: StopChild | None = None
) -> dict[str, Any]:
    """A decision to keep: who, when, at which opening, with which values."""
    about = child or dossier
    return {
        "dossier_id": dossier.id if dossier else None,
        "child_id": child.id if child else None,
        "opening": about.opening if about else 0,
        "act": name,
        "step": child.status if child else None,
        "by": by,
        "at": now,
        "data": values.model_dump(mode="json"),
    }


def keep(
    session: Session,
    name: str,
    by: str,
    now: datetime,
    values: Given,
    dossier: StopDossier | None = None,
    child: StopChild | None = None,
) -> None:
    """Keep one decision."""
    session.execute(insert(Decision), [row(name, by, now, values, dossier, child)])
