"""Workload W: cases through the happy path, by the product and by a plain loop over the same tables.

Six decisions a case, each recorded in its own transaction; seven automatic steps, each with its rows and letters.
The plain loop is the baseline: the same SQLModel tables, pragmas, durability and rows; one commit for a decision and
its step; no rules, no Prefect. `same_rows` holds the two to each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col, select

from acts import perform
from flexroute.clock import from_local
from flows.mover import Runner
from models.flex.agenda import new_meeting
from models.flex.case import Case, FlexRequest, SubcontractorStatement
from models.flex.meeting import AgendaItem, Meeting
from models.store.assignment import Assignment
from models.store.database import Database
from models.store.decision import Decision
from models.store.letter import Letter
from models.store.subject import begin
from notifications.contexts import Context
from notifications.outbox import letter_row
from rules.flex.route import STEP_INFO, Step
from rules.shared.series import MeetingDay

BEFORE, AFTER = from_local("2026-03-02T09:00"), from_local("2026-03-03T14:00")  # the meeting
TODAY, MEETING, NORM = date(2026, 3, 2), date(2026, 3, 3), date(2026, 5, 11)
OWNER, TEAM, REFERRER, MANAGER, FLEX = "sys-noord", "care_mediation_team", "ref-lt", "cm-bc", "flex-00"
NO = {"can_deliver": False, "explanation": "De groepen zijn vol tot de zomer."}

DECISIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("record_assessment", OWNER, NO | {"ground": "demand_peak", "subcontractors": [NO | {"provider": "oa-klein"}]}),
    ("decide_mediation", "tz-anna", {"outcome": "table", "reason": "Bespreken met alle aanbieders."}),
    (
        "record_table_answers",
        "tz-anna",
        {"on": "2026-03-03", "answers": [NO | {"provider": p} for p in ("sys-zuid", "sys-oost", "prest-west")]},
    ),
    ("decide_approval", MANAGER, {"approved": True, "ground": "demand_peak", "motivation": "Tijdelijk veel vraag."}),
    ("record_flex_answer", FLEX, {"provider": FLEX, "accepts": True, "earliest_start": "2026-03-16"}),
    ("record_handover", OWNER, {"on": "2026-03-02", "to": FLEX, "items": ["kennismaking", "hulpvraag"]}),
)


def at(number: int) -> datetime:
    """When this decision is taken: the table meets on the second day."""
    return BEFORE if number < 2 else AFTER


def referrals(database: Database, number: int, first: int = 1) -> list[str]:
    """Cases whose referral is recorded and not yet moved: where both begin. Answers with their references."""
    references = [f"ZB-2026-{n:06d}" for n in range(first, first + number)]
    asked: dict[str, Any] = {
        "referral_route": "local_team",
        "opdracht": "B",
        "received_on": TODAY,
        "municipality": "0599",
        "treeknorm_weeks": 10,
        "treeknorm_date": NORM,
    }
    who = {"referrer_id": REFERRER, "provider_id": OWNER, "owner_id": OWNER}
    with database.writing() as session:
        rows = [asked | who | {"reference": reference, "registered_at": BEFORE} for reference in references]
        begin(session, references, "flex", "case")
        session.execute(insert(Case), rows)
        decisions = [_decided(reference, 0, "register_referral", REFERRER, {}) for reference in references]
        session.execute(insert(Decision), decisions)
    return references


def product(database: Database, references: list[str], runs: Runner) -> None:
    """Every decision through the one door, then a run of the flow for all that have news."""
    runs.move(None, "aanmeldingen", BEFORE)
    for number, (act, by, given) in enumerate(DECISIONS):
        now = at(number)
        for reference in references:
            perform(database, act, reference, by, given, now)
        runs.move(None, act, now)


def baseline(database: Database) -> None:
    """What the same would cost a plain loop that knows nothing."""
    with database.reading() as session:
        ids = list(session.exec(select(Case.id).order_by("id")))
    for step in (_referred, _assessed, _mediated, _answered, _approved, _accepted, _handed_over):
        for ident in ids:
            with database.writing() as session:
                step(session, session.get_one(Case, ident, with_for_update=True))


def same_rows(one: Database, other: Database) -> None:
    """Raises AssertionError where the two left different rows behind."""
    assert _left(one) == _left(other)  # noqa: S101


def _left(database: Database) -> dict[str, Any]:
    with database.reading() as session:
        left: dict[str, Any] = {
            name: session.exec(select(func.count()).select_from(table)).one()
            for name, table in sorted(SQLModel.metadata.tables.items())
            if name != "job_run"  # that a job ran is no row of a case
        }
        settled = select(func.count()).select_from(Decision).where(Decision.settled_at.is_not(None))  # type: ignore[union-attr]
        where = (Case.step, Case.opening, Case.round, Case.accepted_id, Case.due, Case.decided)
        kinds = select(Letter.kind, Letter.recipient, func.count()).group_by(Letter.kind, Letter.recipient)
        left["settled"] = session.exec(settled).one()
        left["cases"] = {repr(row) for row in session.exec(select(*where))}  # type: ignore[call-overload]
        who: list[Any] = [Assignment.organisation, Assignment.role, Assignment.scope, Assignment.acts, Assignment.due]
        assigned = sql_select(*who, func.count(), func.count(col(Assignment.closed_at))).group_by(*who)
        left["assigned"] = {tuple(row) for row in session.execute(assigned)}
        left["letters"] = sorted(map(tuple, session.exec(kinds)))
    return left


# The steps of the plain loop, as somebody would write them who has no route: load, change, add, commit.


def _decided(case: str, opening: int, act: str, by: str, given: Mapping[str, Any]) -> dict[str, Any]:
    decided = {"subject": case, "opening": opening, "act": act, "step": "referral", "round": 1}
    return decided | {"by": by, "at": BEFORE, "data": given}


def _decide(session: Session, case: Case, number: int) -> None:
    act, by, given = DECISIONS[number]
    decided = _decided(case.reference, case.opening, act, by, given) | {"step": case.step, "at": at(number)}
    session.add(Decision(**decided, settled_at=at(number)))
    case.decided = sorted([*case.decided, act])


def _open(session: Session, case: Case, step: str, acts: str, due: date | None = None, **who: Any) -> None:
    case.step, case.opened_on, case.due, case.opening = step, TODAY, due, case.opening + 1
    asked = select(Assignment).where(Assignment.subject == case.reference, col(Assignment.closed_at).is_(None))
    for answered in session.exec(asked):
        answered.closed_at = BEFORE
    by = due or (MEETING if step == "table" else NORM)
    number = STEP_INFO[Step(step)].requirement
    session.add(
        Assignment(subject=case.reference, acts=acts, requirement=number, since=TODAY, due=by, sort_day=by, **who)
    )


def _letters(session: Session, case: Case, kind: str, *to: str, **more: Any) -> None:
    context = {
        "opdracht": case.opdracht,
        "round": case.round,
        "owner": case.owner_id,
        "urgent": case.urgent,
        "treeknorm_date": NORM.isoformat(),
        "received_on": TODAY.isoformat(),
    }
    for who in to:
        row = letter_row(kind, who, case.reference, str(case.opening), Context(context | more), BEFORE, case_id=case.id)
        session.add(Letter(**row))


def _referred(session: Session, case: Case) -> None:
    decision = session.exec(select(Decision).where(Decision.subject == case.reference)).one()
    decision.settled_at = BEFORE
    case.decided = ["register_referral"]
    _letters(session, case, "assessment_request", OWNER, due="2026-03-09")
    _letters(session, case, "referral_received", REFERRER, due="2026-03-09")
    _open(session, case, "provider_check", "record_assessment", date(2026, 3, 9), organisation=OWNER)


def _assessed(session: Session, case: Case) -> None:
    _decide(session, case, 0)
    case.ground = "demand_peak"
    said = SubcontractorStatement(
        case_id=case.id or 0, round=1, provider=OWNER, subcontractor="oa-klein", declined=True, stated_on=TODAY
    )
    session.add(said)
    _letters(session, case, "assessment_outcome", REFERRER, possible=False)
    _letters(session, case, "escalation", TEAM, taken_over=False, ground="demand_peak")
    _open(session, case, "mediation", "decide_mediation", role="care_mediator")


def _mediated(session: Session, case: Case) -> None:
    _decide(session, case, 1)
    meeting = session.exec(select(Meeting).where(Meeting.table_id == "T_BC")).first()
    if meeting is None:
        meeting = new_meeting("T_BC", MeetingDay(MEETING, MEETING))
        begin(session, [meeting.reference], "flex", "meeting")
        session.add(meeting)
        session.flush()
    session.add(AgendaItem(meeting_id=meeting.id or 0, case_id=case.id or 0, round=1))
    case.table_id, case.meeting_id = "T_BC", meeting.id
    _open(session, case, "table", "record_table_answers move_to_table", role="care_mediator")


def _answered(session: Session, case: Case) -> None:
    _decide(session, case, 2)
    case.assessed_round, case.meeting_id = 1, None
    _letters(session, case, "approval_request", MANAGER)
    _open(session, case, "approval", "decide_approval", role="contract_manager", scope=case.opdracht)


def _approved(session: Session, case: Case) -> None:
    _decide(session, case, 3)
    case.approved_round, case.asked_id = 1, FLEX
    session.add(FlexRequest(case_id=case.id or 0, round=1, provider=FLEX, asked_on=TODAY))
    _letters(session, case, "approval_decision", TEAM, OWNER, approved=True, ground="demand_peak", to_re_offer=False)
    _letters(session, case, "flex_request", FLEX)
    _open(session, case, "flex_search", "record_flex_answer", organisation=FLEX)


def _accepted(session: Session, case: Case) -> None:
    _decide(session, case, 4)
    request = session.exec(select(FlexRequest).where(FlexRequest.case_id == case.id)).one()
    request.answered_on, request.accepted, request.earliest_start = TODAY, True, date(2026, 3, 16)
    case.asked_id, case.accepted_id = None, FLEX
    _letters(session, case, "flex_answer", TEAM, flex=FLEX, accepted=True, to_re_offer=False, unable=False)
    _letters(session, case, "handover_request", OWNER, FLEX, flex=FLEX)
    _open(session, case, "handover", "record_handover", organisation=OWNER)


def _handed_over(session: Session, case: Case) -> None:
    _decide(session, case, 5)
    case.handed_over_on = TODAY
    _letters(session, case, "handover_done", FLEX, TEAM, flex=FLEX)
    _letters(session, case, "allocation_request", REFERRER, flex=FLEX)
    _open(session, case, "allocation", "", organisation=REFERRER)
