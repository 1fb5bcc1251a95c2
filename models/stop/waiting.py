"""Whom every open dossier and child waits for (S-11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from models.stop.dossier import StopChild, StopDossier
from models.stop.history import facts_of_children, facts_of_dossiers, tallies
from rules.shared.region import Region
from rules.shared.roles import exists
from rules.shared.waiting import Waiting
from rules.stop.assignees import acts_of_child, acts_of_dossier, assignees, assignees_of_child
from rules.stop.facts import DossierFacts
from rules.stop.gates import counts_agree
from rules.stop.route import OPEN, ChildStatus
from rules.stop.status import child_missing, dossier_missing


def who_must_act(session: Session, region: Region, today: date) -> Iterator[Waiting]:
    """Every open dossier and child under this region; also under one that is not stored yet."""
    rows = select(StopDossier).where(col(StopDossier.closed_on).is_(None)).order_by(col(StopDossier.id))
    for dossier in session.exec(rows).all():
        yield from _dossier(session, region, dossier, today)


def _dossier(session: Session, region: Region, row: StopDossier, today: date) -> Iterator[Waiting]:
    """A dossier is contract administration's where it waits for nobody else; then its children."""
    ident = row.id or 0
    facts, tally = facts_of_dossiers(session, [row])[ident], tallies(session, [ident])[ident]
    children = session.exec(select(StopChild).where(StopChild.dossier_id == ident).order_by(col(StopChild.id))).all()
    status, missing = dossier_missing(facts, tally, today)
    if lacks := _lacks(region, facts):
        yield Waiting(row.reference, status.value, lacks=lacks)
        return
    who = tuple(assignees(region, facts, missing))
    acts = tuple(acts_of_dossier(missing))
    yield Waiting(row.reference, status.value, who or region.contract_administration(), acts)
    agreed = counts_agree(facts)
    for child, known in zip(children, facts_of_children(session, children).values(), strict=True):
        needs = child_missing(known, agreed)
        who = tuple(assignees_of_child(region, facts, known, needs))
        if who or needs or ChildStatus(child.status) in OPEN:
            nobody = not any(exists(one, region) for one in who)
            acts = tuple(acts_of_child(known, needs))
            yield Waiting(child.reference, child.status, who, acts, "niemand is aan zet" if nobody else None)


def _lacks(region: Region, facts: DossierFacts) -> str | None:
    if without := sorted(facts.places - region.access.keys()):
        return f"gemeente {', '.join(without)} heeft geen Toegang"
    return None if region.contract_administration() else "niemand heeft de rol contract_administration"
