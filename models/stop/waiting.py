"""Whom every open dossier and child waits for (S-11), and who must act on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import partial

from sqlmodel import Session, col, select

from models.stop.dossier import StopChild, StopDossier, in_dossier
from models.stop.history import facts_of_children, facts_of_dossiers, tallies
from rules.shared.assignment import Assigned, Open, Waiting
from rules.shared.region import Region
from rules.shared.roles import exists
from rules.stop.assignees import (
    acts_of_child,
    acts_of_dossier,
    assigned_by,
    assigned_of_dossier,
    assignees,
    assignees_of_child,
)
from rules.stop.facts import ChildFacts, DossierFacts
from rules.stop.gates import counts_agree
from rules.stop.route import OPEN, ChildStatus, DossierStatus
from rules.stop.settings import StopSettings
from rules.stop.status import child_missing, dossier_missing, to_add
from rules.stop.terms import ends_by


def who_must_act(session: Session, today: date) -> Iterator[Open]:
    """Every open dossier and child."""
    rows = select(StopDossier).where(col(StopDossier.closed_on).is_(None)).order_by(col(StopDossier.id))
    for dossier in session.exec(rows).all():
        yield from _of_dossier(session, dossier, today)


def _of_dossier(session: Session, row: StopDossier, today: date) -> Iterator[Open]:
    """The dossier, then its children."""
    ident = row.id or 0
    facts, tally = facts_of_dossiers(session, [row])[ident], tallies(session, [ident])[ident]
    children = session.exec(
        select(StopChild).where(StopChild.dossier_id == ident, in_dossier()).order_by(col(StopChild.id))
    ).all()
    status, missing = dossier_missing(facts, tally, today)
    yield partial(_dossier, row.reference, status, facts, missing)
    agreed = counts_agree(facts)
    for child, known in zip(children, facts_of_children(session, children).values(), strict=True):
        yield partial(_child, child.reference, ChildStatus(child.status), facts, known, child_missing(known, agreed))


def _dossier(
    reference: str, status: DossierStatus, facts: DossierFacts, missing: Collection[str], region: Region
) -> Waiting:
    """It is contract administration's where it waits for nobody else."""
    if lacks := _lacks(region, facts):
        return Waiting(reference, status.value, lacks=lacks)
    who = tuple(assignees(region, facts, missing))
    return Waiting(reference, status.value, who or region.contract_administration(), tuple(acts_of_dossier(missing)))


def _child(
    reference: str,
    status: ChildStatus,
    dossier: DossierFacts,
    facts: ChildFacts,
    needs: Collection[str],
    region: Region,
) -> Waiting | None:
    """None where its dossier lacks somebody, or nobody need act any more."""
    if _lacks(region, dossier):
        return None
    who = tuple(assignees_of_child(region, dossier, facts, needs))
    if not (who or needs or status in OPEN):
        return None
    nobody = not any(exists(one, region) for one in who)
    acts = tuple(acts_of_child(facts, needs))
    return Waiting(reference, status.value, who, acts, "niemand is aan zet" if nobody else None)


def assigned(
    session: Session, region: Region, references: Sequence[str] | None = None
) -> Iterator[tuple[str, tuple[Assigned, ...]]]:
    """Who must act on every open dossier and on each child in it, or on each of these."""
    dossiers, children = select(StopDossier), select(StopChild)
    if references is None:
        dossiers = dossiers.where(col(StopDossier.closed_on).is_(None))
        open_ = select(StopDossier.id).where(col(StopDossier.closed_on).is_(None))
        children = children.where(col(StopChild.dossier_id).in_(open_))
    else:
        dossiers = dossiers.where(col(StopDossier.reference).in_(references))
        children = children.where(col(StopChild.reference).in_(references))
    afresh = {"populate_existing": True}
    yield from assigned_of_dossiers(session, region, session.exec(dossiers.execution_options(**afresh)).all())
    yield from assigned_of_children(session, region, session.exec(children.execution_options(**afresh)).all())


def assigned_of_dossiers(
    session: Session, region: Region, rows: Sequence[StopDossier]
) -> Iterator[tuple[str, tuple[Assigned, ...]]]:
    """Who must act on each of these dossiers."""
    facts, tallied = facts_of_dossiers(session, rows), tallies(session, [row.id or 0 for row in rows])
    for row in rows:
        known, tally = facts[row.id or 0], tallied[row.id or 0]
        _, missing = dossier_missing(known, tally, row.contract_ends_on)  # the day changes nothing of who must act
        last = ends_by(known, region.settings_of(StopSettings))
        yield row.reference, assigned_of_dossier(known, missing, *to_add(known, tally), due=last)


def assigned_of_children(
    session: Session, region: Region, rows: Sequence[StopChild]
) -> Iterator[tuple[str, tuple[Assigned, ...]]]:
    """Who must act on each of these children; what their dossier holds up is assigned on the dossier."""
    these = select(StopDossier).where(col(StopDossier.id).in_({row.dossier_id for row in rows}))
    dossiers, known = facts_of_dossiers(session, session.exec(these).all()), facts_of_children(session, rows)
    for row in rows:
        yield row.reference, assigned_by(dossiers[row.dossier_id], known[row.id or 0], region.settings_of(StopSettings))


def _lacks(region: Region, facts: DossierFacts) -> str | None:
    if without := sorted(facts.places - region.access.keys()):
        return f"gemeente {', '.join(without)} heeft geen Toegang"
    return None if region.contract_administration() else "niemand heeft de rol contract_administration"
