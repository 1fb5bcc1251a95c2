"""The kinds of values that people give."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.values import Day, Ground, OrganisationId, PastDay, TableId, Text, Truth, Values

TUESDAY = date(2026, 3, 10)


class Everything(Values):
    """One of each."""

    day: Day | None = None
    past: PastDay | None = None
    truth: Truth | None = None
    text: Text | None = None
    organisation: OrganisationId | None = None
    table: TableId | None = None


def read(region: Region, **given: Any) -> Everything:
    return Everything.model_validate(given, context={"region": region, "today": TUESDAY})


def wrong(region: Region, **given: Any) -> str:
    """The field that is wrong; there is one."""
    with pytest.raises(ValidationError) as raised:
        read(region, **given)
    (error,) = raised.value.errors()
    return str(error["loc"][0])


@given(day=st.dates(date(2020, 1, 1), date(2060, 12, 31)))
def test_a_day_is_written_as_iso_or_dutch(region: Region, day: date) -> None:
    """F-20, F-71: year, month, day or day-month-year; spaces around it do no harm."""
    assert read(region, day=day.strftime("%d-%m-%Y")).day == day
    assert read(region, day=day.isoformat()).day == read(region, day=f" {day.isoformat()}\n").day == day
    assert read(region, day=day).day == day


@pytest.mark.parametrize(
    "given_day",
    [
        "2019-12-31", "9999-12-30", "9-3-2026",
        "9 maart 2026", "2026-3-9", "20260309", "2026-02-29", "2026-W11-1", "2026-03-09T10:00", "", "vandaag",
        20260309, 0, True, 1.5, datetime(2026, 3, 9, tzinfo=UTC), ["2026-03-09"],
    ],
)  # fmt: skip
def test_anything_else_is_no_day(region: Region, given_day: object) -> None:
    """F-20, F-71: no guessing which number is the month."""
    assert wrong(region, day=given_day) == "day"


def test_a_year_beyond_the_calendar_is_told_as_such(region: Region) -> None:
    """F-71, AMB-14: which days are holidays is known for these years only, and the message names them."""
    with pytest.raises(ValidationError, match="2020 tot en met 2060"):
        read(region, day="2061-01-01")


@given(later=st.integers(-400, 400))
def test_what_happened_lies_not_in_the_future(region: Region, later: int) -> None:
    """F-17, F-71, F-81, F-82: received, handed over, allocated: today or earlier; a start may lie ahead."""
    day = TUESDAY + timedelta(days=later)
    assert read(region, day=day).day == day
    if later > 0:
        assert wrong(region, past=day) == "past"
    else:
        assert read(region, past=day).past == day


@pytest.mark.parametrize(
    ("said", "meant"),
    [(True, True), ("true", True), ("ja", True), (" Ja ", True), (False, False), ("nee", False), ("FALSE", False)],
)
def test_yes_and_no(region: Region, said: object, meant: bool) -> None:
    """F-20, F-73: in Dutch too, as a form or a spreadsheet has it."""
    assert read(region, truth=said).truth is meant


@pytest.mark.parametrize("said", [1, 0, "1", "on", "y", "", "misschien", "waar"])
def test_anything_else_is_no_answer(region: Region, said: object) -> None:
    """F-73, AMB-02: an answer that is not a yes or a no is not taken for one."""
    assert wrong(region, truth=said) == "truth"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "x" * 4001, 5])
def test_an_explanation_says_something(region: Region, text: object) -> None:
    """F-28, F-76, F-78: blank is no reason."""
    assert wrong(region, text=text) == "text"


@given(text=st.text("abc é\n", min_size=1, max_size=50).filter(str.strip))
def test_a_text_is_kept_without_the_space_around_it(region: Region, text: str) -> None:
    """F-28: the words themselves stay, on their lines."""
    kept = read(region, text=text).text or ""
    assert kept == kept.strip()
    assert [line.split() for line in kept.split("\n")] == [line.split() for line in text.strip().split("\n")]


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\u200b"])
def test_a_text_keeps_no_signs_that_nobody_sees(region: Region, sign: str) -> None:
    """F-28: a database or a letter would stumble over them; new lines are text."""
    assert read(region, text=f"vol{sign}geboekt").text == "volgeboekt"
    assert wrong(region, text=sign) == "text"
    assert read(region, text="vol\r\n\tgeboekt").text == "vol\ngeboekt"


def test_half_a_sign_is_no_text(region: Region) -> None:
    """F-28: a lone surrogate, as comes of a console with another encoding, stands for a letter that is gone."""
    assert wrong(region, text="Jos\udce9") == "text"


def test_ids_are_of_this_region(region: Region) -> None:
    """F-62, F-69, F-72: an organisation is no table, and a stranger is neither."""
    known = read(region, organisation="sys-noord", table="T_BC")
    assert (known.organisation, known.table) == ("sys-noord", "T_BC")
    for name in ("T_BC", "tz-anna", "nobody", ""):
        assert wrong(region, organisation=name) == "organisation"
    for name in ("sys-noord", "t_bc", ""):
        assert wrong(region, table=name) == "table"


def test_what_was_stored_is_read_without_a_region() -> None:
    """F-79: a recorded answer stays readable after the organisation has left the region file."""
    stored = Everything.model_validate({"organisation": "gone", "table": "T_OUD", "past": "2059-01-01"})
    assert (stored.organisation, stored.table, stored.past) == ("gone", "T_OUD", date(2059, 1, 1))


def test_an_unknown_field_is_an_error(region: Region) -> None:
    """F-73: a value that nobody reads is not quietly lost; and what was given does not change."""
    assert wrong(region, explanatoin="x") == "explanatoin"
    with pytest.raises(ValidationError):
        read(region, truth=True).truth = False  # type: ignore[misc]


def test_the_grounds_are_those_of_the_document_and_other() -> None:
    """F-05, F-06, F-07, F-08, F-09, F-74: three main ones; they are not exhaustive."""
    assert [ground.value for ground in Ground] == [
        "capacity_not_at_level",
        "annual_capacity_used",
        "demand_peak",
        "other",
    ]


def test_a_refusal_says_what_and_where() -> None:
    """F-28: a code for programs, the field that is wrong, and a sentence for people."""
    refused = invalid("explanation", "leg uit waarom")
    assert isinstance(refused, Refused)
    assert (refused.code, refused.field, refused.message, str(refused)) == (
        "invalid",
        "explanation",
        "leg uit waarom",
        "leg uit waarom",
    )
    assert refused.subject is None
    assert Refused("wrong_step", "nu niet").field is None
