"""How an act on a dossier or on children in it is recorded: checked while the dossier is held, kept as decisions, or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from acts.act import Unsettled
from acts.stop.act import ChildAct, DossierAct, check
from flexroute import progress
from flexroute.clock import local_date
from models import dossier as dossiers
from models.case import Decision
from models.database import Database
from models.directory import load_region
from models.stop import StopChild, StopDossier
from rules.refusal import Refused
from rules.region import Region
from rules.stop_asked import Asked, OfDossier
from rules.stop_facts import ChildFacts, DossierFacts
from rules.values import Given

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
    """
    wanted = list(dict.fromkeys(references))
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
            kept = []
            for reference in references:
                child = children.get(reference)
                if child is None:
                    answers[reference] = not_found(reference)
                    continue
                if child.id in stuck or child.id in cases:
                    answers[reference] = Unsettled(cases.get(child.id, reference))
                    continue
                answer = _asked(act, region, facts, known[child.id or 0], by, given, local_date(now))
                answers[reference] = answer if isinstance(answer, Refused) else None
                if not isinstance(answer, Refused):
                    kept.append(row(act.name, by, now, answer, child=child))
            if kept:
                session.execute(insert(Decision), kept)
    except IntegrityError:
        return dict.fromkeys(references, Unsettled(dossier))
    except (Refused, Unsettled) as why:  # no such dossier, or it waits itself
        return dict.fromkeys(references, why)
    return answers


def _asked(
    act: ChildAct,
    region: Region,
    dossier: DossierFacts,
    child: ChildFacts,
    by: str,
    given: Mapping[str, Any],
    today: date,
) -> Given | Refused:
    try:
        values: Given = check(act, Asked(region, dossier, by, today, given, child=child)).values
    except Refused as refused:
        return refused
    return values


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
