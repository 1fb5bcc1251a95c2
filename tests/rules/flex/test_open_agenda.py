"""Until when an agenda is open, and for which meeting a case is planned."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.flex import tables
from rules.shared.region import Region, Table
from rules.shared.series import Change
from tests.support.facts import (
    DAYS,
    ONE,
    a_case,
    at,
    d,
    with_settings,
    with_table,
)
from tests.support.table_facts import all_meetings, some_changes, some_tables

BEGIN, END = datetime(2026, 1, 1), datetime(2027, 12, 31)  # noqa: DTZ001 - hypothesis gives them their zone
MOMENTS = st.datetimes(BEGIN, END, timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("meets", "closes"),
    [
        ("2026-03-10", "2026-03-09T12:00+01:00"),
        ("2026-03-09", "2026-03-06T12:00+01:00"),  # Monday: the Friday before
        ("2026-04-07", "2026-04-03T12:00+02:00"),  # after Easter: Good Friday is worked
        ("2026-04-28", "2026-04-24T12:00+02:00"),  # after King's Day
        ("2026-05-15", "2026-05-13T12:00+02:00"),  # after Ascension
        ("2026-03-30", "2026-03-27T12:00+01:00"),  # summer time begins in between
        ("2026-10-26", "2026-10-23T12:00+02:00"),  # and ends
        ("2026-12-29", "2026-12-28T12:00+01:00"),  # ISO week 53
    ],
)
def test_the_agenda_closes_at_noon_of_the_last_working_day_before(region: Region, meets: str, closes: str) -> None:
    """F-26, AMB-14: local noon, also over a change of the clock."""
    moment = tables.closes_at(d(meets), region)
    assert moment == datetime.fromisoformat(closes)
    assert moment.utcoffset() == datetime.fromisoformat(closes).utcoffset()


@given(day=DAYS, working_days=st.integers(1, 5), clock=st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_the_agenda_closes_before_the_meeting_on_a_working_day(
    region: Region, day: date, working_days: int, clock: time
) -> None:
    """F-26, AMB-14: so many working days before, at the region's time; the day of the meeting itself is never in time."""
    closing = {"working_days_before": working_days, "time": clock.strftime("%H:%M")}
    own = with_settings(region, agenda_closes=closing)
    moment = tables.closes_at(day, own)
    assert moment.date() < day
    assert own.days.is_working_day(moment.date())
    assert own.days.between(moment.date(), day - ONE) == working_days - 1
    assert (moment.hour, moment.minute) == (clock.hour, clock.minute)


@pytest.mark.parametrize(
    ("ident", "now", "meets"),
    [
        ("T_BC", "2026-03-09T11:59", "2026-03-10"),
        ("T_BC", "2026-03-09T12:00", "2026-03-17"),  # closed on the stroke of noon
        ("T_BC", "2026-03-10T09:00", "2026-03-17"),
        ("T_FOR", "2026-04-03T11:59", "2026-04-07"),  # over Easter
        ("T_FOR", "2026-04-03T12:00", "2026-04-13"),
        ("T_C1", "2026-05-13T11:59", "2026-05-15"),  # over Ascension
        ("T_C1", "2026-05-13T12:00", "2026-06-04"),  # three weeks after the day in the series
        ("T_BC", "2026-12-28T11:00", "2026-12-29"),
        ("T_BC", "2026-12-28T13:00", "2027-01-05"),
    ],
)
def test_a_case_waits_for_the_first_open_agenda(region: Region, ident: str, now: str, meets: str) -> None:
    """F-26, F-77, AMB-14: the first meeting whose agenda is still open."""
    meeting = tables.first_open(region.table[ident], region, {}, at(now))
    assert meeting is not None
    assert meeting.on == d(meets)


@pytest.mark.parametrize(
    ("now", "meets"),
    [
        ("2026-03-30T09:59:59+00:00", "2026-03-31"),  # summer time: noon is 10:00 UTC
        ("2026-03-30T10:00:00+00:00", "2026-04-07"),
        ("2026-10-26T10:59:59+00:00", "2026-10-27"),  # winter time: noon is 11:00 UTC
        ("2026-10-26T11:00:00+00:00", "2026-11-03"),
    ],
)
def test_an_agenda_closes_by_the_local_clock(region: Region, now: str, meets: str) -> None:
    """F-26, AMB-14: in the weeks after the clock changed."""
    meeting = tables.first_open(region.table["T_BC"], region, {}, datetime.fromisoformat(now))
    assert meeting is not None
    assert meeting.on == d(meets)


