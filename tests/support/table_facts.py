"""Tables with any rhythm, and meetings as people may change them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from hypothesis import strategies as st

from rules.shared.region import Region, Table
from rules.shared.series import Change, Changes, MeetingDay, series
from rules.shared.settings import WEEKDAYS
from tests.support.facts import ONE


def a_table(anchor: date, every_weeks: int, **keys: Any) -> Table:
    """A table of opdracht B on the weekday of its anchor."""
    weekday = WEEKDAYS[anchor.weekday()]
    row = {"id": "T", "name": "T", "opdrachten": ["B"], "weekday": weekday, "start": "10:00", "chair": "tz"}
    return Table.model_validate({**row, "every_weeks": every_weeks, "anchor": anchor, **keys})


@st.composite
def some_tables(draw: st.DrawFn) -> Table:
    """Any rhythm from every week to every four."""
    anchor = draw(st.dates(date(2025, 1, 1), date(2026, 12, 31)))
    return a_table(anchor, draw(st.integers(1, 4)))


@st.composite
def some_changes(draw: st.DrawFn, table: Table, region: Region, around: date) -> Changes:
    """A few meetings near a day moved to other working days or cancelled, as people may."""
    nearby = list(islice(series(table, region.days, around - timedelta(weeks=6)), 12))
    chosen = draw(st.lists(st.sampled_from(nearby), unique=True, max_size=6))
    made = {}
    for meeting in chosen:
        to = region.days.on_or_after(meeting.on + draw(st.integers(-10, 20)) * ONE)
        made[meeting.series_on] = Change(to, draw(st.booleans()))
    return made


def all_meetings(table: Table, region: Region, changes: Changes, until: date) -> Iterator[MeetingDay]:
    """Every meeting from the anchor on, without any short cut."""
    day = table.anchor
    while day <= until:
        change = changes.get(day, Change(region.days.on_or_after(day)))
        if not change.cancelled and (table.valid_until is None or change.on <= table.valid_until):
            yield MeetingDay(day, change.on)
        day += timedelta(weeks=table.every_weeks)
