"""Acts on a meeting of a table: they have no case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from acts.engine.act import Unsettled, forbidden, read_values
from flexroute.clock import local_date
from models.flex import history
from models.flex.agenda import ensure_meeting, meeting_day, plan_alone, starts_at
from models.flex.meeting import Meeting
from models.region.directory import load_region
from models.store.database import Database
from models.store.decision import Decision
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region, Table
from rules.shared.roles import is_care_mediator, is_scheduler
from rules.shared.series import Changes
from rules.shared.values import Day, Given, TableId


class OfMeeting(Given):
    """Which table, on which day."""

    table: TableId
    on: Day


V = TypeVar("V", bound=OfMeeting)


@dataclass(frozen=True)
class Found:
    """The meeting that an act is about, with what the checks need to know."""

    session: Session
    region: Region
    table: Table
    meeting: Meeting
    changes: Changes
    now: datetime

    @property
    def today(self) -> date:
        """The day it is in the region."""
        return local_date(self.now)


@dataclass(frozen=True)
class MeetingAct(Generic[V]):
    """An act of a care mediator or scheduler on one meeting, until it meets."""

    name: str
    values: type[V]
    fits: Callable[[V, Found], None]
    who: str = "een zorgbemiddelaar of planner"


def record_meeting(database: Database, act: MeetingAct[V], by: str, given: Mapping[str, Any], now: datetime) -> str:
    """Record a decision about a meeting, in one transaction; answers with "table date". Raises Refused or Unsettled."""
    try:
        with database.writing() as session:
            region = load_region(session)
            if not (is_care_mediator(by, region) or is_scheduler(by, region)):
                raise forbidden(act.who)
            values = read_values(act.values, given, region, local_date(now))
            plan_alone(session)
            if history.table_has_news(session, values.table):
                raise Unsettled(f"{values.table} {values.on}")
            found = _find(session, region, values, now)
            act.fits(values, found)
            session.add(
                Decision(
                    meeting_id=found.meeting.id,
                    opening=found.meeting.opening,
                    act=act.name,
                    by=by,
                    at=now,
                    data=values.model_dump(mode="json"),
                )
            )
    except IntegrityError:
        raise Unsettled(f"{given.get('table')} {given.get('on')}") from None
    return f"{values.table} {values.on}"


def _find(session: Session, region: Region, values: OfMeeting, now: datetime) -> Found:
    table, today = region.table[values.table], local_date(now)
    changes = history.changes(session, min(today, values.on)).get(table.id, {})
    day = meeting_day(region, table, values.on, changes)
    if day is None:
        raise invalid("on", f"de {table.name} komt op {values.on} niet bij elkaar")
    meeting = ensure_meeting(session, table.id, day)
    if now >= starts_at(region, meeting):
        raise Refused("wrong_step", "Dit overleg is al geweest of begonnen.", "on")
    return Found(session, region, table, meeting, changes, now)


def already(message: str) -> Refused:
    """The same act on the same meeting, a second time."""
    return Refused("already_decided", message)