def test_a_case_moved_on_a_later_day_gets_a_meeting_that_still_comes(region: Region) -> None:
    """F-26, AMB-14: what counts is when it was decided, but a meeting that has been is no meeting for it."""
    table, decided = region.table["T_BC"], at("2026-03-06T10:00")
    on = {n: tables.first_open(table, region, {}, decided, d(n)) for n in ("2026-03-09", "2026-03-10", "2026-03-18")}
    assert [m and m.on for m in on.values()] == [d("2026-03-10"), d("2026-03-17"), d("2026-03-24")]


@given(table=some_tables(), now=MOMENTS, until=st.none() | st.integers(0, 60), data=st.data())
def test_the_first_open_meeting_is_open_and_none_before_it_is(
    region: Region, table: Table, now: datetime, until: int | None, data: st.DataObject
) -> None:
    """F-26, F-60, AMB-14, AMB-28: among all meetings of the table, moved and cancelled ones in mind."""
    last = None if until is None else now.date() + timedelta(days=until)
    assume(last is None or last >= table.anchor)
    table = table.model_copy(update={"valid_until": last})
    changes = data.draw(some_changes(table, region, now.date()))
    everything = all_meetings(table, region, changes, max(now.date(), table.anchor) + timedelta(weeks=20))
    still_open = [m for m in everything if now < tables.closes_at(m.on, region)]
    meeting = tables.first_open(table, region, changes, now)
    if meeting is None:
        assert last is not None
        assert not still_open
    else:
        assert now < tables.closes_at(meeting.on, region)
        assert meeting == min(still_open, key=lambda m: (m.on, m.series_on))


@given(now=MOMENTS, forensic=st.booleans(), opdracht=st.sampled_from(["A", "B", "C", "C1", "C2", "E"]))
def test_a_case_is_planned_at_a_table_that_has_its_opdracht(
    region: Region, now: datetime, forensic: bool, opdracht: str
) -> None:
    """F-26, F-27, AMB-10, AMB-11: the most specific table, its first open meeting; nothing where there is no table."""
    case = a_case(opdracht=opdracht, forensic=forensic, residential=True)
    planned = tables.plan(region, case, None, {}, now)
    assert (planned is None) == (opdracht == "A")
    if planned:
        table, meeting = planned
        assert table == tables.tables_for(region, case)[0]
        assert opdracht in table.opdrachten
        assert meeting == tables.first_open(table, region, {}, now)


def test_the_care_mediators_may_choose_another_table(region: Region) -> None:
    """F-27, AMB-10, AMB-11, AMB-32: the table asked for goes first, also for an opdracht that has none."""
    for opdracht in ("B", "A"):
        planned = tables.plan(region, a_case(opdracht=opdracht), "T_FOR", {}, at("2026-03-06T09:00"))
        assert planned is not None
        assert (planned[0].id, planned[1].on) == ("T_FOR", d("2026-03-09"))


@pytest.mark.parametrize(
    ("now", "ident", "meets"),
    [
        ("2026-04-28T11:59", "T_FORV", "2026-04-29"),  # its last meeting
        ("2026-04-28T12:00", "T_BC", "2026-05-05"),  # the next one would be after its last day
        ("2026-05-07T09:00", "T_BC", "2026-05-12"),
    ],
)
def test_the_cases_of_a_stopped_table_go_elsewhere(region: Region, now: str, ident: str, meets: str) -> None:
    """F-60, AMB-28: the forensic residential table stops; then the B/C table takes its cases."""
    stopping = with_table(region, "T_FORV", valid_until="2026-05-01")
    for asked_for in (None, "T_FORV"):
        planned = tables.plan(stopping, a_case(forensic=True, residential=True), asked_for, {}, at(now))
        assert planned is not None
        assert (planned[0].id, planned[1].on) == (ident, d(meets))


def test_without_any_other_table_nothing_is_planned(region: Region) -> None:
    """F-60, AMB-11, AMB-28: the care mediators decide by hand."""
    stopping = with_table(region, "T_FOR", valid_until="2026-03-01")
    assert tables.plan(stopping, a_case(opdracht="E"), "T_FOR", {}, at("2026-03-02T09:00")) is None


def test_the_changes_of_a_table_are_its_own(region: Region) -> None:
    """F-26, AMB-14: a cancelled B/C meeting is passed over; the same day at another table is not."""
    tuesday = d("2026-03-10")
    cancelled = {tuesday: Change(tuesday, cancelled=True)}
    for changed_table, meets in (("T_BC", "2026-03-17"), ("T_C2", "2026-03-10")):
        planned = tables.plan(region, a_case(), None, {changed_table: cancelled}, at("2026-03-06T09:00"))
        assert planned is not None
        assert planned[1].on == d(meets)
