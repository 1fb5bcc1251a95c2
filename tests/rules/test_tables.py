"""Which table, on which day, until when its agenda is open, and who is there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules import tables
from rules.facts import Statement
from rules.region import WEEKDAYS, Region, Table
from rules.tables import Change, Changes, MeetingDay
from tests.rules.made import (
    AMSTERDAM,
    DAYS,
    a_case,
    at,
    changed,
    contract,
    with_organisation,
    with_settings,
    with_table,
)

ONE = timedelta(days=1)
BEGIN, END = datetime(2026, 1, 1), datetime(2027, 12, 31)  # noqa: DTZ001 - hypothesis gives them their zone
MOMENTS = st.datetimes(BEGIN, END, timezones=st.just(UTC))


def d(text: str) -> date:
    return date.fromisoformat(text)


@st.composite
def some_tables(draw: st.DrawFn) -> Table:
    anchor = draw(st.dates(date(2025, 1, 1), date(2026, 12, 31)))
    return _table(anchor, draw(st.integers(1, 4)))


def _table(anchor: date, every_weeks: int, **keys: Any) -> Table:
    weekday = WEEKDAYS[anchor.weekday()]
    row = {"id": "T", "name": "T", "opdrachten": ["B"], "weekday": weekday, "start": "10:00", "chair": "tz"}
    return Table.model_validate({**row, "every_weeks": every_weeks, "anchor": anchor, **keys})


@st.composite
def some_changes(draw: st.DrawFn, table: Table, region: Region, around: date) -> Changes:
    """A few meetings near a day moved to other working days or cancelled, as people may."""
    nearby = list(islice(tables.series(table, region.days, around - timedelta(weeks=6)), 12))
    chosen = draw(st.lists(st.sampled_from(nearby), unique=True, max_size=6))
    made = {}
    for meeting in chosen:
        to = region.days.on_or_after(meeting.on + draw(st.integers(-10, 20)) * ONE)
        made[meeting.series_on] = Change(to, draw(st.booleans()))
    return made


# which table ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opdracht", "forensic", "residential", "expected"),
    [
        ("B", False, False, ["T_BC"]),
        ("C", False, False, ["T_BC"]),
        ("C1", False, False, ["T_C1"]),
        ("C2", False, False, ["T_C2"]),
        ("E", False, False, ["T_FOR"]),
        ("E", True, True, ["T_FOR"]),
        ("B", True, True, ["T_FORV", "T_BC"]),
        ("C", True, True, ["T_FORV", "T_BC"]),
        ("B", True, False, ["T_BC"]),  # forensic, at home
        ("B", False, True, ["T_BC"]),
        ("C1", True, True, ["T_C1"]),
        ("A", False, False, []),
        ("D", True, True, []),
    ],
)
def test_every_opdracht_has_its_table(
    region: Region, opdracht: str, forensic: bool, residential: bool, expected: list[str]
) -> None:
    """F-27, F-52, F-54, F-56, F-58, F-59, F-61, AMB-07, AMB-08, AMB-09, AMB-10, AMB-11: the most specific table first."""
    case = a_case(opdracht=opdracht, forensic=forensic, residential=residential)
    assert [table.id for table in tables.tables_for(region, case)] == expected
    found = tables.plan(region, case, None, {}, at("2026-03-02T09:00"))
    assert (found[0].id if found else None) == next(iter(expected), None)


@pytest.mark.parametrize(
    ("ident", "every_weeks", "opdrachten", "flex"),
    [
        ("T_BC", 1, ("B", "C"), "first_meetings_then_on_call"),
        ("T_C1", 3, ("C1",), "never"),
        ("T_FOR", 1, ("E",), "on_call"),
        ("T_FORV", 2, ("B", "C"), "on_call"),
        ("T_C2", 1, ("C2",), "on_call"),
    ],
)
def test_the_tables_meet_as_the_document_says(
    region: Region, ident: str, every_weeks: int, opdrachten: tuple[str, ...], flex: str
) -> None:
    """F-53, F-54, F-56, F-58, F-59, F-61, AMB-07, AMB-09: opdracht, frequency and flex of each row."""
    table = region.table[ident]
    assert (table.every_weeks, table.opdrachten, table.flex) == (every_weeks, opdrachten, flex)
    days = [m.series_on for m in islice(tables.series(table, region.days, d("2026-06-01")), 8)]
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(weeks=every_weeks)}


@pytest.mark.parametrize(("today", "has"), [("2026-04-23", True), ("2026-04-28", False)])
def test_a_table_that_stopped_is_no_table(region: Region, today: str, has: bool) -> None:
    """F-60, AMB-11, AMB-28: its last meeting is on the last day at the latest; King's Day moves it to 28 April."""
    stopping = with_table(region, "T_FOR", valid_until="2026-04-28")
    assert (tables.plan(stopping, a_case(opdracht="E"), None, {}, at(f"{today}T09:00")) is not None) is has


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
    first, second = islice(tables.series(table, region.days, d(in_series)), 2)
    assert first == MeetingDay(d(in_series), d(meets))
    assert first.moved_from == (d(in_series) if in_series != meets else None)
    assert second.series_on - first.series_on == timedelta(weeks=table.every_weeks)


