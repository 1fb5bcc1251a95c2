"""A meeting was changed or cancelled, its agenda issued, or a flex provider called to it (F-26, F-53 … F-61, AMB-13)."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from flexroute import log, progress
from flexroute.errors import UserError
from models.flex import history
from models.flex.agenda import cases_on, plan_alone, starts_at
from models.flex.case import Case
from models.flex.meeting import AgendaItem, FlexGuest, Meeting
from models.region.directory import load_region
from models.store.database import current, retrying
from models.store.decision import Decision
from notifications.flex.agenda import cancel_agenda, issue_agenda
from rules.flex.route import Step
from rules.flex.settling import meets_on, to_table
from tasks.engine.batch import BatchResult, reason
from tasks.engine.step import PendingDecisions, call, named_task, tracked
from tasks.flex.artifacts import show_agendas
from tasks.flex.opening import go
from tasks.flex.settle import Settle, together
from tasks.flex.work import CaseContext


def meetings(news: PendingDecisions) -> None:
    """The line of the flow: settle what was decided about meetings, if anything was."""
    changed = select(Meeting.id).join(Decision, col(Decision.subject) == col(Meeting.reference))
    with current().reading() as session:
        ids = [ident for ident in session.exec(changed.where(col(Decision.settled_at).is_(None))) if ident]
    if ids:
        news.settled.add(call(settle_meetings, ids, news.now))


@named_task("Overleg gewijzigd")
def settle_meetings(ids: list[int], now: datetime) -> BatchResult:
    """Each meeting in its own transaction; one that was settled already is left as it is, one that breaks is set aside."""
    done = BatchResult()
    for ident in ids:
        try:
            retrying(partial(_settle_meeting, ident, now))
            progress.done("overleg is bijgewerkt", "overleggen zijn bijgewerkt")
        except UserError:
            raise  # the database, not a meeting
        except Exception as error:
            log.write(log.trouble(error, reference=f"meeting:{ident}", process="flex"))
            done.aside[f"overleg {ident}"] = reason(error)
    if tracked():
        show_agendas(now)
    return done


def _settle_meeting(ident: int, now: datetime) -> None:
    with current().writing() as session:
        plan_alone(session)
        meeting = session.get_one(Meeting, ident, with_for_update=True)
        news = select(Decision).where(Decision.subject == meeting.reference, Decision.opening == meeting.opening)
        if decision := session.exec(news).first():
            _settle(session, meeting, decision, now)
            meeting.opening += 1
            decision.settled_at = now


def _settle(session: Session, meeting: Meeting, decision: Decision, now: datetime) -> None:
    on_it = [
        case.reference
        for case in cases_on(session, meeting)
        if case.step == Step.TABLE and case.meeting_id == meeting.id
    ]
    if decision.act == "call_flex_provider":
        session.add(FlexGuest(meeting_id=meeting.id or 0, provider=decision.data["provider"]))
        together(session, [], now, at_risk_on(meeting.on), touched=[meeting])
    elif decision.act == "issue_agenda":
        _issue(session, meeting, now)
    elif decision.act == "place_series":
        together(session, [], now, at_risk_on(meeting.on), touched=_placed(session, meeting, decision.data))
    elif decision.data["cancelled"]:
        if meeting.version:  # nobody was invited before the agenda was issued
            cancel_agenda(session, meeting, now)
        meeting.cancelled = True
        together(session, on_it, now, partial(plan_anew, meeting))
    else:
        if decision.data["to"]:
            _leave_what_is_done(session, meeting)
        meeting.change(decision.data)
        together(session, on_it, now, at_risk_on(meeting.on), touched=[meeting])


def _issue(session: Session, meeting: Meeting, now: datetime) -> None:
    """To everybody, also where nothing changed; not once it meets."""
    region = load_region(session)
    if now < starts_at(region, meeting):
        changes = history.changes(session, meeting.on).get(meeting.table_id, {})
        issue_agenda(session, region, meeting, changes, now)


def _placed(session: Session, first: Meeting, place: dict[str, Any]) -> list[Meeting]:
    """This meeting and those after it in the series that are kept already, each with its place."""
    later = select(Meeting).where(Meeting.table_id == first.table_id, Meeting.series_on >= first.series_on)
    found = list(session.exec(later.order_by(col(Meeting.id)).with_for_update()))
    for meeting in found:
        meeting.room, meeting.link = place["room"] or meeting.room, place["link"] or meeting.link
    return found


def _leave_what_is_done(session: Session, meeting: Meeting) -> None:
    """A case that got its answer early on the old day does not go along to the new one."""
    waiting = select(Case.id).where(Case.meeting_id == meeting.id)
    done = update(AgendaItem).where(col(AgendaItem.meeting_id) == meeting.id, col(AgendaItem.case_id).not_in(waiting))
    session.execute(done.values(removed=True))


def plan_anew(cancelled: Meeting, work: CaseContext) -> None:
    """Its meeting is cancelled: the first meeting of the table whose agenda is still open."""
    if work.case.meeting_id != cancelled.id:
        return  # it went on while we waited for it
    work.planner.remove(work.case)
    go(work, to_table(work.case.table_id))


def at_risk_on(on: date) -> Settle:
    """The check of the treeknorm for a meeting day."""
    return lambda work: work.apply(meets_on(work.facts, on))
