"""When a job that runs by itself is late: an hour after it should have completed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules.shared.jobs import JOBS, PATIENCE, is_late

FRIDAY = datetime(2026, 3, 6, tzinfo=UTC)
HOURS = timedelta(hours=1)


@pytest.mark.parametrize("name", ["sweep", "mail"])
def test_every_five_minutes(name: str) -> None:
    """Late from an hour on, in the middle of the night as well."""
    assert not is_late(JOBS[name], FRIDAY, FRIDAY + PATIENCE)
    assert is_late(JOBS[name], FRIDAY, FRIDAY + PATIENCE + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("last", "now", "late"),
    [
        (FRIDAY + 7 * HOURS, FRIDAY + 23 * HOURS, False),
        (FRIDAY + 7 * HOURS, FRIDAY + 72 * HOURS, False),  # the weekend
        (FRIDAY + 7 * HOURS, FRIDAY + 72 * HOURS + 8 * HOURS - timedelta(minutes=1), False),
        (FRIDAY + 7 * HOURS, FRIDAY + 72 * HOURS + 8 * HOURS, True),  # Monday 08:00
        (FRIDAY + 72 * HOURS + 6 * HOURS, FRIDAY + 72 * HOURS + 12 * HOURS, False),  # by a cron of one's own, at six
        (FRIDAY - 17 * HOURS, FRIDAY + 7 * HOURS, False),
        (FRIDAY - 17 * HOURS, FRIDAY + 8 * HOURS, True),
        (FRIDAY - 17 * HOURS, FRIDAY + 30 * HOURS, True),  # on Saturday Friday's is still missing
        (FRIDAY + 200 * HOURS, FRIDAY, False),  # the clock was set back
    ],
)
def test_every_morning(last: datetime, now: datetime, late: bool) -> None:
    """Monday to Friday at seven: late at eight, when it did not complete that day; nothing is due in the weekend."""
    assert is_late(JOBS["every-morning"], last, now) is late