def test_liberation_day_moves_the_table_in_2030(region: Region) -> None:
    """AMB-14: 5 May 2030 is a Sunday; where every 5 May is free, Tuesday 5 May 2026 moves the B/C table."""
    free = changed(region, holidays={"liberation_day_every_year": True})
    moved = next(tables.series(free.table["T_BC"], free.days, d("2026-05-05")))
    assert moved.on == d("2026-05-06")
    monday = _table(date(2025, 5, 5), 1)  # a lustrum year
    assert next(tables.series(monday, region.days, monday.anchor)).on == d("2025-05-06")


def test_a_series_of_two_weeks_goes_on_over_week_53(region: Region) -> None:
    """F-59, AMB-14: counted from the anchor, not from the number of the week."""
    days = [m.series_on for m in islice(tables.series(region.table["T_FORV"], region.days, d("2026-12-20")), 3)]
    assert days == [d("2026-12-23"), d("2027-01-06"), d("2027-01-20")]


def test_the_series_begins_at_its_anchor(region: Region) -> None:
    """F-53, AMB-14: no meetings before the anchor."""
    assert next(tables.series(region.table["T_C1"], region.days, d("2025-06-01"))).series_on == d("2026-01-08")


@given(table=some_tables(), start=DAYS)
def test_the_series_never_drifts(region: Region, table: Table, start: date) -> None:
    """F-53, AMB-14: always the same weekday, a whole number of steps from the anchor, and none is left out."""
    found = [m.series_on for m in islice(tables.series(table, region.days, start), 30)]
    step = timedelta(weeks=table.every_weeks)
    assert all((day - table.anchor) % step == timedelta() for day in found)
    assert all(later - earlier == step for earlier, later in pairwise(found))
    assert max(start, table.anchor) <= found[0] < max(start, table.anchor) + step


@given(table=some_tables(), start=DAYS)
def test_a_meeting_is_on_the_first_working_day_from_its_day_in_the_series(
    region: Region, table: Table, start: date
) -> None:
    """AMB-14: never on a holiday or in a weekend, at most four days later, and no working day is passed over."""
    for meeting in islice(tables.series(table, region.days, start), 30):
        assert region.days.is_working_day(meeting.on)
        assert 0 <= (meeting.on - meeting.series_on).days <= 4
        passed = [meeting.series_on + n * ONE for n in range((meeting.on - meeting.series_on).days)]
        assert not any(map(region.days.is_working_day, passed))


# the meetings, as people changed them --------------------------------------------------------------------------------


def test_meetings_as_people_changed_them(region: Region) -> None:
    """F-53, AMB-14: a moved meeting is on its new day, a cancelled one is not there, the others stay."""
    changes = {d("2026-03-10"): Change(d("2026-03-12")), d("2026-03-17"): Change(d("2026-03-17"), cancelled=True)}
    held = tables.meetings(region.table["T_BC"], region.days, d("2026-03-09"), changes)
    assert [m.on for m in held[:3]] == [d("2026-03-12"), d("2026-03-24"), d("2026-03-31")]
    assert [m.moved_from for m in held[:2]] == [d("2026-03-10"), None]


def test_a_meeting_moved_far_ahead_is_found(region: Region) -> None:
    """AMB-14: by the day on which it meets, however long ago its day in the series was."""
    changes = {d("2026-01-13"): Change(d("2026-06-04"))}
    held = tables.meetings(region.table["T_BC"], region.days, d("2026-06-03"), changes)
    assert held[0] == MeetingDay(d("2026-01-13"), d("2026-06-04"))


def test_a_holiday_meeting_is_found_on_the_day_itself(region: Region) -> None:
    """AMB-14: on Tuesday 7 April 2026 the meeting of Easter Monday is still to come."""
    assert tables.meetings(region.table["T_FOR"], region.days, d("2026-04-07"), {})[0].on == d("2026-04-07")


def test_a_table_does_not_meet_after_its_last_day(region: Region) -> None:
    """F-60, AMB-28: neither by its series, nor because a holiday or a person moved a meeting past that day."""
    stopping = with_table(region, "T_FOR", valid_until="2026-04-06").table["T_FOR"]
    changes = {d("2026-03-30"): Change(d("2026-04-10"))}
    assert [m.on for m in tables.meetings(stopping, region.days, d("2026-03-20"), changes)] == [d("2026-03-23")]
    assert tables.meetings(stopping, region.days, d("2026-03-30"), {})[-1].on == d("2026-03-30")


