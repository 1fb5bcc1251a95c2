"""Cases with what was said in them, read for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, or_, select

from models.case import Case, Decision, FlexRequest, SubcontractorStatement
from models.meeting import Meeting
from rules.facts import CaseFacts, Statement
from rules.route import Step
from rules.tables import Change, Changes

LOOKBACK = timedelta(days=120)


def locked_case(session: Session, reference: str) -> Case | None:
    """The case, locked until the transaction ends; None when there is none."""
    return session.exec(select(Case).where(Case.reference == reference).with_for_update()).first()


def has_news(session: Session, case: Case) -> bool:
    """Whether a decision about this case is recorded that the route has not settled yet."""
    waiting = select(Decision.id).where(Decision.case_id == case.id, col(Decision.settled_at).is_(None))
    return session.exec(waiting).first() is not None


def table_has_news(session: Session, table_id: str) -> bool:
    """The same for the meetings of a table: a move may decide on which days it meets."""
    waiting = select(Decision.id).join(Meeting, col(Meeting.id) == col(Decision.meeting_id))
    return (
        session.exec(waiting.where(Meeting.table_id == table_id, col(Decision.settled_at).is_(None))).first()
        is not None
    )


def facts_of(session: Session, cases: Sequence[Case]) -> dict[str, CaseFacts]:
    """The facts of these cases by reference, in three queries at most."""
    ids = [case.id for case in cases]
    statements: dict[int, list[Statement]] = defaultdict(list)
    rows = session.exec(
        select(SubcontractorStatement)
        .where(col(SubcontractorStatement.case_id).in_(ids))
        .order_by(col(SubcontractorStatement.id))
    )
    for row in rows:
        statements[row.case_id].append(row.fact())
    answers: dict[tuple[int, int], dict[str, bool]] = defaultdict(dict)
    if searched := [case.id for case in cases if case.approved_round]:
        for request in session.exec(
            select(FlexRequest).where(col(FlexRequest.case_id).in_(searched), col(FlexRequest.answered_on).is_not(None))
        ):
            answers[request.case_id, request.round][request.provider] = bool(request.accepted)
    meets_on: dict[int | None, date] = {}
    if planned := {case.meeting_id for case in cases if case.meeting_id is not None}:
        meets_on = dict(
            session.exec(select(col(Meeting.id), col(Meeting.on)).where(col(Meeting.id).in_(planned))).all()
        )
    return {
        case.reference: case.facts(
            meets_on.get(case.meeting_id) if case.step == Step.TABLE else None,
            statements[case.id or 0],
            answers[case.id or 0, case.round],
        )
        for case in cases
    }


def changes(session: Session, today: date) -> dict[str, Changes]:
    """By table: the meetings that are known already or were changed, as the planning rules need them."""
    known: dict[str, dict[date, Change]] = defaultdict(dict)
    recent = today - LOOKBACK  # a meeting that was moved forward still takes the place of its day in the series
    rows = select(Meeting).where(or_(Meeting.on >= recent, Meeting.series_on >= recent, Meeting.cancelled))
    for meeting in session.exec(rows):
        known[meeting.table_id][meeting.series_on] = Change(meeting.on, meeting.cancelled)
    return dict(known)
