"""Working days of a region: Monday to Friday without holidays (AMB-14, C.9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import holidays

ONE_DAY = timedelta(days=1)
KNOWN_YEARS = range(2020, 2061)


class WorkingDays:
    """The working days of one country, with the region's own choices about 5 May, Good Friday and days by decree."""

    def __init__(self, country: str, liberation_day_every_year: bool, good_friday: bool, extra: Iterable[date]) -> None:
        # the language is fixed: days are taken out by name, whatever the machine's own language is
        self._days = holidays.country_holidays(country, years=KNOWN_YEARS, expand=False, language="en_US")
        if country == "NL":  # the library gives Good Friday always and 5 May in lustrum years only
            if not good_friday:
                self._days.pop_named("Good Friday")
            if liberation_day_every_year:
                self._days.update({date(year, 5, 5): "Liberation Day" for year in KNOWN_YEARS})
        self._days.update(dict.fromkeys(extra, "by decree"))

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday and no holiday."""
        return self._days.is_working_day(day)

    def on_or_after(self, day: date) -> date:
        """`day` itself, or the next working day (AMB-14: a meeting on a holiday moves on)."""
        return day if self.is_working_day(day) else self.add(day, 1)

    def on_or_before(self, day: date) -> date:
        """`day` itself, or the previous working day."""
        return day if self.is_working_day(day) else self.add(day, -1)

    def add(self, day: date, working_days: int) -> date:
        """The n-th working day after `day`, before it when negative."""
        return self._days.get_nth_working_day(day, working_days)

    def between(self, after: date, until: date) -> int:
        """Working days after `after`, up to and including `until` ("every n working days")."""
        return self._days.get_working_days_count(after + ONE_DAY, until) if until > after else 0


@lru_cache(maxsize=32)
def working_days(
    country: str, liberation_day_every_year: bool, good_friday: bool, extra: tuple[date, ...]
) -> WorkingDays:
    """One calendar per choice of holidays; building it takes a few milliseconds."""
    return WorkingDays(country, liberation_day_every_year, good_friday, extra)
