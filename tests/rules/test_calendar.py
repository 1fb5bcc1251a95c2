"""Working days: Monday to Friday without the Dutch holidays and what the region chose."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.shared.calendar import WorkingDays, working_days
from tests.support.facts import DAYS

DUTCH = WorkingDays("NL", False, False, ())
EASTER = [date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16), date(2029, 4, 1)]
FIXED = [(1, 1), (4, 27), (12, 25), (12, 26)]


def _holidays() -> set[date]:
    """C.9 written out, without the library: 2025 … 2029."""
    moving = {sunday + timedelta(days=n) for sunday in EASTER for n in (1, 39, 50)}
    fixed = {date(sunday.year, month, day) for sunday in EASTER for month, day in FIXED}
    return moving | fixed | {date(2025, 5, 5)}


HOLIDAYS = _holidays()


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01",  # New Year
        "2026-04-06",  # Easter Monday
        "2026-04-27",  # King's Day
        "2026-05-14",  # Ascension
        "2026-05-25",  # Whit Monday
        "2026-12-25",  # Christmas
        "2027-01-01",
        "2027-03-29",
        "2027-04-27",
        "2027-05-06",
        "2027-05-17",
    ],
)
def test_a_public_holiday_is_no_working_day(day: str) -> None:
    """AMB-14: the holidays of 2026 and 2027 as C.9 gives them."""
    assert date.fromisoformat(day).weekday() < 5
    assert not DUTCH.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-04-03", "2026-04-07", "2026-04-28", "2026-05-15", "2026-12-28", "2025-04-28"])
def test_a_day_beside_a_holiday_is_a_working_day(day: str) -> None:
    """AMB-14: Good Friday and the days after a holiday are worked; a holiday in a weekend gives no other day off."""
    assert DUTCH.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("year", "works"),
    [(2025, False), (2026, True), (2027, True), (2028, True), (2030, False), (2031, True), (2045, False)],
)
def test_liberation_day_is_free_in_lustrum_years(year: int, works: bool) -> None:
    """AMB-14: 5 May is a holiday once in five years (in 2030 it is a Sunday besides)."""
    assert DUTCH.is_working_day(date(year, 5, 5)) is works


def test_a_region_may_choose_liberation_day_every_year() -> None:
    """AMB-14: 5 May as the region chose, and nothing else of that week."""
    every_year = working_days("NL", True, False, ())
    assert [d for d in range(4, 9) if not every_year.is_working_day(date(2026, 5, d))] == [5]
    assert not every_year.is_working_day(date(2027, 5, 5))
    assert not every_year.is_working_day(date(2030, 5, 5))


def test_a_region_may_choose_good_friday() -> None:
    """AMB-14: Good Friday 2026 is free only where the region says so."""
    assert not working_days("NL", False, True, ()).is_working_day(date(2026, 4, 3))
    assert working_days("NL", False, False, ()).is_working_day(date(2026, 4, 3))


def test_a_day_by_decree_is_free() -> None:
    """AMB-14: a day that a region adds is no working day, in that region only."""
    decreed = date(2026, 9, 2)
    assert not working_days("NL", False, False, (decreed,)).is_working_day(decreed)
    assert DUTCH.is_working_day(decreed)


@pytest.mark.parametrize("language", ["nl", "en_US", "uk", "C", ""])
def test_the_days_do_not_depend_on_the_language_of_the_machine(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    """AMB-14: the holidays library gives names in the language of the machine; the days stay the same."""
    for name in ("LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGUAGE", language)
    days = WorkingDays("NL", True, False, ())
    assert [d for d in range(1, 32) if not days.is_working_day(date(2026, 5, d))] == [
        2, 3, 5, 9, 10, 14, 16, 17, 23, 24, 25, 30, 31]  # fmt: skip
    assert days.is_working_day(date(2026, 4, 3))


def test_iso_week_53_has_four_working_days() -> None:
    """AMB-14: 28 December 2026 – 3 January 2027 is one week, with New Year in it."""
    week = [date.fromisocalendar(2026, 53, n) for n in range(1, 8)]
    assert week[0] == date(2026, 12, 28)
    assert [DUTCH.is_working_day(day) for day in week] == [True] * 4 + [False] * 3


@given(day=DAYS)
def test_working_days_are_weekdays_without_the_holidays_of_c9(day: date) -> None:
    """AMB-14: against a list of the holidays made without the library."""
    assert DUTCH.is_working_day(day) == (day.weekday() < 5 and day not in HOLIDAYS)


@given(day=st.sampled_from(sorted(HOLIDAYS)), near=st.integers(-5, 5))
def test_a_day_moves_to_the_nearest_working_day(day: date, near: int) -> None:
    """AMB-14: on a working day it stays, else it is the first one after (or before) it."""
    day += timedelta(days=near)
    after, before = DUTCH.on_or_after(day), DUTCH.on_or_before(day)
    assert DUTCH.is_working_day(after)
    assert DUTCH.is_working_day(before)
    assert before <= day <= after
    assert not any(DUTCH.is_working_day(before + timedelta(days=n)) for n in range(1, (after - before).days))


@given(day=DAYS, number=st.integers(1, 15))
def test_the_nth_working_day_has_n_working_days_before_it(day: date, number: int) -> None:
    """AMB-14, AMB-19: `add` and `between` agree, and both agree with counting one day after the other."""
    then = DUTCH.add(day, number)
    counted = [d for n in range(1, (then - day).days + 1) if DUTCH.is_working_day(d := day + timedelta(days=n))]
    assert len(counted) == number == DUTCH.between(day, then)
    assert counted[-1] == then


@given(day=DAYS, number=st.integers(1, 15))
def test_counting_back_is_counting_forward(day: date, number: int) -> None:
    """AMB-14: n working days before a working day, and n after that, is the same day."""
    day = DUTCH.on_or_after(day)
    assert DUTCH.add(DUTCH.add(day, -number), number) == day


@given(day=DAYS, back=st.integers(0, 20))
def test_nothing_lies_between_a_day_and_an_earlier_one(day: date, back: int) -> None:
    """AMB-19: no working days have passed on the day of the request itself, or before it."""
    assert DUTCH.between(day, day - timedelta(days=back)) == 0
