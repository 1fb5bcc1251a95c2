"""By when a stopping provider is done: twelve months, the allocation, the file, the declarations."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.shared.region import Region
from rules.stop import terms as stop_terms
from rules.stop.facts import ChildFacts, Proposal
from rules.stop.route import FILE_ITEMS, Route
from rules.stop.settings import StopSettings
from tests.support.contract_ends import ENDS, by_hand
from tests.support.facts import DAYS, ONE, d
from tests.support.stop_facts import (
    ALONG,
    EXAMPLES,
    FINISH,
    TRANSFER,
    a_child,
    a_dossier,
    children,
    proposals,
)

# months


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-08-31", 12, "2027-08-31"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2027-02-28", 12, "2028-02-28"),  # not the last of the month, the same day
        ("2026-12-31", 12, "2027-12-31"),
        ("2027-05-31", -3, "2027-02-28"),
        ("2028-05-31", -3, "2028-02-29"),
        ("2027-03-31", -1, "2027-02-28"),
        ("2028-02-29", -12, "2027-02-28"),
        ("2027-01-31", 1, "2027-02-28"),
        ("2027-10-31", -1, "2027-09-30"),
        ("2027-01-15", -1, "2026-12-15"),
        ("2096-02-29", 48, "2100-02-28"),  # no leap year
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last(day: str, months: int, then: str) -> None:
    """S-08, S-10, AMB-40: forwards and backwards, over leap years and month ends."""
    assert stop_terms.add_months(d(day), months) == by_hand(d(day), months) == d(then)


@EXAMPLES
@given(day=st.dates(date(2020, 1, 1), date(2060, 12, 31)), months=st.integers(-60, 60))
def test_months_agree_with_a_count_by_hand(day: date, months: int) -> None:
    """AMB-40: for every day and every number of months, both ways."""
    assert stop_terms.add_months(day, months) == by_hand(day, months)


@EXAMPLES
@given(one=DAYS, other=DAYS, months=st.integers(-40, 40))
def test_who_ends_later_is_never_due_earlier(one: date, other: date, months: int) -> None:
    """AMB-40: cutting at the end of a month never turns an order around."""
    first, second = sorted((one, other))
    assert stop_terms.add_months(first, months) <= stop_terms.add_months(second, months)


# the twelve months


@pytest.mark.parametrize("stop_type", ["provider_decision", "not_renewed", "dissolved"])
@pytest.mark.parametrize(("stops", "last"), [("2026-12-31", "2027-12-31"), ("2028-02-29", "2029-02-28")])
def test_one_last_day_for_every_kind_of_stopping(region: Region, stop_type: str, stops: str, last: str) -> None:
    """S-01, S-02, S-03, S-08, S-10, S-24, S-29, AMB-40: twelve months, also after dissolution."""
    dossier = a_dossier(stop_type=stop_type, contract_ends_on=d(stops))
    assert stop_terms.ends_by(dossier, region.settings_of(StopSettings)) == d(last)


@EXAMPLES
@given(stops=ENDS, months=st.integers(1, 24))
def test_the_number_of_months_is_the_regions(stops: date, months: int) -> None:
    """S-10, AMB-40: a calendar date, never moved for a weekend or a holiday."""
    dossier = a_dossier(contract_ends_on=stops)
    assert stop_terms.ends_by(dossier, StopSettings(stop_term_months=months)) == by_hand(stops, months)


@pytest.mark.parametrize(
    ("route", "allocation", "last"),
    [
        (FINISH, "2027-08-31", "2027-08-31"),  # the allocation ends first
        (FINISH, "2027-12-31", "2027-12-31"),
        (FINISH, "2028-06-30", "2027-12-31"),  # never later than the twelve months
        (FINISH, "2026-01-31", "2026-01-31"),  # an allocation that ended already
        (FINISH, None, "2027-12-31"),  # a child that waits has none
        (ALONG, "2027-08-31", "2027-12-31"),  # route 1 with a receiver
        (TRANSFER, "2027-08-31", "2027-12-31"),
        (None, "2027-08-31", "2027-12-31"),
    ],
)
def test_route_1_ends_within_the_allocation(
    region: Region, route: Proposal | None, allocation: str | None, last: str
) -> None:
    """S-10, S-25, S-27: the earlier of both days, and only where the stopping provider finishes the care itself."""
    child = a_child(allocation_ends_on=d(allocation) if allocation else None)
    assert stop_terms.ends_by_of(child, route, a_dossier(), region.settings_of(StopSettings)) == d(last)


@EXAMPLES
@given(child=children(), route=st.none() | proposals(), stops=ENDS, months=st.integers(1, 24))
def test_no_child_has_longer_than_the_twelve_months(
    child: ChildFacts, route: Proposal | None, stops: date, months: int
) -> None:
    """S-08, S-10, S-24, S-25, S-51, S-53: whatever the route; and only an own allocation makes it shorter."""
    settings, dossier = StopSettings(stop_term_months=months), a_dossier(contract_ends_on=stops)
    last = stop_terms.ends_by_of(child, route, dossier, settings)
    assert last <= stop_terms.ends_by(dossier, settings)
    assert last in (stop_terms.ends_by(dossier, settings), child.allocation_ends_on)
    if route is None or route.receiver or route.route is Route.TRANSFER:
        assert last == stop_terms.ends_by(dossier, settings)


@EXAMPLES
@given(stops=ENDS)
def test_declarations_end_with_the_next_year(stops: date) -> None:
    """S-52, AMB-46: 31 December of the year after the one in which the contract ended."""
    last = stop_terms.declarations_by(a_dossier(contract_ends_on=stops))
    assert last + ONE == date(stops.year + 2, 1, 1)


@EXAMPLES
@given(expected=st.none() | DAYS, last=DAYS)
def test_care_is_at_risk_when_it_is_expected_to_end_after_its_term(expected: date | None, last: date) -> None:
    """S-51: on the last day it is in time; without a day nothing is expected."""
    assert stop_terms.at_risk(expected, last) == (expected is not None and (expected - last).days > 0)


# the file


@EXAMPLES
@given(started=DAYS, days=st.integers(1, 90))
def test_the_file_is_due_four_weeks_after_the_start(started: date, days: int) -> None:
    """S-47, AMB-42: calendar days from the first day of care at the receiver; the number is the region's."""
    assert stop_terms.file_due(started, StopSettings()) == started + timedelta(weeks=4)
    assert stop_terms.file_due(started, StopSettings(file_transfer_days=days)) == started + timedelta(days=days)


@pytest.mark.parametrize(
    ("started", "completed", "late"),
    [
        (None, None, None),
        (None, "2027-01-01", None),
        ("2026-10-01", None, None),
        ("2026-10-01", "2026-10-01", 0),
        ("2026-10-01", "2026-10-29", 0),  # the last day
        ("2026-10-01", "2026-10-30", 1),
        ("2026-10-01", "2027-01-29", 92),
    ],
)
def test_days_late(region: Region, started: str | None, completed: str | None, late: int | None) -> None:
    """S-47: none before the file is complete, and none in time."""
    child = a_child(
        started_on=d(started) if started else None,
        file_completed_on=d(completed) if completed else None,
    )
    assert stop_terms.file_late_days(child, region.settings_of(StopSettings)) == late


@EXAMPLES
@given(child=children(), last=DAYS)
def test_what_is_due_is_the_term_or_the_file(child: ChildFacts, last: date) -> None:
    """S-10, S-47: an open child its term, a transferred one its file until that is complete, a finished one nothing."""
    due = stop_terms.due(child, last, StopSettings())
    if child.started_on:
        complete = set(FILE_ITEMS) <= child.file
        assert due == (None if complete else child.started_on + timedelta(days=28))
    else:
        assert due == (None if child.finished_on else last)
