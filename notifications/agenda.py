"""An agenda as it is issued: who is invited to which meeting, with which cases. Codes, dates and ids only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models import history
from models.agenda import called_guests, cases_on, starts_at
from models.meeting import AgendaIssue, Meeting
from notifications.outbox import letter_row, queue_letters
from rules import tables
from rules.letters import AGENDA, AGENDA_CANCELLED
from rules.region import Region
from rules.tables import Changes


def guests(session: Session, region: Region, meeting: Meeting, changes: Changes) -> tuple[list[str], list[str]]:
    """Who is invited (chair, participants, owners of its cases) and which flex providers may come (F-28, F-55)."""
    table = region.table[meeting.table_id]
    invited = tables.invited(table, (case.owner_id for case in cases_on(session, meeting)))
    return invited, tables.flex_guests(table, meeting.day(), called_guests(session, meeting), region, changes)


def content(session: Session, region: Region, meeting: Meeting, changes: Changes) -> dict[str, Any]:
    """What the agenda says: nothing of the youth, nothing that somebody typed."""
    table = region.table[meeting.table_id]
    invited, optional = guests(session, region, meeting, changes)
    begins = starts_at(region, meeting)
    known_forms = region.care_forms()
    cases = cases_on(session, meeting)
    facts = history.facts_of(session, cases)
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
        "cases": [
            {
                "reference": case.reference,
                "opdracht": case.opdracht,
                "care_form": case.care_form if case.care_form in known_forms else None,
                "age_band": case.age_band,
                "urgent": case.urgent,
                "round": case.round,
                "owner": case.owner_id,
                "ground": case.ground,
                "treeknorm_date": case.treeknorm_date and case.treeknorm_date.isoformat(),
                "must_answer": tables.must_answer(table, facts[case.reference]),
            }
            for case in cases
        ],
    }


def subject_of(meeting: Meeting) -> str:
    """The name of a meeting in the outbox: its day in the series, which never changes."""
    return f"{meeting.table_id}:{meeting.series_on.isoformat()}"


def issue_agenda(session: Session, region: Region, meeting: Meeting, changes: Changes, now: datetime) -> None:
    """Issue the agenda, with a version one higher, to everybody invited (N-03)."""
    _issue(session, region, meeting, changes, AGENDA, now)


def cancel_agenda(session: Session, region: Region, meeting: Meeting, changes: Changes, now: datetime) -> None:
    """Tell everybody that was invited that the meeting is off."""
    _issue(session, region, meeting, changes, AGENDA_CANCELLED, now)


def _issue(session: Session, region: Region, meeting: Meeting, changes: Changes, kind: str, now: datetime) -> None:
    session.flush()
    said = content(session, region, meeting, changes)
    meeting.version += 1
    session.add(AgendaIssue(meeting_id=meeting.id or 0, version=meeting.version, issued_at=now, content=said))
    session.flush()
    queue_letters(
        session,
        (
            letter_row(
                kind,
                recipient,
                subject_of(meeting),
                str(meeting.version),
                {"version": meeting.version},
                now,
                meeting_id=meeting.id,
            )
            for recipient in dict.fromkeys([*said["invited"], *said["optional"]])
        ),
    )
