"""By when a stopping provider is done: twelve months, the allocation, the file, the declarations. Calendar dates, never moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from rules.stop.facts import ChildFacts, DossierFacts, Proposal
from rules.stop.route import Route, StopSignal
from rules.stop.settings import StopSettings

FILE_REMINDER = timedelta(days=7)
Warned = Mapping[str, str]  # by the end of a term: the day of the last word about it


@lru_cache(maxsize=256)  # of thousands of children in one dossier it is the same day
def add_months(day: date, months: int) -> date:
    """The same day so many months on (or back); the last of the month where it has no such day (AMB-40)."""
    return day + relativedelta(months=months)


def ends_by(dossier: DossierFacts, settings: StopSettings) -> date:
    """The end of the twelve months, for every kind of stopping and both routes (S-08, S-10, AMB-40)."""
    return add_months(dossier.contract_ends_on, settings.stop_term_months)


def ends_by_of(child: ChildFacts, agreed: Proposal | None, dossier: DossierFacts, settings: StopSettings) -> date:
    """By when this child is settled; on route 1 without a receiver also within its allocation (S-25)."""
    last = ends_by(dossier, settings)
    if agreed and agreed.route is Route.FINISH and agreed.receiver is None and child.allocation_ends_on:
        return min(last, child.allocation_ends_on)
    return last


def declarations_by(dossier: DossierFacts) -> date:
    """The last day of the calendar year after the one in which the contract ended (S-52, AMB-46)."""
    return date(dossier.contract_ends_on.year + 1, 12, 31)


def file_due(started_on: date, settings: StopSettings) -> date:
    """The last day for the complete and current file, from the start at the receiver (S-47, AMB-42)."""
    return started_on + timedelta(days=settings.file_transfer_days)


def due(child: ChildFacts, last: date, settings: StopSettings) -> date | None:
    """The next last day: of the term while the child is open, of its file once it started; None when nothing is due (S-10, S-47)."""
    if child.removed_on:
        return None
    if child.started_on:
        return None if child.file_complete else file_due(child.started_on, settings)
    return None if child.finished_on else last


def file_late_days(child: ChildFacts, settings: StopSettings) -> int | None:
    """Days that the complete file came after its term; 0 in time, None while it is not complete (S-47)."""
    if child.started_on is None or child.file_completed_on is None:
        return None
    return max(0, (child.file_completed_on - file_due(child.started_on, settings)).days)


def word_days(last: date, settings: StopSettings) -> list[date]:
    """The days from which a term asks for a word: each warning, and the day after it ended (S-51, N-26)."""
    warnings = sorted(add_months(last, -months) for months in settings.stop_term_warnings_months)
    return [*warnings, last + timedelta(days=1)]


def unsaid(last: date, said_on: date | None, settings: StopSettings) -> list[date]:
    """Those of them that came after the last word about this end of the term (`said_on`), whatever that word was."""
    return [day for day in word_days(last, settings) if said_on is None or day > said_on]


def said_on(warned: Warned, last: date) -> date | None:
    """When the last word about this end of the term was said; None when none was."""
    day = warned.get(last.isoformat())
    return date.fromisoformat(day) if day else None


def at_risk(expected_end: date | None, last: date) -> bool:
    """The care is expected to end after its term (S-51)."""
    return expected_end is not None and expected_end > last


def watch_on(
    child: ChildFacts, dossier: DossierFacts, settings: StopSettings, warned: Warned, file_reminded: bool
) -> date | None:
    """The first day on which the clock has something to say about this child; None: nothing any more."""
    if child.finished_on or child.removed_on:
        return None
    if child.started_on:
        due = file_due(child.started_on, settings)
        if child.file_complete or StopSignal.FILE_OVERDUE in child.signals:
            return None
        return due + timedelta(days=1) if file_reminded else due - FILE_REMINDER
    last = ends_by_of(child, child.agreed, dossier, settings)
    return next(iter(unsaid(last, said_on(warned, last), settings)), None)
