"""Which table has an opdracht, and who is there."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.flex import tables
from rules.shared.region import Region
from rules.shared.series import Change, MeetingDay, series
from tests.support.facts import (
    ONE,
    a_case,
    at,
    contract,
    d,
    with_organisation,
    with_settings,
    with_table,
)

# which table ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opdracht", "forensic", "residential", "expected"),
    [
        ("B", False, False, ["T_BC"]),
        ("C", False, False, ["T_BC"]),
        ("C1", False, False, ["T_C1"]),
        ("C2", False, False, ["T_C2"]),
        ("E", False, False, ["T_FOR"]),
        ("E", True, True, ["T_FOR"]),
        ("B", True, True, ["T_FORV", "T_BC"]),
        ("C", True, True, ["T_FORV", "T_BC"]),
        ("B", True, False, ["T_BC"]),  # forensic, at home
        ("B", False, True, ["T_BC"]),
        ("C1", True, True, ["T_C1"]),
        ("A", False, False, []),
        ("D", True, True, []),
    ],
)
def test_every_opdracht_has_its_table(
    region: Region, opdracht: str, forensic: bool, residential: bool, expected: list[str]
) -> None:
    """F-27, F-52, F-54, F-56, F-58, F-59, F-61, AMB-07, AMB-08, AMB-09, AMB-10, AMB-11: the most specific table first."""
    case = a_case(opdracht=opdracht, forensic=forensic, residential=residential)
    assert [table.id for table in tables.tables_for(region, case)] == expected
    found = tables.plan(region, case, None, {}, at("2026-03-02T09:00"))
    assert (found[0].id if found else None) == next(iter(expected), None)


@pytest.mark.parametrize(
    ("ident", "every_weeks", "opdrachten", "flex"),
    [
        ("T_BC", 1, ("B", "C"), "first_meetings_then_on_call"),
        ("T_C1", 3, ("C1",), "never"),
        ("T_FOR", 1, ("E",), "on_call"),
        ("T_FORV", 2, ("B", "C"), "on_call"),
        ("T_C2", 1, ("C2",), "on_call"),
    ],
)
def test_the_tables_meet_as_the_document_says(
    region: Region, ident: str, every_weeks: int, opdrachten: tuple[str, ...], flex: str
) -> None:
    """F-53, F-54, F-56, F-58, F-59, F-61, AMB-07, AMB-09: opdracht, frequency and flex of each row."""
    table = region.table[ident]
    assert (table.every_weeks, table.opdrachten, table.flex) == (every_weeks, opdrachten, flex)
    days = [m.series_on for m in islice(series(table, region.days, d("2026-06-01")), 8)]
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(weeks=every_weeks)}


@pytest.mark.parametrize(("today", "has"), [("2026-04-23", True), ("2026-04-28", False)])
def test_a_table_that_stopped_is_no_table(region: Region, today: str, has: bool) -> None:
    """F-60, AMB-11, AMB-28: its last meeting is on the last day at the latest; King's Day moves it to 28 April."""
    stopping = with_table(region, "T_FOR", valid_until="2026-04-28")
    assert (tables.plan(stopping, a_case(opdracht="E"), None, {}, at(f"{today}T09:00")) is not None) is has


# who is there --------------------------------------------------------------------------------------------------------


def test_every_participant_but_the_owner_answers(region: Region) -> None:
    """F-28, F-29, F-62: the owner explained already; the others say yes or no."""
    table = region.table["T_BC"]
    assert tables.must_answer(table, a_case()) == ["sys-zuid", "sys-oost", "prest-west"]
    assert tables.must_answer(table, a_case(owner="bosrand")) == ["sys-noord", "sys-zuid", "sys-oost", "prest-west"]


@pytest.mark.parametrize("again", [{"round": 2}, {"taken_over": True}])
@pytest.mark.parametrize("owner", ["sys-noord", "bosrand"])
def test_the_owner_answers_too_when_its_answer_is_missing_or_old(
    region: Region, again: dict[str, Any], owner: str
) -> None:
    """F-29, F-38, AMB-02, AMB-20: after a take-over and from round 2 on everybody answers, each once."""
    asked = tables.must_answer(region.table["T_BC"], a_case(owner=owner, **again))
    assert sorted(asked) == sorted({"sys-noord", "sys-zuid", "sys-oost", "prest-west", owner})


def test_the_participants_of_a_table_are_data(region: Region) -> None:
    """F-62, AMB-15: another list in the region file, another list of who answers and who is invited."""
    table = with_table(region, "T_BC", participants=["bosrand"]).table["T_BC"]
    assert tables.must_answer(table, a_case()) == ["bosrand"]
    assert tables.invited(table, ["sys-noord"]) == ["tz-anna", "bosrand", "sys-noord"]


