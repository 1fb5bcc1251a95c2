"""Reading and finding meetings of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from sqlmodel import Session, col, select

from flexroute.clock import AMSTERDAM
from models.flex.case import Case
from models.flex.meeting import AgendaItem, FlexGuest, Meeting, reference_of
from models.region.directory import RegionRecord
from models.store.database import upsert
from models.store.decision import Decision
from models.store.subject import begin_once
from rules.shared.region import Region, Table
from rules.shared.series import Changes, MeetingDay, meetings


def plan_alone(session: Session) -> None:
    """One transaction at a time changes agendas: two that each held a meeting and wanted the other's would wait for ever."""
    session.exec(select(RegionRecord.id).with_for_update()).first()


def ensure_meeting(session: Session, table_id: str, day: MeetingDay) -> Meeting:
    """The row of a meeting, made when it is not there yet, and locked; two makers at once get the same one."""
    row = new_meeting(table_id, day, series_places(session)).model_dump(exclude={"id"})
    begin_once(session, row["reference"], "flex", "meeting")
    session.execute(
        upsert(session, Meeting).values(**row).on_conflict_do_nothing(index_elements=["table_id", "series_on"])
    )
    locked = select(Meeting).where(Meeting.table_id == table_id, Meeting.series_on == day.series_on).with_for_update()
    return session.exec(locked.execution_options(populate_existing=True)).one()  # as it is now that it is ours


class Placed(NamedTuple):
    """Where the meetings of a table are, from this day in its series on; None: as before."""

    table_id: str
    series_on: date
    place: Mapping[str, str | None]


def series_places(session: Session) -> list[Placed]:
    """What people said of where the series are, in that order."""
    said = select(Meeting, Decision).join(Decision, col(Meeting.reference) == col(Decision.subject))
    found = session.exec(said.where(Decision.act == "place_series").order_by(col(Decision.id)))
    return [
        Placed(row.table_id, row.series_on, {part: one.data[part] for part in ("room", "link")}) for row, one in found
    ]


def place_of(said: Iterable[Placed], table_id: str, series_on: date) -> dict[str, str | None]:
    """Room and link of a meeting that has none of its own."""
    place: dict[str, str | None] = {"room": None, "link": None}
    for one in said:
        if one.table_id == table_id and one.series_on <= series_on:
            place |= {part: text for part, text in one.place.items() if text}
    return place


def new_meeting(table_id: str, day: MeetingDay, places: Iterable[Placed] = ()) -> Meeting:
    """A meeting as it begins; not kept yet. `places`: of `series_places`."""
    place = place_of(places, table_id, day.series_on)
    return Meeting(
        table_id=table_id,
        reference=reference_of(table_id, day.series_on),
        series_on=day.series_on,
        on=day.on,
        room=place["room"],
        link=place["link"],
    )


def find_meeting(session: Session, table_id: str, on: date) -> Meeting | None:
    """The meeting of a table on a day, also one that was cancelled since; the row may not be there yet."""
    rows = (
        select(Meeting)
        .where(Meeting.table_id == table_id, Meeting.on == on)
        .order_by(col(Meeting.cancelled), col(Meeting.id))
    )
    return session.exec(rows).first()


def meeting_day(region: Region, table: Table, on: date, changes: Changes) -> MeetingDay | None:
    """The meeting that this table holds on a day; None when it does not meet then."""
    return next((m for m in meetings(table, region.days, on, changes) if m.on == on), None)


def starts_at(region: Region, meeting: Meeting) -> datetime:
    """When a meeting begins, aware."""
    table = region.table[meeting.table_id]
    return datetime.combine(meeting.on, time.fromisoformat(meeting.start) if meeting.start else table.start, AMSTERDAM)


def cases_on(session: Session, meeting: Meeting) -> list[Case]:
    """The cases on the agenda, in the order in which they were planned."""
    items = select(Case).join(AgendaItem, col(AgendaItem.case_id) == col(Case.id))
    return list(
        session.exec(
            items.where(AgendaItem.meeting_id == meeting.id, col(AgendaItem.removed).is_(False)).order_by(
                col(AgendaItem.id)
            )
        )
    )


def why_changed(session: Session, meeting: Meeting) -> list[str]:
    """What people typed as the reason of each change: it stands in no mail."""
    changes = select(Decision.data).where(Decision.subject == meeting.reference, Decision.act == "change_meeting")
    return [data["reason"] for data in session.exec(changes.order_by(col(Decision.id))) if data.get("reason")]


def called_guests(session: Session, meeting: Meeting) -> list[str]:
    """Flex providers that were called to this meeting (AMB-13)."""
    return list(session.exec(select(FlexGuest.provider).where(FlexGuest.meeting_id == meeting.id)))
