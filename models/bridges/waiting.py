"""Whom every open case, dossier and child waits for, and which of them nobody who exists can help (AMB-18, S-11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from models.flex.case import Case
from models.stop.dossier import StopChild, StopDossier
from models.stop.history import facts_of_children, facts_of_dossiers, tallies
from rules.flex.facts import CaseFacts
from rules.flex.roles import waiting_for
from rules.flex.route import STOPS, Step
from rules.shared.region import Region
from rules.shared.roles import exists
from rules.stop.assignees import acts_of_child, acts_of_dossier, waiting_for_child
from rules.stop.assignees import waiting_for as dossier_waits_for
from rules.stop.facts import DossierFacts
from rules.stop.gates import counts_agree
from rules.stop.route import OPEN, ChildStatus
from rules.stop.status import child_missing, dossier_missing


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open case, dossier or child: where it stands, who must act and with which acts, and in Dutch whom it lacks."""

    reference: str
    at: str
    who: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    lacks: str | None = None


def waits_for_nobody(session: Session, region: Region, today: date) -> dict[str, str]:
    """The open cases, dossiers and children that nobody who exists can bring to an end: by reference what they lack, in Dutch."""
    return {one.reference: one.lacks for one in who_must_act(session, region, today) if one.lacks}


def who_must_act(session: Session, region: Region, today: date) -> Iterator[Waiting]:
    """Every open case, dossier and child under this region; also under one that is not stored yet."""
    of_cases = select(*Case.__table__.c).where(col(Case.step).not_in((Step.CLOSED, Step.REFERRAL)))  # type: ignore[attr-defined]
    for row in session.execute(of_cases.order_by(col(Case.id))):
        yield _case(region, Case.facts(row, None, (), {}))  # type: ignore[arg-type]  # a row has the same names
    rows = select_rows(StopDossier).where(col(StopDossier.closed_on).is_(None)).order_by(col(StopDossier.id))
    for dossier in session.exec(rows).all():
        yield from _dossier(session, region, dossier, today)


def _case(region: Region, facts: CaseFacts) -> Waiting:
    who = waiting_for(facts, region)
    lacks = None
    if not region.contract_managers(facts.opdracht):  # not at this step yet, perhaps, but on its way there
        lacks = f"niemand mag akkoord geven voor opdracht {facts.opdracht}: geen contractmanager en geen contractbeheer"
    elif not any(exists(one, region) for one in who):
        lacks = f"niemand kan {STOPS[facts.step].asks} ({', '.join(map(region.name_of, who)) or 'niemand is aan zet'})"
    return Waiting(facts.reference, facts.step.value, who, lacks=lacks)


def _dossier(session: Session, region: Region, row: StopDossier, today: date) -> Iterator[Waiting]:
    """A dossier is contract administration's where it waits for nobody else; then its children."""
    ident = row.id or 0
    facts, tally = facts_of_dossiers(session, [row])[ident], tallies(session, [ident])[ident]
    children = session.exec(
        select_rows(StopChild).where(StopChild.dossier_id == ident).order_by(col(StopChild.id))
    ).all()
    status, missing = dossier_missing(facts, tally, today)
    if lacks := _lacks(region, facts):
        yield Waiting(row.reference, status.value, lacks=lacks)
        return
    who = tuple(dossier_waits_for(region, facts, missing))
    acts = tuple(acts_of_dossier(missing))
    yield Waiting(row.reference, status.value, who or region.contract_administration(), acts)
    agreed = counts_agree(facts)
    for child, known in zip(children, facts_of_children(session, children).values(), strict=True):
        needs = child_missing(known, agreed)
        turn = tuple(waiting_for_child(region, facts, known, needs))
        if turn or needs or ChildStatus(child.status) in OPEN:
            nobody = not any(exists(one, region) for one in turn)
            acts = tuple(acts_of_child(known, needs))
            yield Waiting(child.reference, child.status, turn, acts, "niemand is aan zet" if nobody else None)


def _lacks(region: Region, facts: DossierFacts) -> str | None:
    if without := sorted(facts.places - region.access.keys()):
        return f"gemeente {', '.join(without)} heeft geen Toegang"
    return None if region.contract_administration() else "niemand heeft de rol contract_administration"