def _all_meetings(table: Table, region: Region, changes: Changes, until: date) -> Iterator[MeetingDay]:
    """Every meeting from the anchor on, without any short cut."""
    day = table.anchor
    while day <= until:
        change = changes.get(day, Change(region.days.on_or_after(day)))
        if not change.cancelled and (table.valid_until is None or change.on <= table.valid_until):
            yield MeetingDay(day, change.on)
        day += timedelta(weeks=table.every_weeks)


@given(table=some_tables(), start=DAYS, data=st.data())
def test_meetings_are_the_series_as_changed(region: Region, table: Table, start: date, data: st.DataObject) -> None:
    """F-53, AMB-14: against a plain walk along the whole series; in the order of their days, none twice."""
    changes = data.draw(some_changes(table, region, start))
    until = start + timedelta(weeks=20)
    got = [m for m in tables.meetings(table, region.days, start, changes) if m.series_on <= until]
    assert got == sorted(
        (m for m in _all_meetings(table, region, changes, until) if m.on >= start), key=lambda m: (m.on, m.series_on)
    )


# the agenda ----------------------------------------------------------------------------------------------------------


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
    everything = _all_meetings(table, region, changes, max(now.date(), table.anchor) + timedelta(weeks=20))
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


# who is there --------------------------------------------------------------------------------------------------------


def test_every_participant_but_the_owner_answers(region: Region) -> None:
    """F-28, F-29, F-62: the owner explained already; the others say yes or no."""
    table = region.table["T_BC"]
    assert tables.must_answer(table, a_case()) == ["sys-zuid", "sys-oost", "prest-west"]
    assert tables.must_answer(table, a_case(owner="bosrand")) == ["sys-noord", "sys-zuid", "sys-oost", "prest-west"]


@pytest.mark.parametrize("again", [{"round": 2}, {"taken_over": True}])
@pytest.mark.parametrize("owner", ["sys-noord", "bosrand"])
def test_the_owner_answers_too_when_its_answer_is_missing_or_old(
    region: Region, again: dict[str, Any], owner: str
) -> None:
    """F-29, F-38, AMB-02, AMB-20: after a take-over and from round 2 on everybody answers, each once."""
    asked = tables.must_answer(region.table["T_BC"], a_case(owner=owner, **again))
    assert sorted(asked) == sorted({"sys-noord", "sys-zuid", "sys-oost", "prest-west", owner})


def test_the_participants_of_a_table_are_data(region: Region) -> None:
    """F-62, AMB-15: another list in the region file, another list of who answers and who is invited."""
    table = with_table(region, "T_BC", participants=["bosrand"]).table["T_BC"]
    assert tables.must_answer(table, a_case()) == ["bosrand"]
    assert tables.invited(table, ["sys-noord"]) == ["tz-anna", "bosrand", "sys-noord"]


def test_invited_are_chair_participants_and_owners_each_once(region: Region) -> None:
    """F-26, F-28: an owner that is no participant comes to explain its case."""
    invited = tables.invited(region.table["T_C1"], ["sys-noord", "bosrand", "bosrand"])
    assert invited == ["tz-anna", "sys-zuid", "sys-noord", "bosrand"]


@pytest.mark.parametrize(
    ("on", "guests"),
    [
        ("2026-01-06", ["flex-anker", "flex-dubbel"]),
        ("2026-01-20", ["flex-anker", "flex-dubbel"]),
        ("2026-01-27", []),  # the fourth: on call from now on
    ],
)
def test_flex_providers_come_to_the_first_three_bc_meetings(region: Region, on: str, guests: list[str]) -> None:
    """F-55, F-66, F-67, AMB-12: those with a contract for B or C, three times."""
    table, meeting = region.table["T_BC"], MeetingDay(d(on), d(on))
    assert tables.flex_guests(table, meeting, [], region, {}) == guests


def test_learning_counts_from_the_day_that_the_region_gives(region: Region) -> None:
    """F-55, AMB-12: x meetings from `flex_learning_from`, else from the anchor; 0 is none."""
    first = d("2026-01-06")
    five = with_settings(region, flex_learning_meetings=5)
    assert tables.learning_days(five.table["T_BC"], five, {}) == [first + timedelta(weeks=n) for n in range(5)]
    later = with_table(region, "T_BC", flex_learning_from="2026-04-01").table["T_BC"]
    assert tables.learning_days(later, region, {}) == [d("2026-04-07"), d("2026-04-14"), d("2026-04-21")]
    from_anchor = with_table(region, "T_BC", flex_learning_from=None).table["T_BC"]
    assert tables.learning_days(from_anchor, region, {})[0] == first
    none = with_settings(region, flex_learning_meetings=0)
    assert tables.learning_days(none.table["T_BC"], none, {}) == []


