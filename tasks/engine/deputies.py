"""Who was replaced hears afterwards what was decided for him or her."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from flexroute.clock import local_date
from models.region.directory import DeputyRecord, load_region
from models.store.database import Database
from models.store.decision import Decision
from notifications.contexts import context_of
from notifications.outbox import letter_row, queue_once
from rules.shared.process import of_reference

KIND = "stood_in"


def tell_replaced(database: Database, now: datetime) -> None:
    """One letter once somebody is not replaced any more, where anything was decided; each time once."""
    over = or_(col(DeputyRecord.last) < local_date(now), col(DeputyRecord.ended_at).is_not(None))
    untold = select(DeputyRecord).where(col(DeputyRecord.told_at).is_(None), over).order_by(col(DeputyRecord.id))
    with database.reading() as session:
        if session.exec(untold.limit(1)).first() is None:
            return
    with database.writing() as session:
        for one in session.exec(untold.with_for_update()):
            _tell(session, one, now)
            one.told_at = now


def _tell(session: Session, one: DeputyRecord, now: datetime) -> None:
    references, region = _decided(session, one), load_region(session)
    if not references or one.person not in region.person:
        return
    known = context_of(KIND, deputy=one.deputy, first=one.first, last=_last(one), references=references)
    subject = f"vervanging-{one.id}"
    queue_once(session, letter_row(KIND, one.person, subject, one.first.isoformat(), known, now))


def _last(one: DeputyRecord) -> date:
    return min(one.last, local_date(one.ended_at)) if one.ended_at else one.last


def _decided(session: Session, one: DeputyRecord) -> tuple[str, ...]:
    """About what this deputy decided for that person in these days, each once."""
    theirs = select(Decision.subject, Decision.at).where(Decision.by == one.person, Decision.person == one.deputy)
    told = session.exec(theirs.order_by(col(Decision.id)))
    meant = (subject for subject, at in told if one.first <= local_date(at) <= _last(one))
    return tuple(dict.fromkeys(one for one in meant if of_reference(one)))
