"""By when a stopping provider is done: twelve months, the allocation, the file, the declarations; and when the clock speaks."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from models.stop import StopChild, StopDossier
from rules import stop_terms
from rules.region import Region, Settings
from rules.stop_facts import ChildFacts, Proposal
from rules.stop_gates import default_route
from rules.stop_status import held_by
from rules.stopping import FILE_ITEMS, ChildStatus, Route, StopSignal
from tasks.stop.terms import file_term, term
from tasks.stop.work import ChildWork, Writes
from tests.rules.made import DAYS, with_settings
from tests.rules.made_stop import (
    ALONG,
    EXAMPLES,
    FINISH,
    HERE,
    RECEIVER,
    STOPPER,
    TRANSFER,
    a_child,
    a_dossier,
    children,
    proposals,
)

ONE = timedelta(days=1)
SOLUTION = {"receiving_provider": None, "moves_with_employees": False, "expected_end": None}
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ENDS = st.builds(date, st.integers(2025, 2030), st.integers(1, 12), st.integers(1, 28)) | st.sampled_from(
    [date(2026, 8, 31), date(2028, 2, 29), date(2027, 2, 28), date(2026, 12, 31), date(2027, 11, 30)]
)


def d(text: str) -> date:
    return date.fromisoformat(text)


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
    assert stop_terms.ends_by(dossier, region.settings) == d(last)


@EXAMPLES
@given(stops=ENDS, months=st.integers(1, 24))
def test_the_number_of_months_is_the_regions(stops: date, months: int) -> None:
    """S-10, AMB-40: a calendar date, never moved for a weekend or a holiday."""
    dossier = a_dossier(contract_ends_on=stops)
    assert stop_terms.ends_by(dossier, Settings(stop_term_months=months)) == by_hand(stops, months)


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
    assert stop_terms.ends_by_of(child, route, a_dossier(), region.settings) == d(last)


@EXAMPLES
@given(child=children(), route=st.none() | proposals(), stops=ENDS, months=st.integers(1, 24))
def test_no_child_has_longer_than_the_twelve_months(
    child: ChildFacts, route: Proposal | None, stops: date, months: int
) -> None:
    """S-08, S-10, S-24, S-25, S-51, S-53: whatever the route; and only an own allocation makes it shorter."""
    settings, dossier = Settings(stop_term_months=months), a_dossier(contract_ends_on=stops)
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
    assert stop_terms.file_due(started, Settings()) == started + timedelta(weeks=4)
    assert stop_terms.file_due(started, Settings(file_transfer_days=days)) == started + timedelta(days=days)


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
    assert stop_terms.file_late_days(child, region.settings) == late


@EXAMPLES
@given(child=children(), last=DAYS)
def test_what_is_due_is_the_term_or_the_file(child: ChildFacts, last: date) -> None:
    """S-10, S-47: an open child its term, a transferred one its file until that is complete, a finished one nothing."""
    due = stop_terms.due(child, last, Settings())
    if child.started_on:
        complete = set(FILE_ITEMS) <= child.file
        assert due == (None if complete else child.started_on + timedelta(days=28))
    else:
        assert due == (None if child.finished_on else last)


# when the clock speaks


SETTINGS = st.builds(
    Settings,
    stop_term_months=st.integers(1, 24),
    stop_term_warnings_months=st.lists(st.integers(1, 12), max_size=4, unique=True).map(tuple),
    file_transfer_days=st.integers(1, 60),
)


@EXAMPLES
@given(last=DAYS, settings=SETTINGS)
def test_the_clock_speaks_at_each_warning_and_the_day_after(last: date, settings: Settings) -> None:
    """S-10, S-51, S-60, N-26, AMB-40: so many months before; the last day itself belongs to the term."""
    warnings = sorted(by_hand(last, -months) for months in settings.stop_term_warnings_months)
    assert stop_terms.word_days(last, settings) == [*warnings, last + ONE]


def a_row(**known: Any) -> StopChild:
    """A child as it is kept."""
    usual: dict[str, Any] = {
        "reference": "ST-2026-000001-0001",
        "dossier_id": 1,
        "added_at": datetime(2026, 9, 1, tzinfo=UTC),
        "municipality": HERE,
        "care": "restorative",
        "category": "running",
        "care_form": "outpatient_individual",
        "registered_on": d("2025-03-03"),
    }
    return StopChild(**{**usual, **known})


def look(child: StopChild, day: date, region: Region, stops: date, peek: bool = False) -> list[str]:
    """What a run of the clock on this day says about a child; `peek`: and the child stays as it is."""
    if peek:
        child = StopChild(**child.model_dump())
    dossier = StopDossier(reference="ST-2026-000001", provider_id=STOPPER, contract_ends_on=stops)
    noon = datetime.combine(day, time(11), UTC)
    facts, writes = a_dossier(contract_ends_on=stops), Writes()
    work = ChildWork(Session(), region, noon, dossier, facts, writes, child=child, before=child.facts())
    (file_term if child.started_on else term)(work)
    work.stand()
    return sorted({letter["kind"] for letter in writes.letters})


@st.composite
def rows(draw: st.DrawFn) -> StopChild:
    """A child that is open or transferred, in any way."""
    started = draw(st.booleans())
    route, receiver = draw(st.sampled_from([(None, None), (1, None), (1, RECEIVER), (2, RECEIVER)]))
    if started:
        route, receiver = 2, RECEIVER
    return a_row(
        route=route,
        receiver_id=receiver,
        allocation_ends_on=draw(st.none() | DAYS),
        waiting=draw(st.none() | st.just({**SOLUTION, "route": 1})),
        refused=draw(st.booleans()),
        started_on=draw(DAYS) if started else None,
        file=draw(st.lists(st.sampled_from(FILE_ITEMS), unique=True)) if started else [],
    )


@EXAMPLES
@given(child=rows(), stops=ENDS, numbers=SETTINGS, waits=st.lists(st.integers(0, 300), min_size=1, max_size=6))
def test_the_clock_looks_on_the_first_day_on_which_it_speaks(
    region: Region, child: StopChild, stops: date, numbers: Settings, waits: list[int]
) -> None:
    """S-10, S-25, S-47, S-51: not a day later, so nobody waits; not a day earlier, so nobody is looked at for nothing.

    Whatever the child, its term and the settings, and however long nobody ran the clock.
    """
    region = with_settings(region, **numbers.model_dump())
    today = stops - timedelta(days=500)
    for wait in (0, *waits):
        today += timedelta(days=wait)
        look(child, today, region, stops)
        if child.watch_on:
            assert look(child, max(child.watch_on, today + ONE), region, stops, peek=True)
        ahead = (child.watch_on or today + timedelta(days=2000)) - today
        for days in {1, ahead.days // 2, ahead.days - 1}:  # once it would speak it goes on wanting to
            if 0 < days < ahead.days:
                assert not look(child, today + timedelta(days=days), region, stops, peek=True)


@EXAMPLES
@given(child=rows(), stops=ENDS, numbers=SETTINGS, after=st.integers(-500, 900))
def test_a_second_look_on_the_same_day_says_nothing(
    region: Region, child: StopChild, stops: date, numbers: Settings, after: int
) -> None:
    """S-10, S-47, N-25, N-26: once a day at most; where a route lapsed the term became another one, and has its own."""
    region, today = with_settings(region, **numbers.model_dump()), stops + timedelta(days=after)
    before = child.route
    look(child, today, region, stops)
    if child.route != before:
        look(child, today, region, stops)
    assert child.watch_on is None or child.watch_on > today


@EXAMPLES
@given(child=rows(), stops=ENDS, first=st.integers(-200, 600), later=st.integers(1, 400))
def test_no_word_is_said_twice(region: Region, child: StopChild, stops: date, first: int, later: int) -> None:
    """N-25, N-26: each at most once per last day; of several that have come only the latest is said."""
    said: Counter[tuple[str, date]] = Counter()
    today = stops + timedelta(days=first)
    for _ in range(6):
        before = stop_terms.ends_by_of(child.facts(), child.agreed, a_dossier(contract_ends_on=stops), region.settings)
        words = look(child, today, region, stops)
        assert len({*words} & {"term_near", "term_exceeded"}) <= 1 or child.route is None
        said.update((word, before) for word in words)
        today += timedelta(days=later)
    assert all(number <= (2 if word == "term_near" else 1) for (word, _), number in said.items())


@pytest.mark.parametrize(
    ("route", "receiver", "lapses"), [(1, None, True), (1, RECEIVER, False), (2, RECEIVER, False), (None, None, False)]
)
def test_what_the_clock_does_when_a_term_has_passed(
    region: Region, route: int | None, receiver: str | None, lapses: bool
) -> None:
    """S-11, AMB-43: only an own route 1 lapses; care goes on, the provider goes on holding the child, a receiver stays."""
    child = a_row(route=route, receiver_id=receiver, agreed_on=d("2026-10-01"), informed_on=d("2026-10-02"))
    stops = d("2026-12-31")
    assert look(child, d("2027-12-31"), region, stops) == ["term_near"]
    assert (child.route, child.receiver_id) == (route, receiver)
    assert look(child, d("2028-01-01"), region, stops) == ["term_exceeded"]
    assert child.route == (None if lapses else route)
    assert (child.receiver_id, child.started_on, child.finished_on) == (receiver, None, None)
    assert StopSignal.TERM_EXCEEDED in child.signals
    facts = child.facts()
    assert held_by(facts, a_dossier(), region) == STOPPER
    assert default_route(facts) is Route.TRANSFER
    if lapses:
        assert child.status == ChildStatus.WAITING_FOR_PROPOSAL
        assert (child.agreed_on, child.informed_on) == (None, None)


def test_the_words_about_a_term(region: Region) -> None:
    """S-10, S-51, N-26: nothing before the first warning, then each once; both warnings raise that the term is at risk."""
    child, stops = a_row(), d("2026-12-31")
    told = {}
    day = d("2027-06-01")
    while day < d("2028-06-01"):
        if words := look(child, day, region, stops):
            told[day.isoformat()] = words, sorted(child.signals)
        day += ONE
    near, both = ["term_near"], ["term_at_risk", "term_exceeded"]
    assert told == {
        "2027-09-30": (near, both[:1]),
        "2027-11-30": (near, both[:1]),
        "2028-01-01": (both[1:], both),
    }
    assert child.watch_on is None


def test_a_new_last_day_is_told_anew(region: Region) -> None:
    """S-25, AMB-43: the allocation passed and the route lapsed; the twelve months have words of their own."""
    child, stops = a_row(route=1, allocation_ends_on=d("2027-03-31")), d("2026-12-31")
    days = [d("2027-03-31") + timedelta(days=n) for n in range(-120, 400)]
    told = {day.isoformat(): words for day in days if (words := look(child, day, region, stops))}
    assert told == {
        "2026-12-31": ["term_near"],
        "2027-02-28": ["term_near"],
        "2027-04-01": ["term_exceeded"],
        "2027-09-30": ["term_near"],
        "2027-11-30": ["term_near"],
        "2028-01-01": ["term_exceeded"],
    }


def test_the_words_about_a_file(region: Region) -> None:
    """S-47, N-25: reminded once from a week before, told once from the day after it was due; an incomplete file is none."""
    for items, words in (
        ([], ["file_due", "file_overdue"]),
        (FILE_ITEMS[:2], ["file_due", "file_overdue"]),
        (FILE_ITEMS, []),
    ):
        child = a_row(route=2, receiver_id=RECEIVER, started_on=d("2026-10-01"), file=list(items))
        days = [d("2026-10-01") + timedelta(days=n) for n in range(60)]
        told = {day.isoformat(): said for day in days if (said := look(child, day, region, d("2026-12-31")))}
        assert told == {day: [word] for day, word in zip(("2026-10-22", "2026-10-30"), words, strict=False)}
        assert child.watch_on is None
    late = a_row(route=2, receiver_id=RECEIVER, started_on=d("2026-10-01"))
    assert look(late, d("2026-10-29"), region, d("2026-12-31")) == ["file_due"]  # up to the day itself
    later = a_row(route=2, receiver_id=RECEIVER, started_on=d("2026-10-01"))
    assert look(later, d("2026-11-15"), region, d("2026-12-31")) == ["file_overdue"]  # nobody ran the clock in time
