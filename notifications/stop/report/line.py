"""The children that remain, drawn against the twelve months (S-10, S-36)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from math import ceil

DAYS_IN_MONTH = 365 / 12

Stay = tuple[date, date | None]  # added on; transferred or finished on, None while the child is open


def remaining(stays: Iterable[Stay], first: date, today: date) -> list[tuple[date, int]]:
    """How many children were open from `first` to today: a point where the number changes, and one at either end.

    A child counts from the day on which it was added up to the day before it is transferred or finished.
    """
    first = min(first, today)
    changes: Counter[date] = Counter({first: 0, today: 0})
    for added, ended in stays:
        begins = max(added, first)
        if begins > today or (ended and ended <= begins):
            continue
        changes[begins] += 1
        if ended and ended <= today:
            changes[ended] -= 1
    points: list[tuple[date, int]] = []
    number = 0
    for day in sorted(changes):
        number += changes[day]
        if not points or points[-1][1] != number or day == today:
            points.append((day, number))
    return points


def pace(number: int, days_left: int) -> int | None:
    """How many children a month must be settled to be done on the last day; None when nobody is left or the time is over."""
    if number == 0 or days_left <= 0:
        return None
    return min(number, ceil(number * DAYS_IN_MONTH / days_left))
