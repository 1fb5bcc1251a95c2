"""What only the flex route has, as JSON for programs: the list of cases, and the meetings of the tables."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query

from acts import Refused
from models.flex.overview import page_of
from models.store.database import current
from notifications.flex import meeting_view
from portal.access import CASES, SCHEDULER, TEAM
from portal.api import Program
from portal.flex.cases import LONGEST, SIZE, chosen
from portal.problems import API
from rules.flex.route import Step
from rules.shared.calendar import KNOWN_YEARS
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


@router.get("/tafels/{table}/{on}")
def meeting(table: str, on: date, asking: Program) -> dict[str, Any]:
    """A meeting of a table: which cases, who is invited. For those, and for who prepares it (F-28, F-53)."""
    if table in asking.region.table and on.year in KNOWN_YEARS:
        with current().reading() as session:
            _, view = meeting_view.view(session, asking.region, {"table": table, "on": on}, asking.today, {})
        if view and (asking.roles & {TEAM, SCHEDULER} or asking.actor.by in (*view["invited"], *view["optional"])):
            return {"table": table, "on": on, **view}
    raise Refused("not_found", "Dit overleg is er niet, of het is niet voor u.", "on")
