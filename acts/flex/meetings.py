"""Acts on one meeting of a table, until it meets (F-26, F-53, F-55 … F-61, AMB-13).

Its agenda is issued, a flex provider is called, it moves or is cancelled; from it on the series gets a place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from pydantic import Field, field_validator, model_validator
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from acts.engine.act import Act, Beginning, Unsettled, allowed, nothing_more, valid
from acts.engine.offered import Offer
from acts.engine.other_time import OtherTime, a_link
from acts.engine.record import keep
from flexroute.clock import local_date
from models.flex import history
from models.flex.agenda import called_guests, ensure_meeting, meeting_day, plan_alone, starts_at
from models.flex.coming import TableMeeting
from models.flex.meeting import Meeting
from models.region.directory import load_region
from models.store.database import Database
from rules.flex.tables import flex_guests
from rules.shared.asked import Asked
from rules.shared.process import named
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region, Table
from rules.shared.roles import is_care_mediator, is_scheduler
from rules.shared.series import Changes
from rules.shared.values import Day, OrganisationId, ShownLine, TableId, Values

WHO = "een zorgbemiddelaar of planner"
NO_FLEX = "aan deze tafel komen geen flex-aanbieders"
NOBODY = "deze tafel heeft geen deelnemers; contractbeheer vult ze eerst in het regiobestand in"


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
        raise _begun()
    return Found(region, table, meeting, changes)


def _begun() -> Refused:
    return Refused("wrong_step", "Dit overleg is al geweest of begonnen.", "on")


class Call(OfMeeting):
    """Which flex provider is called to it, "op oproep"."""

    provider: OrganisationId = Field(title="flex-aanbieder")


def _welcome(session: Session, found: Found, asked: Asked, _now: datetime) -> None:
    provider = asked.values.provider
    if found.table.flex == "never":
        raise invalid("table", NO_FLEX)
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


class Issue(OfMeeting):
    """Which agenda is issued, now or once more (F-26, AMB-15)."""

    version: int | None = Field(None, title="versie die er al is", ge=0)


def _can_be_issued(_session: Session, found: Found, asked: Asked, _now: datetime) -> None:
    """To somebody, and not once more by a button that was pressed twice."""
    if not found.table.participants:
        raise invalid("table", NOBODY)
    if asked.values.version not in (None, found.meeting.version):
        told = f"De agenda van dit overleg is intussen al uitgegeven (versie {found.meeting.version})."
        raise Refused("already_decided", told)


class Place(OfMeeting):
    """Where this meeting and all that come after it in the series are (F-53)."""

    room: ShownLine | None = Field(None, title="ruimte")
    link: ShownLine | None = Field(None, title="link")

    _is_a_link = field_validator("link")(a_link)

    @model_validator(mode="after")
    def _says_where(self) -> Place:
        if not (self.room or self.link):
            raise ValueError("vul een ruimte of een link in")
        return self


def offers_about(session: Session, region: Region, about: TableMeeting, by: str, now: datetime) -> list[Offer]:
    """What somebody may do about a meeting, and why each of it is not possible now; nothing for who may do none of it."""
    table, meeting = about.table, about.meeting
    if not _may(Asked(region, by, local_date(now), {})):
        return []
    closed: dict[str, Refused] = {}
    if meeting.cancelled:
        closed = dict.fromkeys((act.name for act in ACTS), Refused("wrong_step", "Dit overleg gaat niet door."))
    elif now >= about.starts_at:
        closed = dict.fromkeys((act.name for act in ACTS), _begun())
    else:
        if not table.participants:
            closed["issue_agenda"] = Refused("wrong_step", f"{NOBODY.capitalize()}.")
        if table.flex == "never":
            closed["call_flex_provider"] = Refused("wrong_step", f"{NO_FLEX.capitalize()}.")
    changes = history.changes(session, min(local_date(now), meeting.on)).get(table.id, {})
    welcome = flex_guests(table, meeting.day(), called_guests(session, meeting), region, changes)
    may_come = [one.id for one in region.organisations if one.has_flex_contract(table.opdrachten, meeting.on)]
    known = {"table": table.id, "on": meeting.on.isoformat(), "version": meeting.version}
    begins = Beginning(
        values=known, fixed=frozenset(known), among={"provider": [one for one in may_come if one not in welcome]}
    )
    of_act = named("flex").requirements
    return [Offer(act, closed.get(act.name), of_act[act.name], begins) for act in ACTS]


ACTS = (
    Act("issue_agenda", Issue, _may, WHO, kept=_can_be_issued, record=record_meeting),
    Act("place_series", Place, _may, WHO, record=record_meeting),
    Act("call_flex_provider", Call, _may, WHO, kept=_welcome, record=record_meeting, begins=_may_be_called),
    Act("change_meeting", Change, _may, WHO, kept=_other_time, record=record_meeting),
)
