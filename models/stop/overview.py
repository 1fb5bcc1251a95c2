"""A dossier and its children as people and scenarios look at them: where it stands, what is missing, who holds the child, by when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from flexroute.clock import local_date
from models.stop.consultation import next_on
from models.stop.dossier import StopChild, StopDossier, StopDuty, in_dossier
from models.stop.history import cases_of, facts_of_children, facts_of_dossiers, tallies
from models.store.assignment import Assignment
from models.store.youth import Youth
from models.views.dossier import ChildView, Counted, DossierView, Duty
from rules.shared.assignment import Party, members
from rules.shared.region import Region
from rules.stop import gates as stop_gates
from rules.stop import status as stop_status
from rules.stop import terms as stop_terms
from rules.stop.assignees import acts_of_child, acts_of_dossier, assignees, assignees_of_child
from rules.stop.duties import DUTIES
from rules.stop.facts import ChildFacts, DossierFacts, FlexCase
from rules.stop.route import OPEN, ChildStatus
from rules.stop.settings import StopSettings


def of_dossier(session: Session, region: Region, reference: str, today: date) -> DossierView | None:
    """The standing of a dossier; None when there is none."""
    rows = session.exec(select(StopDossier).where(StopDossier.reference == reference)).all()
    return of_dossiers(session, region, rows, today)[0] if rows else None


def of_dossiers(session: Session, region: Region, rows: Sequence[StopDossier], today: date) -> list[DossierView]:
    """The standing of each dossier, in codes, ids and dates."""
    facts = facts_of_dossiers(session, rows)
    counted = tallies(session, [row.id or 0 for row in rows])
    signals, duties = _signals(session, list(counted)), _duties(session, list(counted))
    stopping = who_stop(session)
    consultations = next_on(session, region.days, [row.id or 0 for row in rows if row.closed_on is None], today)
    return [
        _dossier(
            region,
            row,
            facts[row.id or 0],
            counted[row.id or 0],
            signals[row.id or 0],
            today,
            next_consultation=consultations.get(row.id or 0),
            stopping=stopping,
            duties=[_duty(name, duties.get((row.id or 0, name))) for name in DUTIES],
        )
        for row in rows
    ]


def whole(session: Session, region: Region, row: StopDossier, today: date) -> tuple[DossierView, list[ChildView]]:
    """The standing of a dossier and of every child in it."""
    [view] = of_dossiers(session, region, [row], today)
    rows = session.exec(
        select(StopChild).where(StopChild.dossier_id == row.id, in_dossier()).order_by(col(StopChild.id))
    ).all()
    return view, of_children(session, region, rows, today)


def waiting_for(session: Session, region: Region, views: Sequence[DossierView]) -> dict[str, Counter[str]]:
    """By dossier: who must act, and for how many of its children. What its numbers hold up waits for who must give them (S-42)."""
    of_dossier = {view.reference: view for view in views}
    parties: Any = [Assignment.organisation, Assignment.role, Assignment.scope]
    held_up = col(StopChild.status) == ChildStatus.WAITING_FOR_DECISION.value
    asked = sql_select(StopDossier.reference, *parties, func.count()).join(StopChild)  # type: ignore[call-overload]
    of_child = (col(Assignment.subject) == col(StopChild.reference)) & col(Assignment.closed_at).is_(None)
    asked = asked.outerjoin(Assignment, of_child).where(col(StopDossier.reference).in_(of_dossier))
    asked = asked.where(col(Assignment.id).is_not(None) | held_up, in_dossier()).group_by(
        StopDossier.reference, *parties
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for reference, *party, number in session.execute(asked.order_by(func.min(StopChild.id))):
        whom = members(Party(*party), region) if any(party) else of_dossier[reference].waiting_for
        found[reference].update(dict.fromkeys(whom, number))
    return found


def who_stop(session: Session) -> list[str]:
    """The providers with an open dossier."""
    open_ = select(StopDossier.provider_id).where(col(StopDossier.closed_on).is_(None)).distinct()
    return list(session.exec(open_.order_by(StopDossier.provider_id)))


def other_dossiers(session: Session, reference: str) -> list[str]:
    """The other open dossiers of the same provider: it may stop in parts."""
    same = select(StopDossier.provider_id).where(StopDossier.reference == reference).scalar_subquery()
    others = select(StopDossier.reference).where(StopDossier.provider_id == same, StopDossier.reference != reference)
    return list(session.exec(others.where(col(StopDossier.closed_on).is_(None)).order_by(col(StopDossier.id))))


def _signals(session: Session, dossiers: Sequence[int]) -> dict[int, set[str]]:
    """The signals of the children of each dossier together."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = select(StopChild.dossier_id, StopChild.signals).where(col(StopChild.dossier_id).in_(dossiers), in_dossier())
    for ident, raised in session.exec(rows):
        found[ident] |= raised.keys()
    return found


