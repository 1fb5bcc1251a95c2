"""The line of the children that remain, and the pace that is needed (S-10, S-36)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.stop.report.line import Stay, pace, remaining
from tests.support.stop_facts import EXAMPLES

FIRST = date(2026, 9, 1)
SOON_AFTER = st.integers(0, 60).map(lambda days: FIRST + timedelta(days))
STAYS = st.lists(st.tuples(SOON_AFTER, st.none() | SOON_AFTER), max_size=30)


def on(days: int) -> date:
    return FIRST + timedelta(days)


def test_the_line_rises_when_a_child_is_added_and_falls_when_it_is_settled() -> None:
    """A child counts on the day it is added, and no more on the day it starts elsewhere."""
    stays: list[Stay] = [(on(2), None), (on(2), on(9)), (on(5), on(30))]
    assert remaining(stays, FIRST, on(10)) == [(on(0), 0), (on(2), 2), (on(5), 3), (on(9), 2), (on(10), 2)]


@pytest.mark.parametrize(
    ("stays", "points"),
    [
        ([], [(on(0), 0), (on(10), 0)]),
        ([(on(-5), None)], [(on(0), 1), (on(10), 1)]),
        ([(on(3), on(3))], [(on(0), 0), (on(10), 0)]),
        ([(on(3), on(1))], [(on(0), 0), (on(10), 0)]),
        ([(on(11), None)], [(on(0), 0), (on(10), 0)]),
        ([(on(1), on(4)), (on(4), None)], [(on(0), 0), (on(1), 1), (on(10), 1)]),
    ],
    ids=["nobody", "from before", "on one day", "finished before it was added", "not yet", "one for another"],
)
def test_odd_stays(stays: list[Stay], points: list[tuple[date, int]]) -> None:
    assert remaining(stays, FIRST, on(10)) == points


def test_on_the_first_day_there_is_one_point() -> None:
    """Also when the clock stands before the announcement."""
    assert remaining([(on(0), None)], FIRST, on(0)) == [(on(0), 1)]
    assert remaining([(on(0), None)], FIRST, on(-3)) == [(on(-3), 0)]


@EXAMPLES
@given(stays=STAYS, days=st.integers(0, 70))
def test_on_every_day_the_line_is_the_number_of_open_children(stays: list[Stay], days: int) -> None:
    """S-10: counted one by one, day by day, it is the same."""
    points = remaining(stays, FIRST, on(days))
    for day in (on(number) for number in range(days + 1)):
        counted = sum(added <= day and (ended is None or day < ended) for added, ended in stays)
        assert [number for since, number in points if since <= day][-1] == counted


@EXAMPLES
@given(stays=STAYS, days=st.integers(0, 70))
def test_the_line_has_no_more_points_than_it_needs(stays: list[Stay], days: int) -> None:
    """From the first day to today, days in order, a new point only where the number changes; the order of children is nothing."""
    points = remaining(stays, FIRST, on(days))
    assert (points[0][0], points[-1][0]) == (FIRST, on(days))
    assert all(before[0] < after[0] for before, after in pairwise(points))
    assert all(before[1] != after[1] for before, after in pairwise(points[:-1]))
    assert all(number >= 0 for _, number in points)
    assert points == remaining(reversed(stays), FIRST, on(days))


@pytest.mark.parametrize(
    ("number", "days", "a_month"),
    [(12, 365, 1), (13, 365, 2), (34, 305, 4), (5, 10, 5), (1, 1, 1), (0, 100, None), (3, 0, None), (3, -1, None)],
)
def test_the_pace(number: int, days: int, a_month: int | None) -> None:
    """S-51: whole children a month, enough to be done on the last day."""
    assert pace(number, days) == a_month


@EXAMPLES
@given(number=st.integers(1, 5000), days=st.integers(1, 800))
def test_the_pace_is_enough_and_no_more(number: int, days: int) -> None:
    needed = pace(number, days)
    assert needed is not None
    months = days * 12 / 365
    assert needed == number or needed * months >= number - 1e-6
    assert (needed - 1) * months < number
