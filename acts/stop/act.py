"""What an act on a dossier or a child in it is, and how one is recorded: checked while the dossier is held, kept, or refused.

Where several refusals apply, the first of this order counts: not found, forbidden, already decided, wrong step, invalid, the gates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from acts.act import Unsettled, forbidden, read_values
from flexroute.clock import local_date
from models import dossier as dossiers
from models.case import Decision
from models.database import Database
from models.directory import load_region
from models.stop import StopChild, StopDossier
from rules.refusal import Refused
from rules.region import Region
from rules.stop_facts import ChildFacts, DossierFacts
from rules.stop_gates import Asked, OfDossier
from rules.stop_status import child_status
from rules.stopping import AT
from rules.values import Given

A = TypeVar("A", bound=OfDossier)
Answers = dict[str, Refused | None]  # by reference: why not, or None where it was recorded
MANY = 500  # children in one transaction


def never(_asked: OfDossier) -> bool:
    """For acts that may be done again, or at any time."""
    return False


def nothing_more(_asked: OfDossier) -> None:
    """For acts whose values need no further check."""


@dataclass(frozen=True)
class StopAct(Generic[A]):
    """An act on a dossier (`OfDossier`) or on a child in it (`Asked`)."""

    name: str
    values: type[Given]
    may: Callable[[A], bool]
    who: str  # in Dutch: who may do it
    twice: Callable[[A], bool] = never  # already decided
    wrong: Callable[[A], bool] = never  # not now
    fits: Callable[[A], None] = nothing_more  # raises Refused for a value that does not fit
    seen: Callable[[A], A] = lambda asked: asked  # what the gates look at: which proposal, which day
    gates: tuple[Callable[[A], Refused | None], ...] = ()  # in the order of the document
    planned: Callable[[Session, StopDossier, A, datetime], None] | None = None  # whether it fits what is planned


DossierAct = StopAct[OfDossier]


class ChildAct(StopAct[Asked]):
    """An act on one child; at which statuses it is no wrong step stands in rules/stopping.py."""


def of_receiver(asked: Asked) -> Asked:
    """The gates look at the route of the receiver that acts: the agreed one, or the proposal that waits."""
    routes = (asked.child.agreed, asked.child.waiting)
    return replace(asked, proposal=next((one for one in routes if one and one.receiver == asked.by), None))


def check(act: StopAct[A], asked: A) -> A:
    """Whether this act may happen now: what was asked, with its values. Raises Refused with the code that comes first."""
    if not act.may(asked):
        raise forbidden(act.who)
    asked = replace(asked, values=_shape(act.values, asked))
    if act.twice(asked):
        raise Refused("already_decided", "Dit is al vastgelegd. De eerste vastlegging blijft staan.")
    if asked.dossier.closed:
        raise Refused("wrong_step", "Dit dossier is gesloten.")
    if act.wrong(asked) or (isinstance(asked, Asked) and child_status(asked.child) not in AT[act.name]):
        raise Refused("wrong_step", "Dit kan nu niet. Kijk in het dossier wat nu nodig is.")
    asked = replace(asked, values=read_values(act.values, asked.given, asked.region, asked.today))
    act.fits(asked)
    asked = act.seen(asked)
    for gate in act.gates:
        if refused := gate(asked):
            raise refused
    return asked


def _shape(kind: type[Given], asked: OfDossier) -> Given | None:
    """The values where they are well-formed, also with a day in the future: what was decided already goes before that."""
    try:
        return read_values(kind, asked.given, asked.region, date.max)
    except Refused:
        return None


def record_of_dossier(
    database: Database, act: DossierAct, reference: str, by: str, given: Mapping[str, Any], now: datetime
) -> str:
    """Record a decision about a dossier, in one transaction; answers with its reference. Raises Refused or Unsettled."""
    try:
        with database.writing() as session:
            region = load_region(session)
            held = hold(session, reference)
            if None in dossiers.waiting_decisions(session, held, []):
                raise Unsettled(reference)
            facts = dossiers.facts_of_dossiers(session, [held])[held.id or 0]
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

    What is recorded stays, what is refused changes nothing. Raises Unsettled when an earlier decision must be settled first.
    """
    wanted = list(dict.fromkeys(references))
    answers: Answers = dict.fromkeys(wanted)
    for dossier in dict.fromkeys(map(dossiers.dossier_of, wanted)):
        of_it = [reference for reference in wanted if dossiers.dossier_of(reference) == dossier]
        for start in range(0, len(of_it), MANY):
            answers |= _record(database, act, dossier, of_it[start : start + MANY], by, given, now)
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
            region = load_region(session)
            held = hold(session, dossier)
            rows = select(StopChild).where(col(StopChild.reference).in_(references), StopChild.dossier_id == held.id)
            children = {child.reference: child for child in session.exec(rows)}
            if stuck := dossiers.waiting_decisions(session, held, list(children.values())):
                raise Unsettled(dossier if None in stuck else references[0])
            facts = dossiers.facts_of_dossiers(session, [held])[held.id or 0]
            known = dossiers.facts_of_children(session, list(children.values()))
            kept = []
            for reference in references:
                child = children.get(reference)
                answers[reference] = not_found(reference)
                if child is None:
                    continue
                answer = _asked(act, region, facts, known[child.id or 0], by, given, local_date(now))
                answers[reference] = answer if isinstance(answer, Refused) else None
                if not isinstance(answer, Refused):
                    kept.append(row(act.name, by, now, answer, child=child))
            if kept:
                session.execute(insert(Decision), kept)
    except IntegrityError:
        raise Unsettled(dossier) from None
    except Refused as refused:  # no such dossier
        return dict.fromkeys(references, refused)
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


def hold(session: Session, reference: str) -> StopDossier:
    """The dossier, ours until the transaction ends. Raises Refused (`not_found`)."""
    for held in dossiers.hold_dossiers(session, [reference]):
        return held
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


def first_refusal(answers: Iterable[Refused | None]) -> None:
    """Raises Refused where the one answer is a refusal."""
    for refused in answers:
        if refused:
            raise refused
