"""When the clock speaks about a child: each word once, at each warning and the day after."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from models.stop.dossier import StopChild, StopDossier
from rules.shared.region import Region
from rules.stop import terms as stop_terms
from rules.stop.gates import default_route
from rules.stop.route import FILE_ITEMS, ChildStatus, Route, StopSignal
from rules.stop.settings import StopSettings
from rules.stop.status import held_by
from tasks.engine.decision import Writes
from tasks.stop.terms import file_term, term
from tasks.stop.work import ChildContext
from tests.support.contract_ends import ENDS, by_hand
from tests.support.facts import DAYS, ONE, d, with_settings
from tests.support.parties import HERE, RECEIVER, STOPPER
from tests.support.stop_facts import EXAMPLES, a_dossier

SOLUTION = {"receiving_provider": None, "moves_with_employees": False, "expected_end": None}


SETTINGS = st.builds(
    StopSettings,
    stop_term_months=st.integers(1, 24),
    stop_term_warnings_months=st.lists(st.integers(1, 12), max_size=4, unique=True).map(tuple),
    file_transfer_days=st.integers(1, 60),
)


@EXAMPLES
@given(last=DAYS, settings=SETTINGS)
def test_the_clock_speaks_at_each_warning_and_the_day_after(last: date, settings: StopSettings) -> None:
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
    noon = datetime.combine(day, time(11), UTC)
    dossier = StopDossier(
        reference="ST-2026-000001",
        provider_id=STOPPER,
        stop_type="not_renewed",
        announced_on=day,
        contract_ends_on=stops,
        motives="",
        care_forms=[],
        registered_at=noon,
    )
    facts, writes = a_dossier(contract_ends_on=stops), Writes()
    work = ChildContext(Session(), region, noon, dossier, facts, writes, child=child, before=child.facts())
    (file_term if child.started_on else term)(work)
    work.stand()
    return sorted({letter["kind"] for letter in writes.letters})


@st.composite
def child_rows(draw: st.DrawFn) -> StopChild:
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
@given(child=child_rows(), stops=ENDS, numbers=SETTINGS, waits=st.lists(st.integers(0, 300), min_size=1, max_size=6))
def test_the_clock_looks_on_the_first_day_on_which_it_speaks(
    region: Region, child: StopChild, stops: date, numbers: StopSettings, waits: list[int]
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
@given(child=child_rows(), stops=ENDS, numbers=SETTINGS, after=st.integers(-500, 900))
def test_a_second_look_on_the_same_day_says_nothing(
    region: Region, child: StopChild, stops: date, numbers: StopSettings, after: int
) -> None:
    """S-10, S-47, N-25, N-26: once a day at most; where a route lapsed the term became another one, and has its own."""
    region, today = with_settings(region, **numbers.model_dump()), stops + timedelta(days=after)
    before = child.route
    look(child, today, region, stops)
    if child.route != before:
        look(child, today, region, stops)
    assert child.watch_on is None or child.watch_on > today


@EXAMPLES
@given(child=child_rows(), stops=ENDS, first=st.integers(-200, 600), later=st.integers(1, 400))
def test_no_word_is_said_twice(region: Region, child: StopChild, stops: date, first: int, later: int) -> None:
    """N-25, N-26: each at most once per last day; of several that have come only the latest is said."""
    said: Counter[tuple[str, date]] = Counter()
    today = stops + timedelta(days=first)
    for _ in range(6):
        before = stop_terms.ends_by_of(
            child.facts(), child.agreed, a_dossier(contract_ends_on=stops), region.settings_of(StopSettings)
        )
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
