"""What meets again and again: a table, or the consultation about a provider that stops; people change single meetings (AMB-14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Protocol
from zoneinfo import ZoneInfo

from rules.shared.calendar import WorkingDays
from rules.shared.region import Region
from rules.shared.settings import WEEKDAYS

_FAR = 60  # occurrences to look ahead: more than a year of a weekly table


@dataclass(frozen=True, slots=True)
class Change:
    """What people changed about one meeting of a series: another day, or no meeting at all."""

    on: date
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class MeetingDay:
    """One occurrence: its day in the series, which names it for good, and the day on which it really meets."""

    series_on: date
    on: date
    cancelled: bool = False

    @property
    def moved_from(self) -> date | None:
        """The day in the series when the meeting is on another day, else None."""
        return self.series_on if self.series_on != self.on else None


Changes = Mapping[date, Change]


class Series(Protocol):
    """What meets again and again: a table, or the consultation about a provider that stops."""

    @property
    def anchor(self) -> date:
        """The first day of the series, on the weekday of all."""

    @property
    def every_weeks(self) -> int:
        """Weeks from one to the next."""

    @property
    def valid_until(self) -> date | None:
        """The last day on which it may meet."""

    def __hash__(self) -> int:
        """Frozen: its days are worked out once."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The series of a consultation (S-36)."""

    anchor: date
    every_weeks: int
    valid_until: date | None = None


def series(table: Series, days: WorkingDays, start: date) -> Iterator[MeetingDay]:
    """The occurrences whose day in the series is `start` or later; one on a holiday moves, the series does not drift (AMB-14)."""
    step = timedelta(weeks=table.every_weeks)
    number = max(0, -(-(start - table.anchor) // step))
    while True:
        series_on = table.anchor + number * step
        yield MeetingDay(series_on, days.on_or_after(series_on))
        number += 1


@lru_cache(maxsize=256)  # asked for every case that is planned, and the same all day
def _ahead(table: Series, days: WorkingDays, start: date) -> dict[date, MeetingDay]:
    return {m.series_on: m for m in islice(series(table, days, start), _FAR)}


def meetings(table: Series, days: WorkingDays, start: date, changes: Changes) -> list[MeetingDay]:
    """The meetings on `start` or later, in the order of their days: the series as people changed it, until `valid_until`."""
    lookback = start - timedelta(weeks=table.every_weeks, days=14)  # a holiday may have moved one to `start`
    occurrences = _ahead(table, days, lookback) | {
        series_on: MeetingDay(series_on, change.on, change.cancelled) for series_on, change in changes.items()
    }
    held = [
        m
        for m in occurrences.values()
        if not m.cancelled and m.on >= start and (table.valid_until is None or m.on <= table.valid_until)
    ]
    return sorted(held, key=lambda m: (m.on, m.series_on))


def prep_at(region: Region, monday: date) -> datetime:
    """When the agendas for the week of `monday` are made: Friday 13:00 before it, a day earlier when a holiday (AMB-14)."""
    prep = region.settings.table_prep
    day = region.days.on_or_before(monday - timedelta(days=7 - WEEKDAYS.index(prep.weekday)))
    return datetime.combine(day, prep.time, ZoneInfo(region.timezone))


def weeks_to_prepare(
    region: Region, now: datetime, only_when_due: bool, this_week_too: bool = False
) -> list[tuple[date, date]]:
    """First and last day of the weeks whose agendas are to be made; `now` is local.

    By hand: the next ISO week, on request with what still comes this week. As scheduled: this week (what was missed)
    and the next one, each from its moment on.
    """
    this_monday = now.date() - timedelta(days=now.weekday())
    mondays = [this_monday, this_monday + timedelta(weeks=1)]
    by_hand = mondays if this_week_too else mondays[1:]
    due = [monday for monday in mondays if now >= prep_at(region, monday)] if only_when_due else by_hand
    return [(max(monday, now.date()), monday + timedelta(days=6)) for monday in due]
