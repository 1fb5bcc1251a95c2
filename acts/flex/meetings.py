"""Acts on one meeting of a table, until it meets: a flex provider is called; it moves, or is cancelled (F-53, F-55 … F-61, AMB-13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from pydantic import Field
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from acts.engine.act import Act, Beginning, Unsettled, allowed, nothing_more, valid
from acts.engine.other_time import OtherTime
from acts.engine.record import keep
from flexroute.clock import local_date
from models.flex import history
from models.flex.agenda import called_guests, ensure_meeting, meeting_day, plan_alone, starts_at
from models.flex.meeting import Meeting
from models.region.directory import load_region
from models.store.database import Database
from rules.flex.tables import flex_guests
from rules.shared.asked import Asked
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region, Table
from rules.shared.roles import is_care_mediator, is_scheduler
from rules.shared.series import Changes
from rules.shared.values import Day, OrganisationId, TableId, Values

WHO = "een zorgbemiddelaar of planner"


class OfMeeting(Values):
    """Which table, on which day."""

    table: TableId = Field(title="tafel")
    on: Day = Field(title="dag van het overleg")


@dataclass(frozen=True)
class Found:
    """The meeting that an act is about, with what the checks need to know."""

    region: Region
    table: Table
    meeting: Meeting
    changes: Changes


def _may(asked: Asked) -> bool:
    return is_care_mediator(asked.by, asked.region) or is_scheduler(asked.by, asked.region)


def record_meeting(
    act: Act[Asked],
    database: Database,
    _about: str | None,
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None,
) -> str:
    """Record a decision about a meeting, in one transaction; answers with "table date". Raises Refused or Unsettled."""
    try:
        with database.writing() as session:
            region = load_region(session)
            asked = Asked(region, by, local_date(now), given, person=person)
            asked = valid(act, allowed(act, asked, nothing_more), nothing_more)
            values: OfMeeting = asked.values
            plan_alone(session)
            if history.table_has_news(session, values.table):
                raise Unsettled(f"{values.table} {values.on}")
            found = _find(session, region, values, now)
            if act.kept:
                act.kept(session, found, asked, now)
            about = {"subject": found.meeting.reference, "opening": found.meeting.opening}
            keep(session, (asked, {**about, "act": act.name, "at": now, "data": values.model_dump(mode="json")}))
    except IntegrityError:
        raise Unsettled(f"{given.get('table')} {given.get('on')}") from None
    return f"{values.table} {values.on}"


def _find(session: Session, region: Region, values: OfMeeting, now: datetime) -> Found:
    table, today = region.table[values.table], local_date(now)
    changes = history.changes(session, min(today, values.on)).get(table.id, {})
    day = meeting_day(region, table, values.on, changes)
    if day is None:
        raise invalid("on", f"de {table.name} komt op {values.on:%d-%m-%Y} niet bij elkaar")
    meeting = ensure_meeting(session, table.id, day)
    if now >= starts_at(region, meeting):
        raise Refused("wrong_step", "Dit overleg is al geweest of begonnen.", "on")
    return Found(region, table, meeting, changes)


class Call(OfMeeting):
    """Which flex provider is called to it, "op oproep"."""

    provider: OrganisationId = Field(title="flex-aanbieder")


def _welcome(session: Session, found: Found, asked: Asked, _now: datetime) -> None:
    provider = asked.values.provider
    if found.table.flex == "never":
        raise invalid("table", "aan deze tafel komen geen flex-aanbieders")
    if not found.region.organisation[provider].has_flex_contract(found.table.opdrachten, found.meeting.on):
        raise invalid("provider", "deze organisatie heeft dan geen flex-contract voor de opdrachten van deze tafel")
    called = called_guests(session, found.meeting)
    if provider in flex_guests(found.table, found.meeting.day(), called, found.region, found.changes):
        raise Refused("already_decided", "Deze flex-aanbieder is al welkom bij dit overleg.")


def _may_be_called(asked: Asked) -> Beginning:
    """Flex providers, at tables to which they come."""
    tables = [one for one in asked.region.tables if one.flex != "never"]
    opdrachten = tuple({opdracht for table in tables for opdracht in table.opdrachten})
    providers = [one.id for one in asked.region.organisations if one.has_flex_contract(opdrachten, asked.today)]
    return Beginning(among={"table": [one.id for one in tables], "provider": providers})


class Change(OfMeeting, OtherTime):
    """Another day, time or place, or no meeting (F-53, AMB-14)."""


def _other_time(_session: Session, found: Found, asked: Asked, now: datetime) -> None:
    region, table = found.region, found.table
    start = time.fromisoformat(found.meeting.start) if found.meeting.start else table.start
    asked.values.fits(
        region,
        table.valid_until,
        start,
        now,
        lambda day: meeting_day(region, table, day, found.changes) is not None,
    )


ACTS = (
    Act("call_flex_provider", Call, _may, WHO, kept=_welcome, record=record_meeting, begins=_may_be_called),
    Act("change_meeting", Change, _may, WHO, kept=_other_time, record=record_meeting),
)
