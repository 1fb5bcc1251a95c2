"""On which days a table meets: its series, holidays, and as people changed it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.shared.region import Region, Table
from rules.shared.series import Change, MeetingDay, meetings, series
from tests.support.facts import (
    DAYS,
    ONE,
    changed,
    d,
    with_table,
)
from tests.support.table_facts import a_table, all_meetings, some_changes, some_tables

# the series ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ident", "in_series", "meets"),
    [
        ("T_FOR", "2026-04-06", "2026-04-07"),  # Easter Monday
        ("T_FOR", "2026-04-27", "2026-04-28"),  # King's Day
        ("T_FOR", "2026-05-25", "2026-05-26"),  # Whit Monday
        ("T_C2", "2026-05-14", "2026-05-15"),  # Ascension
        ("T_C1", "2026-05-14", "2026-05-15"),  # and so the three-weekly table
        ("T_BC", "2026-05-05", "2026-05-05"),  # 5 May 2026 is worked
        ("T_BC", "2026-12-29", "2026-12-29"),  # ISO week 53
        ("T_BC", "2027-04-27", "2027-04-28"),  # King's Day 2027
    ],
)
def test_a_meeting_on_a_holiday_moves_to_the_next_working_day(
    region: Region, ident: str, in_series: str, meets: str
) -> None:
    """F-53, AMB-14: it keeps its day in the series as its name, and the next one is on its own day again."""
    table = region.table[ident]
    first, second = islice(series(table, region.days, d(in_series)), 2)
    assert first == MeetingDay(d(in_series), d(meets))
    assert first.moved_from == (d(in_series) if in_series != meets else None)
    assert second.series_on - first.series_on == timedelta(weeks=table.every_weeks)


def test_liberation_day_moves_the_table_in_2030(region: Region) -> None:
    """AMB-14: 5 May 2030 is a Sunday; where every 5 May is free, Tuesday 5 May 2026 moves the B/C table."""
    free = changed(region, holidays={"liberation_day_every_year": True})
    moved = next(series(free.table["T_BC"], free.days, d("2026-05-05")))
    assert moved.on == d("2026-05-06")
    monday = a_table(date(2025, 5, 5), 1)  # a lustrum year
    assert next(series(monday, region.days, monday.anchor)).on == d("2025-05-06")


def test_a_series_of_two_weeks_goes_on_over_week_53(region: Region) -> None:
    """F-59, AMB-14: counted from the anchor, not from the number of the week."""
    days = [m.series_on for m in islice(series(region.table["T_FORV"], region.days, d("2026-12-20")), 3)]
    assert days == [d("2026-12-23"), d("2027-01-06"), d("2027-01-20")]


def test_the_series_begins_at_its_anchor(region: Region) -> None:
    """F-53, AMB-14: no meetings before the anchor."""
    assert next(series(region.table["T_C1"], region.days, d("2025-06-01"))).series_on == d("2026-01-08")


@given(table=some_tables(), start=DAYS)
def test_the_series_never_drifts(region: Region, table: Table, start: date) -> None:
    """F-53, AMB-14: always the same weekday, a whole number of steps from the anchor, and none is left out."""
    found = [m.series_on for m in islice(series(table, region.days, start), 30)]
    step = timedelta(weeks=table.every_weeks)
    assert all((day - table.anchor) % step == timedelta() for day in found)
    assert all(later - earlier == step for earlier, later in pairwise(found))
    assert max(start, table.anchor) <= found[0] < max(start, table.anchor) + step


@given(table=some_tables(), start=DAYS)
def test_a_meeting_is_on_the_first_working_day_from_its_day_in_the_series(
    region: Region, table: Table, start: date
) -> None:
    """AMB-14: never on a holiday or in a weekend, at most four days later, and no working day is passed over."""
    for meeting in islice(series(table, region.days, start), 30):
        assert region.days.is_working_day(meeting.on)
        assert 0 <= (meeting.on - meeting.series_on).days <= 4
        passed = [meeting.series_on + n * ONE for n in range((meeting.on - meeting.series_on).days)]
        assert not any(map(region.days.is_working_day, passed))


# the meetings, as people changed them --------------------------------------------------------------------------------


def test_meetings_as_people_changed_them(region: Region) -> None:
    """F-53, AMB-14: a moved meeting is on its new day, a cancelled one is not there, the others stay."""
    changes = {d("2026-03-10"): Change(d("2026-03-12")), d("2026-03-17"): Change(d("2026-03-17"), cancelled=True)}
    held = meetings(region.table["T_BC"], region.days, d("2026-03-09"), changes)
    assert [m.on for m in held[:3]] == [d("2026-03-12"), d("2026-03-24"), d("2026-03-31")]
    assert [m.moved_from for m in held[:2]] == [d("2026-03-10"), None]


def test_a_meeting_moved_far_ahead_is_found(region: Region) -> None:
    """AMB-14: by the day on which it meets, however long ago its day in the series was."""
    changes = {d("2026-01-13"): Change(d("2026-06-04"))}
    held = meetings(region.table["T_BC"], region.days, d("2026-06-03"), changes)
    assert held[0] == MeetingDay(d("2026-01-13"), d("2026-06-04"))


def test_a_holiday_meeting_is_found_on_the_day_itself(region: Region) -> None:
    """AMB-14: on Tuesday 7 April 2026 the meeting of Easter Monday is still to come."""
    assert meetings(region.table["T_FOR"], region.days, d("2026-04-07"), {})[0].on == d("2026-04-07")


def test_a_table_does_not_meet_after_its_last_day(region: Region) -> None:
    """F-60, AMB-28: neither by its series, nor because a holiday or a person moved a meeting past that day."""
    stopping = with_table(region, "T_FOR", valid_until="2026-04-06").table["T_FOR"]
    changes = {d("2026-03-30"): Change(d("2026-04-10"))}
    assert [m.on for m in meetings(stopping, region.days, d("2026-03-20"), changes)] == [d("2026-03-23")]
    assert meetings(stopping, region.days, d("2026-03-30"), {})[-1].on == d("2026-03-30")


@given(table=some_tables(), start=DAYS, data=st.data())
def test_meetings_are_the_series_as_changed(region: Region, table: Table, start: date, data: st.DataObject) -> None:
    """F-53, AMB-14: against a plain walk along the whole series; in the order of their days, none twice."""
    changes = data.draw(some_changes(table, region, start))
    until = start + timedelta(weeks=20)
    got = [m for m in meetings(table, region.days, start, changes) if m.series_on <= until]
    assert got == sorted(
        (m for m in all_meetings(table, region, changes, until) if m.on >= start), key=lambda m: (m.on, m.series_on)
    )
