"""What only the flex route has, as JSON for programs: the list of cases, and the meetings of the tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query

from acts import Refused
from acts.flex.meetings import offers_about
from models.flex.agenda import why_changed
from models.flex.coming import TableMeeting, coming, unanswered
from models.flex.overview import page_of
from models.store.database import current
from notifications.agendas import shown
from notifications.flex import meeting_view
from notifications.flex.agenda import OF_TABLE
from notifications.guard import held_back
from portal.access import CASES, TABLES
from portal.api import Program, told
from portal.asking import Asking
from portal.flex.cases import LONGEST, SIZE, chosen
from portal.flex.tables import FURTHEST, WEEKS, address, find
from portal.problems import API
from rules.flex.route import Step
from rules.flex.seeing import sees_every_meeting
from rules.shared.cleaning import one_line

router = APIRouter(prefix=API)


@router.get("/zaken")
def cases(
    asking: Program,
    step: Annotated[Step | None, Query(alias="stap")] = None,
    closed_too: Annotated[bool, Query(alias="alle")] = False,
    text: Annotated[str, Query(alias="zoek", max_length=LONGEST)] = "",
    after: Annotated[str, Query(alias="na", max_length=LONGEST)] = "",
) -> dict[str, Any]:
    """Cases, the newest first: of the region all that are open, of an organisation its own. `next`: where there are more."""
    asking.hold(CASES)
    wanted = chosen(asking, step, closed_too, one_line(text), after)
    with current().reading() as session:
        views = page_of(session, asking.region, asking.today, wanted, SIZE)
    said = {"stap": step, "alle": "true" if closed_too else "", "zoek": text}
    more = {name: value for name, value in said.items() if value}
    following = urlencode({**more, "na": views[-1].reference}) if len(views) == SIZE else None
    return {"cases": views, "next": following and f"{API}/zaken?{following}"}


@router.get("/tafels")
def meetings(asking: Program, first: Annotated[date | None, Query(alias="vanaf")] = None) -> dict[str, Any]:
    """The meetings of some weeks that who asks may see, from today or a later day; `waiting`: those before that wait for answers."""
    asking.hold(TABLES)
    start = min(max(first or asking.today, asking.today), asking.today + FURTHEST)
    with current().reading() as session:
        found = coming(session, asking.region, start, start + timedelta(weeks=WEEKS))
        been = unanswered(session, asking.region, asking.now)
    return {"meetings": _theirs(asking, found), "waiting": _theirs(asking, been)}


def _theirs(asking: Asking, found: Iterable[TableMeeting]) -> list[dict[str, Any]]:
    return [_row(one) for one in found if one.seen_by(asking.actor.by, asking.region)]


def _row(one: TableMeeting) -> dict[str, Any]:
    row = one.meeting
    return {
        "table": row.table_id,
        "on": row.on,
        "moved_from": row.series_on if row.series_on != row.on else None,
        "starts_at": one.starts_at,
        "closes_at": one.closes_at,
        "cancelled": row.cancelled,
        "room": row.room,
        "link": row.link,
        "agenda_version": row.version,
        "issued_at": one.issued_at,
        "cases": [case.reference for case in one.cases],
        "waiting": [case.reference for case in one.waiting],
        "href": f"{API}{address(row.table_id, row.on)}",
    }


@router.get("/tafels/{table}/{on}")
def meeting(table: str, on: str, asking: Program) -> dict[str, Any]:
    """A meeting: when and where, which cases, who is invited (F-28, F-53)."""
    with current().reading() as session:
        found = find(session, asking, table, on)
        which = {"table": table, "on": found.meeting.on}
        _, guests = meeting_view.view(session, asking.region, which, asking.today, {})
    return {**_row(found), **(guests or {})}


@router.get("/tafels/{table}/{on}/agenda")
def agenda(table: str, on: str, asking: Program) -> dict[str, Any]:
    """The agenda as it was issued last, as `agenda --json` has it."""
    with current().reading() as session:
        found = find(session, asking, table, on).meeting
        if not found.version:
            raise Refused("not_found", "Voor dit overleg is nog geen agenda uitgegeven.")
        reasons = why_changed(session, found) if sees_every_meeting(asking.actor.by, asking.region) else []
        return shown.as_data(session, OF_TABLE, found, held_back(reasons))


@router.get("/tafels/{table}/{on}/handelingen")
def possible(table: str, on: str, asking: Program) -> dict[str, Any]:
    """Every act about a meeting: possible now for who asks, or why not. Sent to `/handelingen/{act}`, with `table` and `on`."""
    with current().reading() as session:
        found = find(session, asking, table, on)
        offers = offers_about(session, asking.region, found, asking.actor.by, asking.now)
    return {"acts": [told(one, f"{API}/handelingen/{one.act.name}") for one in offers]}
