"""An agenda as it is issued: who is invited to which meeting, with which cases. Codes, dates, numbers and ids only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.flex import history
from models.flex.agenda import called_guests, cases_on, starts_at
from models.flex.case import Case
from models.flex.meeting import AgendaIssue, Meeting
from notifications.agendas.issuing import MeetingKind, cancel, issue
from rules.flex import tables, terms
from rules.flex.facts import CaseFacts, Statement
from rules.flex.letters import AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN
from rules.shared.region import Region, Table
from rules.shared.series import Changes

OF_TABLE = MeetingKind(AgendaIssue, "meeting_id", AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN)


def guests(session: Session, region: Region, meeting: Meeting, changes: Changes) -> tuple[list[str], list[str]]:
    """Who is invited (chair, participants, owners of its cases) and which flex providers may come (F-28, F-55)."""
    return _guests(session, region, meeting, changes, cases_on(session, meeting))


def _guests(
    session: Session, region: Region, meeting: Meeting, changes: Changes, cases: list[Case]
) -> tuple[list[str], list[str]]:
    table = region.table[meeting.table_id]
    invited = tables.invited(table, (case.owner_id for case in cases))
    return invited, tables.flex_guests(table, meeting.day(), called_guests(session, meeting), region, changes)


def content(session: Session, region: Region, meeting: Meeting, changes: Changes) -> dict[str, Any]:
    """What the agenda says: nothing of the youth, nothing that somebody typed. The number of queries is fixed."""
    table = region.table[meeting.table_id]
    begins = starts_at(region, meeting)
    cases = cases_on(session, meeting)
    invited, optional = _guests(session, region, meeting, changes, cases)
    facts = history.facts_of(session, cases)
    known_forms = region.known_care_forms()
    return {
        "table": table.id,
        "series_on": meeting.series_on.isoformat(),
        "on": meeting.on.isoformat(),
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(minutes=table.minutes)).isoformat(),
        "chair": table.chair,
        "invited": invited,
        "optional": optional,
        "place_in_program": bool(meeting.room or meeting.link),
        "cases": [_case(case, facts[case.reference], table, meeting, known_forms) for case in cases],
    }


def _case(case: Case, facts: CaseFacts, table: Table, meeting: Meeting, known_forms: frozenset[str]) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "opdracht": case.opdracht,
        "care_form": case.care_form if case.care_form in known_forms else None,  # another one may be typed text
        "care_form_in_program": bool(case.care_form),
        "age_band": case.age_band,
        "urgent": case.urgent,
        "round": case.round,
        "owner": case.owner_id,
        "ground": case.ground,
        "treeknorm_date": case.treeknorm_date and case.treeknorm_date.isoformat(),
        "days_left": terms.days_left(case.treeknorm_date, meeting.on),
        "subcontractors": [_subcontractor(said) for said in tables.heard_from(facts)],
        "must_answer": tables.must_answer(table, facts),
    }


def _subcontractor(said: Statement) -> dict[str, str]:
    answer = "withdrawn" if said.withdrawn else "no" if said.declined else "yes"
    return {"id": said.subcontractor, "through": said.provider, "answer": answer}


def issue_agenda(session: Session, region: Region, meeting: Meeting, changes: Changes, now: datetime) -> None:
    """Issue the agenda, with a version one higher, to everybody invited (N-03)."""
    session.flush()
    issue(session, region, OF_TABLE, meeting, meeting.reference, content(session, region, meeting, changes), now)


def cancel_agenda(session: Session, meeting: Meeting, now: datetime) -> None:
    """Tell everybody on the last agenda that the meeting is off. Raises NoResultFound when none was issued."""
    cancel(session, OF_TABLE, meeting, meeting.reference, now)