def _dossier(
    region: Region,
    row: StopDossier,
    facts: DossierFacts,
    tally: stop_status.Tally,
    signals: set[str],
    today: date,
    *,
    next_consultation: date | None,
    stopping: list[str],
    duties: list[Duty],
) -> DossierView:
    status, missing = stop_status.dossier_missing(facts, tally, today)
    left_out, not_counted = stop_status.to_add(facts, tally)
    last = stop_terms.ends_by(facts, region.settings_of(StopSettings))
    return DossierView(
        reference=row.reference,
        provider=row.provider_id,
        stop_type=row.stop_type,
        announced_on=row.announced_on,
        opened_on=local_date(row.registered_at),
        contract_ends_on=row.contract_ends_on,
        care_forms=row.care_forms,
        locations=row.locations,
        status=status.value,
        missing=sorted(missing),
        differences={place: c.differences for place, c in sorted(facts.counts.items()) if c.differences},
        counts={
            place: Counted(provider=c.provider, access=c.access, explained=c.explained)
            for place, c in sorted(facts.counts.items())
        },
        added=added(tally),
        left_out=left_out,
        not_counted=not_counted,
        children={status.value: tally.by_status.get(status, 0) for status in ChildStatus},
        open=tally.open,
        ends_by=last,
        days_left=(last - today).days,
        declarations_by=stop_terms.declarations_by(facts),
        candidates=stop_gates.candidates(region, facts.provider, facts.care_forms, today),
        signals=sorted(signals),
        waiting_for=assignees(region, facts, missing),
        acts=acts_of_dossier(missing, left_out, not_counted),
        closed_on=row.closed_on,
        trouble=row.trouble,
        next_consultation=next_consultation,
        stopping=stopping,
        duties=duties,
    )


def _duties(session: Session, dossiers: Sequence[int]) -> dict[tuple[int, str], StopDuty]:
    rows = session.exec(select(StopDuty).where(col(StopDuty.dossier_id).in_(dossiers)))
    return {(row.dossier_id, row.duty): row for row in rows}


def _duty(name: str, done: StopDuty | None) -> Duty:
    """One duty of the guideline: whether it was seen to, when and by whom (S-13 … S-23)."""
    return Duty(duty=name, done_on=done.done_on, by=done.by, note=done.note) if done else Duty(duty=name)


def added(tally: stop_status.Tally) -> dict[str, dict[str, int]]:
    """How many children were added, by municipality and category (S-17)."""
    places: dict[str, dict[str, int]] = {}
    for (place, category), number in sorted(tally.by_category.items()):
        places.setdefault(place, {})[category] = number
    return places


def of_child(session: Session, region: Region, reference: str, today: date) -> ChildView | None:
    """The standing of one child; None when there is none."""
    rows = session.exec(select(StopChild).where(StopChild.reference == reference)).all()
    return of_children(session, region, rows, today)[0] if rows else None


