"""By when: the provider's week, the treeknorm, reminders and signals."""

from __future__ import annotations

from datetime import date, timedelta

from rules.flex.settings import FlexSettings
from rules.shared.calendar import WorkingDays
from rules.shared.region import Region


def assessment_due(start: date, region: Region) -> date:
    """The last day of the provider's week: calendar days, never extended (F-21, AMB-01)."""
    return start + timedelta(days=region.settings_of(FlexSettings).assessment_days)


def is_overdue(due: date | None, today: date) -> bool:
    """From the day after the due date; silence is not a no (F-21, AMB-02)."""
    return due is not None and today > due


def assessment_reminder_due(due: date, today: date, days: WorkingDays) -> bool:
    """From the last working day before the due date up to that date (AMB-01)."""
    return days.add(due, -1) <= today <= due


def treeknorm_weeks(region: Region, opdracht: str, care_form: str | None, received_on: date) -> int | None:
    """Weeks within which help must start; None where the region has no norm (F-02, AMB-03).

    A row of the opdracht goes before `*`, one that names the care form before one that does not, then the latest.
    """
    rows = [
        row
        for row in region.treeknorm
        if row.opdracht in ("*", opdracht) and row.care_form in (None, care_form) and row.valid_from <= received_on
    ]
    best = max(rows, key=lambda row: (row.opdracht != "*", row.care_form is not None, row.valid_from), default=None)
    return best.weeks if best else None


def treeknorm_date(received_on: date, weeks: int | None) -> date | None:
    """The last day on which a start is in time (F-20, F-31)."""
    return None if weeks is None else received_on + timedelta(weeks=weeks)


def days_left(last: date | None, on: date) -> int | None:
    """Days from a meeting to the treeknorm date; below zero: too late by so many. None without a treeknorm (F-31)."""
    return None if last is None else (last - on).days


def reminder_due(last: date, working_days: int, today: date, days: WorkingDays) -> bool:
    """Every n working days, counted from the day after the request or the last reminder (AMB-19)."""
    return days.between(last, today) >= working_days


def re_offer_late(since: date, region: Region, today: date) -> bool:
    """ "Onverwijld": the owner offers the case again within a working day; a signal, never a block (F-24, F-40, AMB-04)."""
    return today > region.days.add(since, region.settings_of(FlexSettings).escalation_working_days)
