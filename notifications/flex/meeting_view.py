"""A meeting of a table as scenarios look at it: who is invited, and which cases are on its agenda."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from models.flex import history
from models.flex.agenda import cases_on, find_meeting, meeting_day, new_meeting
from notifications.flex.agenda import guests
from rules.shared.region import Region

KEYS = frozenset({"cases", "invited", "optional", "moved_from", "agenda_version"})


def view(
    session: Session, region: Region, which: Mapping[str, Any], _today: date, names: Mapping[str, str]
) -> tuple[str, dict[str, Any] | None]:
    """The meeting of a table (`table`) on a day (`on`), and the name under which letters about it are filed."""
    table, on = region.table[which["table"]], _day(which["on"])
    known = find_meeting(session, table.id, on)
    changes = history.changes(session, on).get(table.id, {})
    day = meeting_day(region, table, on, changes)
    if day is None or (known and known.cancelled):
        return (known.reference if known else f"{table.id}:{on}", None)
    meeting = known or new_meeting(table.id, day)
    invited, optional = guests(session, region, meeting, changes)
    return meeting.reference, {
        "cases": [names.get(case.reference, case.reference) for case in cases_on(session, meeting)],
        "invited": invited,
        "optional": optional,
        "moved_from": day.moved_from,
        "agenda_version": meeting.version,
    }


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
