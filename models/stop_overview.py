"""A dossier and its children as people and scenarios look at them: where it stands, what is missing, who holds the child, by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from models.case import Case
from models.dossier import facts_of_children, facts_of_dossiers, flex_cases, tallies
from models.stop import StopChild, StopDossier
from rules import stop_gates, stop_status, stop_terms
from rules.region import Region
from rules.stop_facts import ChildFacts, DossierFacts
from rules.stopping import FILE_ITEMS, MESSAGES, OPEN, ChildStatus


def of_dossier(session: Session, region: Region, reference: str, today: date) -> dict[str, Any] | None:
    """The standing of a dossier; None when there is none."""
    rows = session.exec(select(StopDossier).where(StopDossier.reference == reference)).all()
    return of_dossiers(session, region, rows, today)[0] if rows else None


def of_dossiers(session: Session, region: Region, rows: Sequence[StopDossier], today: date) -> list[dict[str, Any]]:
    """The standing of each dossier, in codes, ids and dates."""
    facts = facts_of_dossiers(session, rows)
    counted = tallies(session, [row.id or 0 for row in rows])
    signals = _signals(session, list(counted))
    return [
        _dossier(region, row, facts[row.id or 0], counted[row.id or 0], signals[row.id or 0], today) for row in rows
    ]


def _signals(session: Session, dossiers: Sequence[int]) -> dict[int, set[str]]:
    """The signals of the children of each dossier together."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = select(StopChild.dossier_id, StopChild.signals).where(col(StopChild.dossier_id).in_(dossiers))
    for ident, raised in session.exec(rows):
        found[ident] |= raised.keys()
    return found


def _dossier(
    region: Region, row: StopDossier, facts: DossierFacts, tally: stop_status.Tally, signals: set[str], today: date
) -> dict[str, Any]:
    status, missing = stop_status.dossier_missing(facts, tally, today)
    last = stop_terms.ends_by(facts, region.settings)
    return {
        "reference": row.reference,
        "provider": row.provider_id,
        "stop_type": row.stop_type,
        "announced_on": row.announced_on,
        "contract_ends_on": row.contract_ends_on,
        "care_forms": row.care_forms,
        "locations": row.locations,
        "status": status.value,
        "missing": sorted(missing),
        "differences": {place: c.differences for place, c in sorted(facts.counts.items()) if c.differences},
        "counts": {
            place: {"provider": c.provider, "access": c.access, "explained": c.explained}
            for place, c in sorted(facts.counts.items())
        },
        "children": {status.value: tally.by_status.get(status, 0) for status in ChildStatus},
        "open": tally.open,
        "ends_by": last,
        "days_left": (last - today).days,
        "declarations_by": stop_terms.declarations_by(facts),
        "candidates": stop_gates.candidates(region, facts, today),
        "signals": sorted(signals),
        "waiting_for": waiting_for(region, facts, missing),
        "closed_on": row.closed_on,
        "trouble": row.trouble,
    }


def waiting_for(region: Region, facts: DossierFacts, missing: set[str]) -> list[str]:
    """Who must act for the dossier itself: to give or explain numbers, to add children; for the rest look at the children."""
    who: list[str] = []
    places = facts.children_in | facts.counts.keys()
    if not facts.counts:
        return [facts.provider]
    for place in sorted(places):
        counts = facts.counts.get(place)
        access = stop_status.access_of(place, region)
        if counts is None or counts.provider is None or "children" in missing or not counts.agreed:
            who.append(facts.provider)
        if access and (counts is None or counts.access is None or not counts.agreed):
            who.append(access)
    return list(dict.fromkeys(who))


def of_child(session: Session, region: Region, reference: str, today: date) -> dict[str, Any] | None:
    """The standing of one child; None when there is none."""
    rows = session.exec(select(StopChild).where(StopChild.reference == reference)).all()
    return of_children(session, region, rows, today)[0] if rows else None


def of_children(session: Session, region: Region, rows: Sequence[StopChild], today: date) -> list[dict[str, Any]]:
    """The standing of each child, in codes, ids and dates; of one dossier or of several."""
    ids = {row.dossier_id for row in rows}
    dossiers = session.exec(select(StopDossier).where(col(StopDossier.id).in_(ids))).all()
    of_dossier = facts_of_dossiers(session, dossiers)
    counts_open = {ident: stop_gates.counts_agree(facts) for ident, facts in of_dossier.items()}
    known = facts_of_children(session, rows)
    cases: dict[int | None, list[Case]] = defaultdict(list)
    for case in flex_cases(session, [row.id or 0 for row in rows]):
        cases[case.stop_child_id].append(case)
    return [
        _child(
            region,
            row,
            of_dossier[row.dossier_id],
            known[row.id or 0],
            counts_open[row.dossier_id],
            [case.reference for case in cases[row.id]],
            today,
        )
        for row in rows
    ]


def _child(
    region: Region,
    row: StopChild,
    dossier: DossierFacts,
    facts: ChildFacts,
    counts_open: bool,
    cases: list[str],
    today: date,
) -> dict[str, Any]:
    last = stop_terms.ends_by_of(facts, facts.agreed, dossier, region.settings)
    missing = stop_status.child_missing(facts, counts_open)
    return {
        "reference": row.reference,
        "dossier": dossier.reference,
        "sender_reference": row.sender_reference,
        "municipality": row.municipality,
        "care": row.care,
        "category": row.category,
        "care_form": row.care_form,
        "location": row.location,
        "status": row.status,
        "route": row.route,
        "receiving_provider": row.receiver_id,
        "moves_along": row.moves_along,
        "proposal": row.waiting,
        "held_by": stop_status.held_by(facts, dossier, region),
        "ends_by": last,
        "days_left": (last - today).days if row.status in OPEN else None,
        "registered_on": stop_status.registered_on(facts),
        "allocation_ends_on": row.allocation_ends_on,
        "started_on": row.started_on,
        "file_due": stop_terms.file_due(row.started_on, region.settings) if row.started_on else None,
        "file_late_days": stop_terms.file_late_days(facts, region.settings),
        "missing": sorted(missing),
        "signals": sorted(row.signals),
        "waiting_for": waiting_for_child(region, dossier, facts, missing),
        "flex_cases": cases,
        "trouble": row.trouble,
    }


def waiting_for_child(region: Region, dossier: DossierFacts, facts: ChildFacts, missing: set[str]) -> list[str]:
    """Who must act now for this child; nobody once it is settled."""
    access = stop_status.access_of(facts.municipality, region) or region.contract_administration()[0]
    match stop_status.child_status(facts):
        case ChildStatus.WAITING_FOR_DECISION if facts.waiting:
            return [access]
        case ChildStatus.TRANSFERRING:
            return [_who(what, dossier, facts, access) for what in missing_in_order(missing)][:1] or [
                facts.receiver or access
            ]
        case ChildStatus.TRANSFERRED | ChildStatus.FINISHED:
            return [dossier.provider] if missing - {"sign_off"} else [access] if missing else []
    return [dossier.provider]


_ORDER = ("family_informed", "consent", "handover", *FILE_ITEMS, "acceptance", "allocation")


def missing_in_order(missing: set[str]) -> list[str]:
    """What is missing, in the order in which it has to be done."""
    return sorted(missing, key=lambda what: (_ORDER.index(what) if what in _ORDER else len(_ORDER), what))


def _who(what: str, dossier: DossierFacts, facts: ChildFacts, access: str) -> str:
    if what == "acceptance":
        return facts.receiver or access
    return access if what in ("allocation", *MESSAGES) else dossier.provider
