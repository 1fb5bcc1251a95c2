"""Cases with what was said in them, read for many at once.

These are the hot path of every act and step: plain rows instead of objects, and statements that are built once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, exists, inspect, or_, select
from sqlmodel import Session, col

from models.flex.case import Case, FlexRequest, SubcontractorStatement
from models.flex.meeting import Meeting
from models.region.directory import RegionRecord
from models.store import allocation
from models.store.allocation import Holder, Youth
from models.store.decision import Decision
from rules.flex.facts import CaseFacts, FromStop, Statement
from rules.flex.four_eyes import FOR_THE_TEAM
from rules.flex.route import Outcome, Step
from rules.shared.process import Hook
from rules.shared.repeating import LastDecision
from rules.shared.series import Change, Changes

LOOKBACK = timedelta(days=120)

# the children of stopping providers that cases are about, and what waits elsewhere before an act on a case (its reference)
children_of: Hook[[Session, set[int]], dict[int, FromStop]] = Hook()
before_act: Hook[[Session, Row[Any]], str | None] = Hook()  # of a case that is held

_TABLES: list[Any] = [inspect(table) for table in (Case, Decision, SubcontractorStatement, FlexRequest, Meeting)]
_CASE, _DECISION, _SAID, _ASKED, _MEETING = (table.local_table.c for table in _TABLES)
_THESE: BindParameter[Any] = bindparam("ids", expanding=True)
_STANDING = (
    select(
        *_CASE,
        select(col(RegionRecord.version)).scalar_subquery().label("region_version"),
        exists().where(_DECISION.subject == _CASE.reference, _DECISION.settled_at.is_(None)).label("has_news"),
    )
    .where(_CASE.reference == bindparam("reference"))
    .with_for_update(of=_CASE.id)
)
_LAST = select(_DECISION.by, _DECISION.data).where(
    _DECISION.subject == bindparam("case"),
    _DECISION.opening == bindparam("opening"),
    _DECISION.act == bindparam("act"),
)
_FOR_TEAM = select(_DECISION.by, _DECISION.person).where(
    _DECISION.subject == bindparam("case"),
    _DECISION.round == bindparam("round"),
    _DECISION.act.in_(bindparam("acts", expanding=True)),
)
_STATEMENTS = (
    select(_SAID.case_id, _SAID.provider, _SAID.subcontractor, _SAID.declined, _SAID.withdrawn_on)
    .where(_SAID.case_id.in_(_THESE))
    .order_by(_SAID.id)
)
_ANSWERS = select(_ASKED.case_id, _ASKED.round, _ASKED.provider, _ASKED.accepted).where(
    _ASKED.case_id.in_(_THESE), _ASKED.answered_on.is_not(None)
)
_MEETS_ON = select(_MEETING.id, _MEETING.on).where(_MEETING.id.in_(_THESE))
# a meeting that was moved forward still takes the place of its day in the series
_CHANGES = select(_MEETING.table_id, _MEETING.series_on, _MEETING.on, _MEETING.cancelled).where(
    or_(_MEETING.on >= bindparam("since"), _MEETING.series_on >= bindparam("since"), _MEETING.cancelled)
)


def standing(session: Session, reference: str) -> Row[Any] | None:
    """Where a case stands, locked until the transaction ends; None when there is none.

    Beside the columns of the case: the version of the region (`region_version`), and whether a decision is recorded
    that the route has not settled yet (`has_news`). PostgreSQL looks for that before it waits for the lock: who comes at
    the same moment may miss it, and is stopped by the key on case and opening.
    """
    return session.connection().execute(_STANDING, {"reference": reference}).first()


def said_just_now(session: Session, case: Row[Any], act: str) -> LastDecision | None:
    """The last decision that was settled about this case, where it was such an act."""
    said = (
        session.connection().execute(_LAST, {"case": case.reference, "opening": case.opening - 1, "act": act}).first()
    )
    return LastDecision(said.by, said.data, just_now=True) if said else None


def decided_for_team(session: Session, case: Row[Any]) -> frozenset[str]:
    """Who decided about this case for Team Zorgbemiddeling in its round, by id of the person (F-34)."""
    chosen = {"case": case.reference, "round": case.round, "acts": FOR_THE_TEAM}
    return frozenset(row.person or row.by for row in session.connection().execute(_FOR_TEAM, chosen))


def said_weeks(session: Session, case: str) -> int | None:
    """The treeknorm in weeks that somebody said of this case last, at the referral or correcting it; None: that of the region."""
    told = select(_DECISION.data).where(
        _DECISION.subject == case, _DECISION.act.in_(("register_referral", "correct_referral"))
    )
    said = [
        data["treeknorm_weeks"]
        for (data,) in session.execute(told.order_by(_DECISION.opening))
        if "treeknorm_weeks" in data
    ]
    return said[-1] if said else None


def table_has_news(session: Session, table_id: str) -> bool:
    """Whether a decision about a meeting of this table waits: a move may decide on which days it meets."""
    waiting = select(_DECISION.id).join(Meeting, _MEETING.reference == _DECISION.subject)
    of_table = waiting.where(_MEETING.table_id == table_id, _DECISION.settled_at.is_(None))
    return session.execute(of_table.limit(1)).first() is not None


def facts_of(session: Session, cases: Sequence[Case | Row[Any]]) -> dict[str, CaseFacts]:
    """The facts of these cases by reference, in three queries at most (one more for a child of a dossier), past what is not flushed."""
    read = session.connection().execute
    statements: dict[int, list[Statement]] = defaultdict(list)
    for row in read(_STATEMENTS, {"ids": [case.id for case in cases]}):
        said = Statement(row.provider, row.subcontractor, row.declined, row.withdrawn_on is not None)
        statements[row.case_id].append(said)
    answers: dict[tuple[int, int], dict[str, bool]] = defaultdict(dict)
    if searched := [case.id for case in cases if case.approved_round]:
        for row in read(_ANSWERS, {"ids": searched}):
            answers[row.case_id, row.round][row.provider] = bool(row.accepted)
    meets_on: dict[int | None, date] = {}
    if planned := {case.meeting_id for case in cases if case.step == Step.TABLE and case.meeting_id is not None}:
        meets_on = {row.id: row.on for row in read(_MEETS_ON, {"ids": list(planned)})}
    # mostly there are none, and nothing is read
    children = {case.stop_child_id for case in cases if case.stop_child_id}
    from_stop = {
        child: known for part in (children_of(session, children) if children else []) for child, known in part.items()
    }
    return {
        case.reference: Case.facts(
            case,  # type: ignore[arg-type]  # a row has the same names
            meets_on.get(case.meeting_id) if case.step == Step.TABLE else None,
            statements[case.id or 0],
            answers[case.id or 0, case.round],
            from_stop.get(case.stop_child_id or 0),
        )
        for case in cases
    }


@allocation.holders.add
def holders(session: Session, municipality: str, number: str) -> list[Holder]:
    """The cases that have this allocation number; one that was withdrawn has none any more. A child and its own cases are one youth."""
    goes_on = or_(_CASE.outcome.is_(None), _CASE.outcome != Outcome.WITHDRAWN.value)
    mine = select(_CASE.id, _CASE.reference, _CASE.stop_child_id).where(_CASE.municipality == municipality)
    having = mine.where(_CASE.allocation_number == number, goes_on)
    waiting = mine.add_columns(_DECISION.data).where(_DECISION.subject == _CASE.reference)
    waiting = waiting.where(_DECISION.act == "record_allocation", _DECISION.settled_at.is_(None))
    found = [
        Holder(row.reference, youth_of(row), waits=True)
        for row in session.execute(waiting)
        if row.data["number"] == number
    ]
    return found + [Holder(row.reference, youth_of(row)) for row in session.execute(having)]


def youth_of(case: Any) -> Youth:
    """Whose case it is."""
    return ("stop_child", case.stop_child_id) if case.stop_child_id else ("case", case.id)


def changes(session: Session, today: date) -> dict[str, Changes]:
    """By table: the meetings that are known already or were changed, as the planning rules need them."""
    known: dict[str, dict[date, Change]] = defaultdict(dict)
    for row in session.connection().execute(_CHANGES, {"since": today - LOOKBACK}):
        known[row.table_id][row.series_on] = Change(row.on, row.cancelled)
    return dict(known)