def of_children(session: Session, region: Region, rows: Sequence[StopChild], today: date) -> list[ChildView]:
    """The standing of each child, in codes, ids and dates; of one dossier or of several."""
    ids = {row.dossier_id for row in rows}
    dossiers = session.exec(select(StopDossier).where(col(StopDossier.id).in_(ids))).all()
    of_dossier = facts_of_dossiers(session, dossiers)
    counts_open = {ident: stop_gates.counts_agree(facts) for ident, facts in of_dossier.items()}
    known = facts_of_children(session, rows)
    cases = cases_of(session, [row.id or 0 for row in rows])
    return [
        _child(
            region,
            row,
            of_dossier[row.dossier_id],
            known[row.id or 0],
            counts_open[row.dossier_id],
            cases.get(row.id or 0, []),
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
    cases: list[FlexCase],
    today: date,
) -> ChildView:
    settings = region.settings_of(StopSettings)
    last = stop_terms.ends_by_of(facts, facts.agreed, dossier, settings)
    missing = stop_status.child_missing(facts, counts_open)
    due = stop_terms.due(facts, last, settings)
    return ChildView(
        reference=row.reference,
        dossier=dossier.reference,
        sender_reference=row.sender_reference,
        municipality=row.municipality,
        care=row.care,
        category=row.category,
        care_form=row.care_form,
        location=row.location,
        status=row.status,
        route=row.route,
        receiving_provider=row.receiver_id,
        moves_along=row.moves_along,
        expected_end=row.expected_end,
        proposal=row.waiting,
        held_by=stop_status.held_by(facts, dossier, region),
        ends_by=last,
        days_left=(last - today).days if row.status in OPEN and not row.removed_on else None,
        due=due,
        due_in=(due - today).days if due else None,
        added_on=local_date(row.added_at),
        registered_on=stop_status.registered_on(facts),
        allocation_ends_on=row.allocation_ends_on,
        started_on=row.started_on,
        finished_on=row.finished_on,
        file_due=stop_terms.file_due(row.started_on, settings) if row.started_on else None,
        file_late_days=stop_terms.file_late_days(facts, settings),
        missing=sorted(missing),
        signals=sorted(row.signals),
        waiting_for=[] if row.removed_on else assignees_of_child(region, dossier, facts, missing),
        acts=[] if row.removed_on else acts_of_child(facts, missing),
        flex_cases=[case.reference for case in cases],
        flex_step=cases[-1].at if cases else None,
        trouble=row.trouble,
        removed_on=row.removed_on,
    )


def facts_about(session: Session, reference: str) -> DossierFacts | None:
    """What the rules know of one dossier; None when there is none."""
    rows = session.exec(select(StopDossier).where(StopDossier.reference == reference)).all()
    return next(iter(facts_of_dossiers(session, rows).values()), None)


def facts_about_child(session: Session, reference: str) -> tuple[DossierFacts, ChildFacts] | None:
    """What the rules know of one child, with its dossier; None when there is none."""
    child = session.exec(select(StopChild).where(StopChild.reference == reference)).first()
    if child is None:
        return None
    dossier = session.get_one(StopDossier, child.dossier_id)
    return facts_of_dossiers(session, [dossier])[child.dossier_id], facts_of_children(session, [child])[child.id or 0]


def youth_about(session: Session, reference: str) -> Mapping[str, Any]:
    """Who a child is: only for who may read that, each time logged (C.4). Empty where nothing is kept."""
    kept = select(Youth.data).join(StopChild, col(StopChild.id) == col(Youth.child_id))
    return session.exec(kept.where(StopChild.reference == reference)).first() or {}


def youth_of(session: Session, reference: str) -> dict[str, int]:
    """In which row it is kept who a child is."""
    found = session.exec(select(StopChild.id).where(StopChild.reference == reference)).first()
    return {"child_id": found} if found else {}


def nobody(_session: Session, _reference: str) -> Mapping[str, Any]:
    """A dossier is about no youth; each child in it is."""
    return {}


DOSSIER_KEYS = frozenset(
    {
        *("status", "missing", "differences", "open_children", "ends_by", "declarations_by", "candidates", "signals"),
    }
)
CHILD_KEYS = frozenset(
    {
        *("route", "receiving_provider", "status", "held_by", "file_due", "file_late_days", "ends_by", "registered_on"),
        *("missing", "signals"),
    }
)


def dossier_view(
    session: Session, region: Region, reference: str, today: date, names: Mapping[str, str]
) -> tuple[str, dict[str, Any] | None]:
    """A dossier as it stands; for a scenario also its open children, by the names that it has for them."""
    seen = of_dossier(session, region, reference, today)
    view = seen.model_dump() if seen else None
    if not names:
        return reference, view
    of_it = col(StopChild.reference).startswith(f"{reference}-")
    rows = select(StopChild.reference).where(
        of_it, in_dossier(), col(StopChild.status).in_([status.value for status in OPEN])
    )
    return reference, view and {**view, "open_children": [names.get(child, child) for child in session.exec(rows)]}


def child_view(
    session: Session, region: Region, reference: str, today: date, _names: Mapping[str, str]
) -> tuple[str, dict[str, Any] | None]:
    """A child as scenarios look at it."""
    seen = of_child(session, region, reference, today)
    return reference, seen.model_dump() if seen else None
