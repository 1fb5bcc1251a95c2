"""When the agendas of a week are made, and what they tell of subcontractors."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.flex import tables
from rules.flex.facts import Statement
from rules.shared.region import Region
from rules.shared.series import prep_at, weeks_to_prepare
from rules.shared.settings import WEEKDAYS
from tests.support.facts import (
    AMSTERDAM,
    DAYS,
    a_case,
    at,
    changed,
    d,
    with_settings,
)

BEGIN, END = datetime(2026, 1, 1), datetime(2027, 12, 31)  # noqa: DTZ001 - hypothesis gives them their zone


@pytest.mark.parametrize(
    ("monday", "prepared"),
    [
        ("2026-03-09", "2026-03-06T13:00"),
        ("2026-04-06", "2026-04-03T13:00"),  # Good Friday is worked
        ("2026-12-28", "2026-12-24T13:00"),  # Friday is Christmas: the day before
        ("2027-01-04", "2026-12-31T13:00"),  # Friday is New Year
        ("2026-03-30", "2026-03-27T13:00"),  # summer time begins on the Sunday between
    ],
)
def test_agendas_are_made_on_friday_at_one(region: Region, monday: str, prepared: str) -> None:
    """F-26, AMB-14: for the next ISO week; on the working day before when Friday is a holiday."""
    moment = prep_at(region, d(monday))
    assert moment == at(prepared)
    assert moment.strftime("%H:%M") == "13:00"


def test_agendas_are_made_earlier_where_good_friday_is_free(region: Region) -> None:
    """AMB-14: the choice of the region about Good Friday counts here too."""
    free = changed(region, holidays={"good_friday": True})
    assert prep_at(free, d("2026-04-06")) == at("2026-04-02T13:00")


@given(week=DAYS, weekday=st.sampled_from(WEEKDAYS))
def test_agendas_are_made_on_a_working_day_before_the_week(region: Region, week: date, weekday: str) -> None:
    """F-26, AMB-14: whatever day the region chose, it is a working day of the week before, or earlier."""
    monday = week - timedelta(days=week.weekday())
    own = with_settings(region, table_prep={"weekday": weekday, "time": "13:00"})
    day = prep_at(own, monday).date()
    wanted = monday - timedelta(days=7 - WEEKDAYS.index(weekday))
    assert own.days.is_working_day(day)
    assert day <= wanted < monday
    assert own.days.between(day, wanted) == 0


@pytest.mark.parametrize(
    ("now", "weeks"),
    [
        ("2026-03-04T13:00", [("2026-03-04", "2026-03-08")]),  # what was missed, from today on
        ("2026-03-06T12:59", [("2026-03-06", "2026-03-08")]),
        ("2026-03-06T13:00", [("2026-03-06", "2026-03-08"), ("2026-03-09", "2026-03-15")]),
        ("2026-12-24T13:00", [("2026-12-24", "2026-12-27"), ("2026-12-28", "2027-01-03")]),  # for ISO week 53
        ("2026-12-30T13:00", [("2026-12-30", "2027-01-03")]),
        ("2026-12-31T13:00", [("2026-12-31", "2027-01-03"), ("2027-01-04", "2027-01-10")]),
    ],
)
def test_the_schedule_prepares_what_is_due(region: Region, now: str, weeks: list[tuple[str, str]]) -> None:
    """F-26, AMB-14: the next week from Friday 13:00 on, and what is left of this one."""
    assert weeks_to_prepare(region, at(now), only_when_due=True) == [(d(first), d(last)) for first, last in weeks]


@given(now=st.datetimes(BEGIN, END, timezones=st.just(AMSTERDAM)))
def test_by_hand_the_next_iso_week_is_prepared(region: Region, now: datetime) -> None:
    """F-26, AMB-14: whatever the day; and the schedule gives whole rests of weeks, none in the past."""
    ((first, last),) = weeks_to_prepare(region, now, only_when_due=False)
    assert first.isocalendar()[:2] == (now.date() + timedelta(weeks=1)).isocalendar()[:2]
    assert (first.weekday(), last - first) == (0, timedelta(days=6))
    for start, end in weeks_to_prepare(region, now, only_when_due=True):
        assert now.date() <= start <= end
        assert end.weekday() == 6
        assert start.isocalendar()[:2] == end.isocalendar()[:2]


def test_what_the_table_hears_of_the_subcontractors() -> None:
    """F-28, F-37: the last that each said, in the order in which they were first heard; another provider asks for itself."""
    no, later_yes = Statement("sys-noord", "oa-klein", True), Statement("sys-noord", "oa-klein", False)
    other, through = Statement("sys-noord", "oa-dubbel", True, withdrawn=True), Statement("sys-zuid", "oa-klein", True)
    assert tables.heard_from(a_case(statements=(no, other, later_yes, through))) == [later_yes, other, through]
    assert tables.heard_from(a_case()) == []


@given(
    said=st.lists(
        st.builds(Statement, st.sampled_from(["p", "q"]), st.sampled_from(["x", "y"]), st.booleans(), st.booleans())
    )
)
def test_each_subcontractor_is_heard_once_through_each_provider(said: list[Statement]) -> None:
    """F-28: nobody is left out, nobody is there twice."""
    heard = tables.heard_from(a_case(statements=tuple(said)))
    pairs = [(one.provider, one.subcontractor) for one in heard]
    assert sorted(pairs) == sorted({(one.provider, one.subcontractor) for one in said})
    for one in heard:
        assert one == [s for s in said if (s.provider, s.subcontractor) == (one.provider, one.subcontractor)][-1]