def test_invited_are_chair_participants_and_owners_each_once(region: Region) -> None:
    """F-26, F-28: an owner that is no participant comes to explain its case."""
    invited = tables.invited(region.table["T_C1"], ["sys-noord", "bosrand", "bosrand"])
    assert invited == ["tz-anna", "sys-zuid", "sys-noord", "bosrand"]


@pytest.mark.parametrize(
    ("on", "guests"),
    [
        ("2026-01-06", ["flex-anker", "flex-dubbel"]),
        ("2026-01-20", ["flex-anker", "flex-dubbel"]),
        ("2026-01-27", []),  # the fourth: on call from now on
    ],
)
def test_flex_providers_come_to_the_first_three_bc_meetings(region: Region, on: str, guests: list[str]) -> None:
    """F-55, F-66, F-67, AMB-12: those with a contract for B or C, three times."""
    table, meeting = region.table["T_BC"], MeetingDay(d(on), d(on))
    assert tables.flex_guests(table, meeting, [], region, {}) == guests


def test_learning_counts_from_the_day_that_the_region_gives(region: Region) -> None:
    """F-55, AMB-12: x meetings from `flex_learning_from`, else from the anchor; 0 is none."""
    first = d("2026-01-06")
    five = with_settings(region, flex_learning_meetings=5)
    assert tables.learning_days(five.table["T_BC"], five, {}) == [first + timedelta(weeks=n) for n in range(5)]
    later = with_table(region, "T_BC", flex_learning_from="2026-04-01").table["T_BC"]
    assert tables.learning_days(later, region, {}) == [d("2026-04-07"), d("2026-04-14"), d("2026-04-21")]
    from_anchor = with_table(region, "T_BC", flex_learning_from=None).table["T_BC"]
    assert tables.learning_days(from_anchor, region, {})[0] == first
    none = with_settings(region, flex_learning_meetings=0)
    assert tables.learning_days(none.table["T_BC"], none, {}) == []


@pytest.mark.parametrize("ident", ["T_C1", "T_FOR", "T_FORV", "T_C2"])
def test_only_bc_has_learning_meetings(region: Region, ident: str) -> None:
    """F-57, F-58, F-59, F-61, F-67, AMB-09: elsewhere flex providers do not come by themselves."""
    table = region.table[ident]
    meeting = next(series(table, region.days, table.anchor))
    assert tables.learning_days(table, region, {}) == []
    assert tables.flex_guests(table, meeting, [], region, {}) == []


@given(cancelled=st.sets(st.integers(0, 8)), moved=st.sets(st.integers(0, 8)))
def test_a_cancelled_meeting_teaches_nobody(region: Region, cancelled: set[int], moved: set[int]) -> None:
    """F-55, F-66, AMB-12: always x meetings that are really held, the first ones; a moved one is held."""
    table = region.table["T_BC"]
    days = [table.anchor + timedelta(weeks=n) for n in range(20)]
    changes = {days[n]: Change(days[n] + ONE) for n in moved} | {
        days[n]: Change(days[n], cancelled=True) for n in cancelled
    }
    held = [day for n, day in enumerate(days) if n not in cancelled]
    assert tables.learning_days(table, region, changes) == held[:3]


def test_flex_providers_on_call_come_when_called(region: Region) -> None:
    """F-58, F-61, AMB-13: one flex provider at one meeting; nobody twice."""
    forensic, day = region.table["T_FOR"], MeetingDay(d("2026-03-09"), d("2026-03-09"))
    assert tables.flex_guests(forensic, day, ["flex-cirkel"], region, {}) == ["flex-cirkel"]
    learning = MeetingDay(d("2026-01-06"), d("2026-01-06"))
    guests = tables.flex_guests(region.table["T_BC"], learning, ["flex-anker", "flex-cirkel"], region, {})
    assert guests == ["flex-anker", "flex-dubbel", "flex-cirkel"]


def test_the_c1_table_can_open_to_flex_providers(region: Region) -> None:
    """F-57: `never` may become `always`; then those with a contract for C1 on that day come every time."""
    opened = with_table(region, "T_C1", flex="always")
    opened = with_organisation(opened, "flex-oud", contracts=[contract("flex", "C1", until="2026-05-14")], flex_order=9)
    table = opened.table["T_C1"]
    assert tables.flex_guests(table, MeetingDay(d("2026-04-23"), d("2026-04-23")), [], opened, {}) == [
        "flex-delta",
        "flex-oud",
    ]
    ascension = next(series(table, opened.days, d("2026-05-14")))
    assert tables.flex_guests(table, ascension, [], opened, {}) == ["flex-delta"]  # it meets on 15 May
