"""By when: the provider's week, the treeknorm, reminders and signals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.flex import terms
from rules.shared.region import Region
from tests.support.facts import DAYS, ONE, changed, d, with_settings


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-02", "2026-03-09"),  # Monday to Monday
        ("2026-03-07", "2026-03-14"),  # Saturday to Saturday
        ("2026-03-25", "2026-04-01"),  # over the start of summer time
        ("2026-10-21", "2026-10-28"),  # over its end
        ("2026-04-20", "2026-04-27"),  # due on King's Day
        ("2026-05-07", "2026-05-14"),  # due on Ascension
        ("2026-12-28", "2027-01-04"),  # ISO week 53
    ],
)
def test_the_assessment_is_due_a_week_after_receipt(region: Region, received: str, due: str) -> None:
    """F-21, AMB-01: seven calendar days, never extended for a weekend or a holiday."""
    assert terms.assessment_due(d(received), region) == d(due)


@given(start=DAYS, days=st.integers(1, 30))
def test_the_term_is_start_plus_n_days(region: Region, start: date, days: int) -> None:
    """F-21, F-71, AMB-01: the number of days is the region's; the due date is always start + n."""
    assert terms.assessment_due(start, with_settings(region, assessment_days=days)) == start + timedelta(days=days)


@given(due=DAYS, later=st.integers(-10, 10))
def test_overdue_from_the_day_after(due: date, later: int) -> None:
    """F-21, AMB-01, AMB-02: the term holds to the end of the due date."""
    assert terms.is_overdue(due, due + timedelta(days=later)) == (later > 0)


def test_nothing_is_overdue_without_a_term() -> None:
    """AMB-19: a step without a term is never overdue."""
    assert not terms.is_overdue(None, d("2026-03-10"))


@pytest.mark.parametrize(
    ("due", "first"),
    [
        ("2026-03-11", "2026-03-10"),
        ("2026-03-09", "2026-03-06"),  # Monday: from the Friday
        ("2026-04-07", "2026-04-03"),  # after Easter, over Easter Monday
        ("2026-04-28", "2026-04-24"),  # after King's Day
        ("2026-05-15", "2026-05-13"),  # after Ascension
        ("2026-03-14", "2026-03-13"),  # a Saturday
    ],
)
def test_the_reminder_comes_from_the_last_working_day_before(region: Region, due: str, first: str) -> None:
    """F-21, AMB-01: not a day earlier, up to the due date, not the day after."""
    window = [terms.assessment_reminder_due(d(due), d(first) + timedelta(days=n), region.days) for n in range(-1, 8)]
    length = (d(due) - d(first)).days + 1
    assert window == [False] + [True] * length + [False] * (8 - length)


@given(due=DAYS)
def test_the_reminder_has_one_working_day_before_the_due_date(region: Region, due: date) -> None:
    """F-21, AMB-01: in the window before the due date exactly one day is worked, and it is the first."""
    before = [day for n in range(1, 12) if terms.assessment_reminder_due(due, day := due - n * ONE, region.days)]
    assert [day for day in before if region.days.is_working_day(day)] == [min(before)]
    assert terms.assessment_reminder_due(due, due, region.days)
    assert not terms.assessment_reminder_due(due, due + ONE, region.days)


def _norms(region: Region, *rows: tuple[str, str | None, int, str]) -> Region:
    names = ("opdracht", "care_form", "weeks", "valid_from")
    return changed(region, treeknorm=[dict(zip(names, row, strict=True)) for row in rows])


NORMS = [
    ("*", None, 10, "2026-01-01"),
    ("*", None, 9, "2026-04-01"),
    ("B", None, 8, "2024-01-01"),
    ("B", None, 6, "2026-02-01"),
    ("B", "residential", 4, "2024-01-01"),
    ("*", "residential", 12, "2026-01-01"),
]


@pytest.mark.parametrize(
    ("opdracht", "care_form", "received", "weeks"),
    [
        ("C", None, "2026-03-02", 10),
        ("C", None, "2026-03-31", 10),
        ("C", None, "2026-04-01", 9),  # from valid_from on
        ("C", None, "2025-12-31", None),  # no norm yet
        ("B", None, "2026-03-02", 6),  # that of the opdracht before *, although * is newer
        ("B", None, "2026-04-02", 6),
        ("B", None, "2026-01-31", 8),
        ("B", "residential", "2026-03-02", 4),
        ("B", "outpatient", "2026-03-02", 6),
        ("C", "residential", "2026-04-02", 12),
        ("B", None, "2023-12-31", None),
    ],
)
def test_the_closest_norm_holds(
    region: Region, opdracht: str, care_form: str | None, received: str, weeks: int | None
) -> None:
    """F-02, F-75, AMB-03: the opdracht before `*`, its care form before any, then the latest that is valid on receipt."""
    assert terms.treeknorm_weeks(_norms(region, *NORMS), opdracht, care_form, d(received)) == weeks


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["*", "B", "C"]), st.sampled_from([None, "x", "y"]), st.integers(1, 52), DAYS.map(str)
        ),
        max_size=8,
    ),
    opdracht=st.sampled_from(["B", "C", "E"]),
    care_form=st.sampled_from([None, "x"]),
    received=DAYS,
)
def test_a_norm_is_one_of_the_best_rows(
    region: Region, rows: list[tuple[str, str | None, int, str]], opdracht: str, care_form: str | None, received: date
) -> None:
    """F-02, AMB-03: one filter after the other finds the same norm; without a row there is none."""
    left: list[Any] = [r for r in rows if r[0] in ("*", opdracht) and r[1] in (None, care_form) and d(r[3]) <= received]
    left = [r for r in left if r[0] == opdracht] or left
    left = [r for r in left if r[1] is not None] or left
    left = [r for r in left if r[3] == max(row[3] for row in left)]
    got = terms.treeknorm_weeks(_norms(region, *rows), opdracht, care_form, received)
    assert got in {r[2] for r in left} if left else got is None