@pytest.mark.parametrize("ident", ["T_C1", "T_FOR", "T_FORV", "T_C2"])
def test_only_bc_has_learning_meetings(region: Region, ident: str) -> None:
    """F-57, F-58, F-59, F-61, F-67, AMB-09: elsewhere flex providers do not come by themselves."""
    table = region.table[ident]
    meeting = next(tables.series(table, region.days, table.anchor))
    assert tables.learning_days(table, region, {}) == []
    assert tables.flex_guests(table, meeting, [], region, {}) == []


@given(cancelled=st.sets(st.integers(0, 8)), moved=st.sets(st.integers(0, 8)))
def test_a_cancelled_meeting_teaches_nobody(region: Region, cancelled: set[int], moved: set[int]) -> None:
    """F-55, F-66, AMB-12: always x meetings that are really held, the first ones; a moved one is held."""
    table = region.table["T_BC"]
    days = [table.anchor + timedelta(weeks=n) for n in range(20)]
    changes = {days[n]: Change(days[n] + ONE) for n in moved} | {
        days[n]: Change(days[n], cancelled=True) for n in cancelled
    }
    held = [day for n, day in enumerate(days) if n not in cancelled]
    assert tables.learning_days(table, region, changes) == held[:3]


def test_flex_providers_on_call_come_when_called(region: Region) -> None:
    """F-58, F-61, AMB-13: one flex provider at one meeting; nobody twice."""
    forensic, day = region.table["T_FOR"], MeetingDay(d("2026-03-09"), d("2026-03-09"))
    assert tables.flex_guests(forensic, day, ["flex-cirkel"], region, {}) == ["flex-cirkel"]
    learning = MeetingDay(d("2026-01-06"), d("2026-01-06"))
    guests = tables.flex_guests(region.table["T_BC"], learning, ["flex-anker", "flex-cirkel"], region, {})
    assert guests == ["flex-anker", "flex-dubbel", "flex-cirkel"]


def test_the_c1_table_can_open_to_flex_providers(region: Region) -> None:
    """F-57: `never` may become `always`; then those with a contract for C1 on that day come every time."""
    opened = with_table(region, "T_C1", flex="always")
    opened = with_organisation(opened, "flex-oud", contracts=[contract("flex", "C1", until="2026-05-14")], flex_order=9)
    table = opened.table["T_C1"]
    assert tables.flex_guests(table, MeetingDay(d("2026-04-23"), d("2026-04-23")), [], opened, {}) == [
        "flex-delta",
        "flex-oud",
    ]
    ascension = next(tables.series(table, opened.days, d("2026-05-14")))
    assert tables.flex_guests(table, ascension, [], opened, {}) == ["flex-delta"]  # it meets on 15 May


# making the agendas --------------------------------------------------------------------------------------------------


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
    moment = tables.prep_at(region, d(monday))
    assert moment == at(prepared)
    assert moment.strftime("%H:%M") == "13:00"


def test_agendas_are_made_earlier_where_good_friday_is_free(region: Region) -> None:
    """AMB-14: the choice of the region about Good Friday counts here too."""
    free = changed(region, holidays={"good_friday": True})
    assert tables.prep_at(free, d("2026-04-06")) == at("2026-04-02T13:00")


@given(week=DAYS, weekday=st.sampled_from(WEEKDAYS))
def test_agendas_are_made_on_a_working_day_before_the_week(region: Region, week: date, weekday: str) -> None:
    """F-26, AMB-14: whatever day the region chose, it is a working day of the week before, or earlier."""
    monday = week - timedelta(days=week.weekday())
    own = with_settings(region, table_prep={"weekday": weekday, "time": "13:00"})
    day = tables.prep_at(own, monday).date()
    wanted = monday - timedelta(days=7 - WEEKDAYS.index(weekday))  # type: ignore[arg-type]
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
    assert tables.weeks_to_prepare(region, at(now), only_when_due=True) == [
        (d(first), d(last)) for first, last in weeks
    ]


@given(now=st.datetimes(BEGIN, END, timezones=st.just(AMSTERDAM)))
def test_by_hand_the_next_iso_week_is_prepared(region: Region, now: datetime) -> None:
    """F-26, AMB-14: whatever the day; and the schedule gives whole rests of weeks, none in the past."""
    ((first, last),) = tables.weeks_to_prepare(region, now, only_when_due=False)
    assert first.isocalendar()[:2] == (now.date() + timedelta(weeks=1)).isocalendar()[:2]
    assert (first.weekday(), last - first) == (0, timedelta(days=6))
    for start, end in tables.weeks_to_prepare(region, now, only_when_due=True):
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
