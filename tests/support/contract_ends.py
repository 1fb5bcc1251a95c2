"""Days on which contracts end, and months counted on the fingers."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ENDS = st.builds(date, st.integers(2025, 2030), st.integers(1, 12), st.integers(1, 28)) | st.sampled_from(
    [date(2026, 8, 31), date(2028, 2, 29), date(2027, 2, 28), date(2026, 12, 31), date(2027, 11, 30)]
)


def by_hand(day: date, months: int) -> date:
    """So many months on, counted on the fingers: the same day, or the last of the month."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, month, min(day.day, LENGTHS[month - 1] + leap))
