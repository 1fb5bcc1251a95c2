"""Dossiers and children as the rules need them, read for many at once. Whoever changes a child holds its dossier."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import case as sql_case
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, select

from models.stop.dossier import StopChild, StopCounts, StopDossier, in_dossier
from models.store import allocation
from models.store.allocation import Holder, Youth
from models.store.decision import Decision
from rules.shared.process import Hook
from rules.shared.repeating import LastDecision
from rules.stop.facts import ChildFacts, Counts, DossierFacts, FlexCase
from rules.stop.route import OPEN, SETTLED, ChildStatus
from rules.stop.status import Tally

PREFIX = "ST-"  # of the references of dossiers and children

# what another process does with these children (by id), and whether something of it waits to be settled (its reference):
# whoever asks that holds their dossier, and from then on what hangs on them too
flex_cases: Hook[[Session, Sequence[int]], dict[int, list[FlexCase]]] = Hook()
hold_elsewhere: Hook[[Session, Sequence[int]], dict[int, str]] = Hook()
# of this child (by id): what is known of the youth now
youth_corrected: Hook[[Session, int, dict[str, Any]], None] = Hook()


def is_of_stop(reference: str | None) -> bool:
    """Whether this is the reference of a dossier or of a child in one."""
    return reference is not None and reference.startswith(PREFIX)


def dossier_of(child: str) -> str:
    """The reference of the dossier that a child is in: ST-2026-000001 of ST-2026-000001-0042."""
    return child.rpartition("-")[0]


def is_child(reference: str) -> bool:
    """Whether this is the reference of a child in a dossier, and not of the dossier."""
    return reference.count("-") == 3


def hold_dossiers(session: Session, references: Iterable[str]) -> list[StopDossier]:
    """These dossiers, locked until the transaction ends: nobody else changes them or a child in them."""
    rows = select(StopDossier).where(col(StopDossier.reference).in_(set(references))).order_by(col(StopDossier.id))
    return list(session.exec(rows.with_for_update().execution_options(populate_existing=True)))


def facts_of_dossiers(session: Session, dossiers: Sequence[StopDossier]) -> dict[int, DossierFacts]:
    """The facts of these dossiers by id, in two queries."""
    ids = [dossier.id or 0 for dossier in dossiers]
    counts: dict[int, dict[str, Counts]] = defaultdict(dict)
    for row in session.exec(select(StopCounts).where(col(StopCounts.dossier_id).in_(ids))):
        counts[row.dossier_id][row.municipality] = row.counts
    places: dict[int, set[str]] = defaultdict(set)
    known = select(StopChild.dossier_id, StopChild.municipality).where(col(StopChild.dossier_id).in_(ids), in_dossier())
    for ident, place in session.exec(known.distinct()):
        places[ident].add(place)
    return {d.id or 0: d.facts(counts[d.id or 0], frozenset(places[d.id or 0])) for d in dossiers}


def facts_of_children(session: Session, children: Sequence[StopChild]) -> dict[int, ChildFacts]:
    """The facts of these children by id, with how they fare in the flex route, in one query."""
    cases = cases_of(session, [child.id or 0 for child in children])
    return {child.id or 0: child.facts(*cases.get(child.id or 0, [])[-1:]) for child in children}


def cases_of(session: Session, children: Sequence[int]) -> dict[int, list[FlexCase]]:
    """The cases with which these children entered the flex route, the latest of a child last."""
    return {child: cases for known in flex_cases(session, children) for child, cases in known.items()}


def has_news(session: Session, dossier: StopDossier) -> bool:
    """Whether a decision about the dossier itself waits to be settled."""
    waiting = select(Decision.id).where(Decision.subject == dossier.reference, col(Decision.settled_at).is_(None))
    return session.exec(waiting.limit(1)).first() is not None


def with_news(session: Session, children: Iterable[str]) -> set[str]:
    """Those of these children (by reference) about whom a decision waits to be settled."""
    theirs = col(Decision.subject).in_(list(children))
    return set(session.exec(select(Decision.subject).where(theirs, col(Decision.settled_at).is_(None))))


def last_said(session: Session, children: Iterable[StopChild], act: str) -> dict[str, LastDecision]:
    """By reference: the last decision of this act about each of these children, where there is one."""
    openings = {child.reference: child.opening for child in children}
    parts: list[Any] = [Decision.subject, Decision.by, Decision.data, Decision.opening]
    told = sql_select(*parts)
    told = told.where(col(Decision.subject).in_(openings), col(Decision.act) == act).order_by(col(Decision.opening))
    return {
        child: LastDecision(by, data, opening == openings[child] - 1)
        for child, by, data, opening in session.execute(told)
    }


def hold_what_hangs_on(session: Session, children: Iterable[StopChild]) -> dict[int | None, str]:
    """Makes what other processes do with these children ours too; by child the reference of what waits to be settled there."""
    ids = [child.id or 0 for child in children]
    return {child: reference for waits in hold_elsewhere(session, ids) for child, reference in waits.items()}


@allocation.holders.add
def holders(session: Session, municipality: str, number: str) -> list[Holder]:
    """The children that have this allocation number."""
    mine = select(StopChild).where(StopChild.municipality == municipality)
    waiting = select(StopChild, Decision.data).join(Decision, col(Decision.subject) == col(StopChild.reference))
    waiting = waiting.where(StopChild.municipality == municipality, col(Decision.settled_at).is_(None))
    recorded = session.exec(waiting.where(Decision.act == "record_allocation"))
    found = [
        Holder(child.reference, youth_of(child), waits=True) for child, data in recorded if data["number"] == number
    ]
    having = session.exec(mine.where(StopChild.allocation_number == number))
    return found + [Holder(child.reference, youth_of(child)) for child in having]


def youth_of(child: StopChild) -> Youth:
    """Who it is."""
    return ("stop_child", child.id)


def tallies(session: Session, dossiers: Sequence[int]) -> dict[int, Tally]:
    """The children of these dossiers, counted by the database."""
    settled, is_open = ([status.value for status in group] for group in (SETTLED, OPEN))
    status = col(StopChild.status)
    no_route = status.in_(is_open) & col(StopChild.route).is_(None)
    no_file = (status == ChildStatus.TRANSFERRED.value) & col(StopChild.file_completed_on).is_(None)
    unsigned = status.in_(settled) & col(StopChild.signed_off_on).is_(None)
    numbers = [func.sum(sql_case((what, 1), else_=0)) for what in (no_route, no_file, unsigned)]
    groups: list[Any] = [StopChild.dossier_id, StopChild.municipality, StopChild.category, StopChild.status]
    counting = sql_select(*groups, func.count(), *numbers).where(col(StopChild.dossier_id).in_(dossiers), in_dossier())
    rows = session.execute(counting.group_by(*groups))
    by_category: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    by_status: dict[int, Counter[ChildStatus]] = defaultdict(Counter)
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    for ident, place, category, standing, number, *rest in rows:
        by_category[ident][place, category] += number
        by_status[ident][ChildStatus(standing)] += number
        sums[ident].update(dict(zip(("without_route", "incomplete_files", "unsigned"), rest, strict=True)))
    return {ident: Tally(by_category[ident], by_status[ident], **sums[ident]) for ident in dossiers}
