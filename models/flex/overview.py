"""A case and a meeting as people and scenarios look at them: where it stands, who must act, by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, or_, select

from models.flex import history
from models.flex.case import Case, CaseSignal
from models.store.assignment import asked_of, subjects_of
from models.store.database import Database
from models.store.youth import Youth
from models.views.case import CaseView, Planned
from rules.flex import matching
from rules.flex.assignees import recorders
from rules.flex.facts import CaseFacts
from rules.flex.route import Step
from rules.shared.assignment import all_members
from rules.shared.region import Region

_OF_REFERENCE = select(Case).where(Case.reference == bindparam("reference"))
PAGE = 500  # cases that are read at a time, however many there are


def of_all(
    database: Database, region: Region, today: date, step: Step | None, closed_too: bool, who: str | None = None
) -> Iterator[list[CaseView]]:
    """The standing of every case (at this step, that waits for `who`, or that is not closed) by reference, a page at a time.

    Between two pages nothing is held open, however slowly somebody reads.
    """
    query = select(Case).order_by(col(Case.reference)).limit(PAGE)
    query = query.where(Case.step == step) if step else query if closed_too else query.where(Case.step != Step.CLOSED)
    last = ""
    while True:
        with database.reading() as session:
            later = query.where(col(Case.reference) > last)
            if who:
                later = later.where(col(Case.reference).in_(subjects_of(session, region, who, today)))
            cases = session.exec(later).all()
            if not cases:
                return
            page, last = of_cases(session, region, cases, today), cases[-1].reference
        yield page
        if len(cases) < PAGE:
            return


@dataclass(frozen=True)
class Chosen:
    """Which cases somebody wants to see. `part`: of this organisation only; `text`: a reference, or the sender's own."""

    step: Step | None = None
    closed_too: bool = False
    who: str | None = None  # that wait for
    part: str | None = None
    text: str = ""
    after: str = ""  # the last reference of the page before


def page_of(session: Session, region: Region, today: date, chosen: Chosen, size: int) -> list[CaseView]:
    """So many cases at most, by reference, the newest first."""
    query = _narrowed(session, region, today, chosen, select(Case)).order_by(col(Case.reference).desc()).limit(size)
    return of_cases(session, region, session.exec(query).all(), today)


def the_only(session: Session, region: Region, today: date, chosen: Chosen) -> str | None:
    """The reference of the case that is chosen, where there is one and no more; nothing else of it is read."""
    found = session.exec(_narrowed(session, region, today, chosen, select(Case.reference)).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _narrowed(session: Session, region: Region, today: date, chosen: Chosen, query: Any) -> Any:
    if chosen.step:
        query = query.where(Case.step == chosen.step)
    elif not (chosen.closed_too or chosen.text):
        query = query.where(Case.step != Step.CLOSED)
    if chosen.text:
        query = query.where(or_(col(Case.reference) == chosen.text, col(Case.sender_reference) == chosen.text))
    if chosen.part:
        theirs = (Case.owner_id, Case.referrer_id, Case.asked_id, Case.accepted_id)
        query = query.where(or_(*(col(one) == chosen.part for one in theirs)))
    if chosen.who:
        query = query.where(col(Case.reference).in_(subjects_of(session, region, chosen.who, today)))
    if chosen.after:
        query = query.where(col(Case.reference) < chosen.after)
    return query


def of_cases(session: Session, region: Region, cases: Sequence[Case], today: date) -> list[CaseView]:
    """The standing of each case, in codes, ids and dates: what the contract manager and the table watch (F-42)."""
    facts, asked = history.facts_of(session, cases), asked_of(session, [case.reference for case in cases])
    signals: dict[int, list[str]] = defaultdict(list)
    for signal in session.exec(select(CaseSignal).where(col(CaseSignal.case_id).in_([case.id for case in cases]))):
        signals[signal.case_id].append(signal.code)
    views = []
    for case in cases:
        known = facts[case.reference]
        views.append(
            CaseView(
                reference=case.reference,
                opdracht=case.opdracht,
                referrer=case.referrer_id,
                provider=case.provider_id,
                received_on=case.received_on,
                municipality=case.municipality,
                care_form=case.care_form,
                age_band=case.age_band,
                forensic=case.forensic,
                residential=case.residential,
                step=case.step,
                outcome=case.outcome,
                round=case.round,
                due=case.due,
                overdue=case.overdue,
                waiting_for=all_members(asked.get(case.reference, ()), region),
                recorded_by=list(recorders(known)),
                owner=case.owner_id,
                agenda=Planned(table=known.table, on=known.meets_on) if known.meets_on else None,
                candidates=matching.candidates(region, known, today) if case.step == Step.FLEX_SEARCH else [],
                excluded=matching.excluded(region, case.opdracht, known.statements, today),
                asked=case.asked_id,
                procedure_check="passed" if case.procedure_check == [] else case.procedure_check,
                signals=sorted(signals[case.id or 0]),
                treeknorm_date=case.treeknorm_date,
                opened_on=case.opened_on,
                sender_reference=case.sender_reference,
                urgent=case.urgent,
                trouble=case.trouble,
                stop_child=known.from_stop.child if known.from_stop else None,
            )
        )
    return views


def of_case(session: Session, region: Region, reference: str, today: date) -> CaseView | None:
    """The standing of one case; None when there is none."""
    case = session.exec(_OF_REFERENCE, params={"reference": reference}).first()
    return of_cases(session, region, [case], today)[0] if case else None


def facts_about(session: Session, reference: str) -> CaseFacts | None:
    """What the rules know of one case; None when there is none."""
    cases = session.exec(_OF_REFERENCE, params={"reference": reference}).all()
    return history.facts_of(session, cases).get(reference)


def youth_about(session: Session, reference: str) -> Mapping[str, Any]:
    """Who a case is about: only for who may read that, each time logged (C.4). Empty where nothing is kept."""
    kept = select(Youth.data).join(Case, col(Case.id) == col(Youth.case_id)).where(Case.reference == reference)
    return session.exec(kept).first() or {}


def youth_of(session: Session, reference: str) -> dict[str, int]:
    """In which row it is kept who a case is about."""
    found = session.exec(select(Case.id).where(Case.reference == reference)).first()
    return {"case_id": found} if found else {}


KEYS = frozenset(
    {
        *("step", "outcome", "round", "due", "overdue", "waiting_for", "owner", "agenda", "candidates", "excluded"),
        *("asked", "procedure_check", "signals"),
    }
)


def view(
    session: Session, region: Region, reference: str, today: date, _names: Mapping[str, str]
) -> tuple[str, dict[str, Any] | None]:
    """A case as scenarios look at it."""
    seen = of_case(session, region, reference, today)
    return reference, seen.model_dump() if seen else None