@given(received=DAYS, weeks=st.none() | st.integers(1, 104))
def test_the_treeknorm_date_is_receipt_plus_weeks(received: date, weeks: int | None) -> None:
    """F-20, F-31, F-75: the same day of the week, so many weeks later; none without a norm."""
    last = terms.treeknorm_date(received, weeks)
    assert (last is None) == (weeks is None)
    if last and weeks:
        assert (last - received).days == 7 * weeks
        assert last.weekday() == received.weekday()


@pytest.mark.parametrize(
    ("last", "on", "left"),
    [
        ("2026-05-11", "2026-03-10", 62),  # over the start of summer time
        ("2026-03-11", "2026-03-10", 1),
        ("2026-03-10", "2026-03-10", 0),  # a start on that day is still in time
        ("2026-03-02", "2026-03-10", -8),
        (None, "2026-03-10", None),
    ],
)
def test_the_days_left_at_a_meeting(last: str | None, on: str, left: int | None) -> None:
    """F-31: shown on the agenda, counted from the meeting day; nothing to count without a treeknorm."""
    assert terms.days_left(d(last) if last else None, d(on)) == left


@given(last=DAYS, on=DAYS)
def test_the_days_left_lead_from_the_meeting_to_the_treeknorm(last: date, on: date) -> None:
    """F-31: so many days after the meeting is the treeknorm date; below zero exactly when the meeting is after it."""
    left = terms.days_left(last, on)
    assert left is not None
    assert on + timedelta(days=left) == last
    assert (left < 0) == (on > last)


@pytest.mark.parametrize(
    ("last", "working_days", "today", "due"),
    [
        ("2026-03-06", 2, "2026-03-09", False),  # Friday: Monday is one
        ("2026-03-06", 2, "2026-03-10", True),
        ("2026-04-02", 3, "2026-04-07", False),  # Easter Monday does not count
        ("2026-04-02", 3, "2026-04-08", True),
        ("2026-05-13", 2, "2026-05-15", False),  # nor Ascension
        ("2026-05-13", 2, "2026-05-18", True),
        ("2026-03-06", 2, "2026-03-06", False),
    ],
)
def test_a_reminder_waits_for_n_working_days(
    region: Region, last: str, working_days: int, today: str, due: bool
) -> None:
    """AMB-19: counted from the day after the request or the last reminder."""
    assert terms.reminder_due(d(last), working_days, d(today), region.days) is due


@given(last=DAYS, number=st.integers(1, 5))
def test_a_reminder_is_due_from_the_nth_working_day_on(region: Region, last: date, number: int) -> None:
    """AMB-19: not the day before, and on every day from then on (a run that was missed is made up for)."""
    first = region.days.add(last, number)
    assert not terms.reminder_due(last, number, first - ONE, region.days)
    assert all(terms.reminder_due(last, number, first + n * ONE, region.days) for n in range(5))


@pytest.mark.parametrize(
    ("since", "in_time", "late"),
    [
        ("2026-03-03", "2026-03-04", "2026-03-05"),
        ("2026-03-06", "2026-03-09", "2026-03-10"),  # Friday: Monday is the next working day
        ("2026-04-03", "2026-04-07", "2026-04-08"),  # over Easter
        ("2026-05-13", "2026-05-15", "2026-05-16"),  # over Ascension
    ],
)
def test_re_offering_is_late_after_the_next_working_day(region: Region, since: str, in_time: str, late: str) -> None:
    """F-24, F-40, AMB-04: "onverwijld" is the next working day at the latest."""
    assert not terms.re_offer_late(d(since), region, d(in_time))
    assert terms.re_offer_late(d(since), region, d(late))


@given(since=DAYS, number=st.integers(1, 5))
def test_how_late_is_late_is_the_regions(region: Region, since: date, number: int) -> None:
    """F-24, AMB-04: late from the day after the n-th working day."""
    patient = with_settings(region, escalation_working_days=number)
    last = region.days.add(since, number)
    assert not terms.re_offer_late(since, patient, last)
    assert terms.re_offer_late(since, patient, last + ONE)
