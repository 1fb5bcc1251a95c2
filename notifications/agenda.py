"""An agenda as it is issued: who is invited to which meeting, with which cases. Codes, dates, numbers and ids only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models import history
from models.agenda import called_guests, cases_on, starts_at
from models.case import Case
from models.meeting import AgendaIssue, Meeting
from notifications.outbox import letter_row, queue_letters
from rules import tables, terms
from rules.facts import CaseFacts, Statement
from rules.letters import AGENDA, AGENDA_CANCELLED, INVITATION_WITHDRAWN
from rules.region import Region, Table
from rules.tables import Changes


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
    known_forms = region.care_forms()
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


def everybody(said: Mapping[str, Any]) -> list[str]:
    """Who is on an agenda that was issued: the invited and the flex providers, each once."""
    return list(dict.fromkeys([*said["invited"], *said["optional"]]))


def calendars(region: Region, idents: Iterable[str]) -> set[str]:
    """In whose calendars a meeting stands: a mail program knows people by their address. Who is unknown has none."""
    return {region.mail_of(ident).lower() for ident in idents if region.knows(ident)}


def subject_of(meeting: Meeting) -> str:
    """The name of a meeting in the outbox: its day in the series, which never changes."""
    return f"{meeting.table_id}:{meeting.series_on.isoformat()}"


def latest_issue(session: Session, meeting: Meeting) -> AgendaIssue:
    """The agenda as it was issued last. Raises NoResultFound when none was issued."""
    issues = select(AgendaIssue).where(AgendaIssue.meeting_id == meeting.id).order_by(col(AgendaIssue.version).desc())
    return session.exec(issues.limit(1)).one()


def issue_agenda(session: Session, region: Region, meeting: Meeting, changes: Changes, now: datetime) -> None:
    """Issue the agenda, with a version one higher, to everybody invited (N-03).

    Who was on the last one and is not on this one hears that too: their calendar would keep the meeting. Not so when
    somebody with the same address still comes: they would lose the meeting.
    """
    session.flush()
    said = content(session, region, meeting, changes)
    expected = everybody(said)
    before = latest_issue(session, meeting).content if meeting.version else None
    _issue(session, meeting, said, now, AGENDA, expected)
    if before:
        had_a_case = {case["owner"] for case in before["cases"]}
        keep = calendars(region, expected)
        for guest in everybody(before):
            if guest not in expected and keep.isdisjoint(calendars(region, [guest])):
                _queue(session, meeting, now, INVITATION_WITHDRAWN, [guest], had_a_case=guest in had_a_case)


def cancel_agenda(session: Session, meeting: Meeting, now: datetime) -> None:
    """Tell everybody on the last agenda that the meeting is off. Raises NoResultFound when none was issued."""
    said = latest_issue(session, meeting).content
    _issue(session, meeting, said, now, AGENDA_CANCELLED, everybody(said))


def _issue(
    session: Session, meeting: Meeting, said: dict[str, Any], now: datetime, kind: str, recipients: Iterable[str]
) -> None:
    meeting.version += 1
    session.add(AgendaIssue(meeting_id=meeting.id or 0, version=meeting.version, issued_at=now, content=said))
    session.flush()
    _queue(session, meeting, now, kind, recipients)


def _queue(
    session: Session, meeting: Meeting, now: datetime, kind: str, recipients: Iterable[str], **more: bool
) -> None:
    about, version = subject_of(meeting), meeting.version
    context = {"version": version, **more}
    queue_letters(
        session,
        (letter_row(kind, who, about, str(version), context, now, meeting_id=meeting.id) for who in recipients),
    )
