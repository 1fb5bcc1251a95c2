"""Can a provider deliver: content and term, of itself and of its subcontractors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.flex.assessment import (
    Answer,
    Norm,
    PartyAnswer,
    complete,
    first_that_can,
    fits,
    in_time,
    may_say_in_time,
    start_is_known,
)
from rules.flex.facts import Statement
from rules.shared.refusal import Refused
from rules.shared.region import Region

LAST_DAY = date(2026, 5, 11)
NORM, NONE = Norm(LAST_DAY, date(2026, 3, 2)), Norm(None, date(2026, 3, 2))
ON_THE_DAY, PASSED = Norm(LAST_DAY, LAST_DAY), Norm(LAST_DAY, LAST_DAY + timedelta(days=1))
SOON, LATE = "2026-04-01", "2026-06-01"
STARTS = st.none() | st.dates(LAST_DAY - timedelta(days=5), LAST_DAY + timedelta(days=5))
PARTY = st.builds(
    lambda can, start, said: {"can_deliver": can, "earliest_start": start, "in_time": said},
    st.booleans(),
    STARTS,
    st.none() | st.booleans(),
)


def an_answer(provider: str = "sys-noord", *subcontractors: dict[str, Any], **said: Any) -> Answer:
    return Answer.model_validate({"provider": provider, "subcontractors": subcontractors, **said})


def sub(provider: str, **said: Any) -> dict[str, Any]:
    return {"provider": provider, **said}


def refused(call: Any, *args: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as raised:
        call(*args)
    return raised.value.code, raised.value.field


@pytest.mark.parametrize(
    ("said", "possible"),
    [
        ({"can_deliver": True, "earliest_start": SOON}, True),
        ({"can_deliver": True, "earliest_start": LAST_DAY}, True),  # the date itself is in time
        ({"can_deliver": True, "earliest_start": LAST_DAY + timedelta(days=1)}, False),  # content yes, term no
        ({"can_deliver": False, "earliest_start": SOON}, False),  # term yes, content no
        ({"can_deliver": True}, False),
    ],
)
def test_both_content_and_term_count(said: dict[str, Any], possible: bool) -> None:
    """F-20, F-30, F-31, F-73: can it, and can it start on or before the treeknorm date."""
    assert an_answer(**said).possible(NORM) is possible


def test_a_subcontractor_can_make_it_possible() -> None:
    """F-19, F-29: the provider cannot, one of its subcontractors can, in time."""
    no = {"can_deliver": False}
    able = sub("oa-dubbel", can_deliver=True, earliest_start=SOON)
    late = sub("oa-dubbel", can_deliver=True, earliest_start=LATE)
    assert an_answer("sys-noord", sub("oa-klein", **no), able, **no).possible(NORM)
    assert not an_answer("sys-noord", sub("oa-klein", **no), late, **no).possible(NORM)


@pytest.mark.parametrize(("said", "possible"), [(True, True), (None, True), (False, False)])
def test_without_a_norm_the_party_says_whether_it_is_in_time(said: bool | None, possible: bool) -> None:
    """F-31, AMB-03: no norm, so its own word counts, whatever the date."""
    assert an_answer(can_deliver=True, earliest_start=LATE, in_time=said).possible(NONE) is possible
    assert in_time(None, said, NONE) is possible


@given(own=PARTY, subs=st.lists(PARTY, max_size=3), norm=st.sampled_from([NONE, NORM, ON_THE_DAY, PASSED]))
def test_possible_when_one_party_can(own: dict[str, Any], subs: list[dict[str, Any]], norm: Norm) -> None:
    """F-19, F-20, F-29, F-30: possible is: some party can deliver the content and can start in time."""
    answer = an_answer("sys-noord", *(sub(f"oa-{n}", **said) for n, said in enumerate(subs)), **own)

    def able(said: dict[str, Any]) -> bool:
        own_word = norm in (NONE, PASSED)
        soon = said["in_time"] in (True, None) if own_word else said["earliest_start"] in _days_until(LAST_DAY)
        return bool(said["can_deliver"] and soon)

    assert answer.possible(norm) == any(able(said) for said in [own, *subs])


def _days_until(last: date) -> set[date]:
    return {last - timedelta(days=n) for n in range(10)}


@given(subs=st.lists(PARTY, max_size=3), norm=st.sampled_from([NONE, NORM, ON_THE_DAY, PASSED]))
def test_a_statement_is_a_no_unless_the_party_can_start(subs: list[dict[str, Any]], norm: Norm) -> None:
    """F-37, F-79, AMB-22: one statement for each subcontractor asked; a start that is too late counts as declined."""
    answer = an_answer("sys-noord", *(sub(f"oa-{n}", **said) for n, said in enumerate(subs)), can_deliver=False)
    assert answer.statements(norm) == [
        Statement("sys-noord", f"oa-{n}", declined=not PartyAnswer(provider=f"oa-{n}", **said).can_start(norm))
        for n, said in enumerate(subs)
    ]


def test_too_late_counts_as_declined() -> None:
    """F-37, AMB-22: of three subcontractors only the one that can start in time did not decline."""
    answer = an_answer(
        "sys-noord",
        sub("oa-klein", can_deliver=True, earliest_start=SOON),
        sub("oa-dubbel", can_deliver=True, earliest_start=LATE),
        sub("oa-akker", can_deliver=False),
        can_deliver=False,
    )
    assert [s.declined for s in answer.statements(NORM)] == [False, True, True]


def test_a_yes_needs_its_first_day() -> None:
    """F-20, F-73, AMB-71: with a norm a date, also once it has passed; without one a word about it (AMB-72)."""
    for norm in (NORM, PASSED):
        for said in (None, True, False):
            assert refused(start_is_known, True, None, said, norm) == ("invalid", "earliest_start")
    for start in (None, LAST_DAY):
        assert refused(start_is_known, True, start, None, NONE, "answers.0.") == ("invalid", "answers.0.in_time")
    for fine in (
        (LAST_DAY, None, NORM),
        (LAST_DAY, None, PASSED),
        (LAST_DAY, False, PASSED),
        (None, False, NONE),
        (None, True, NONE),
    ):
        start_is_known(True, *fine)
    for norm in (NORM, PASSED, NONE):
        start_is_known(False, None, None, norm)


def test_a_yes_of_a_subcontractor_needs_its_first_day_too() -> None:
    """F-19, F-20: the field that is missing is named, also when the provider itself can."""
    answer = an_answer("sys-noord", sub("oa-klein", can_deliver=True), can_deliver=True, earliest_start=SOON)
    assert refused(complete, answer, NORM) == ("invalid", "subcontractors.0.earliest_start")


@pytest.mark.parametrize(
    ("own", "of_sub", "missing"),
    [
        (None, None, "explanation"),
        ("vol", None, "subcontractors.0.explanation"),
        (None, "vol", "explanation"),
    ],
)
def test_a_no_needs_its_explanations(own: str | None, of_sub: str | None, missing: str) -> None:
    """F-28, F-73: why the provider cannot, and why its subcontractors cannot either."""
    answer = an_answer(
        "sys-noord", sub("oa-klein", can_deliver=False, explanation=of_sub), can_deliver=False, explanation=own
    )
    assert refused(complete, answer, NORM) == ("invalid", missing)
    assert refused(complete, answer, NORM, "answers.2.") == ("invalid", f"answers.2.{missing}")


def test_a_no_with_all_explanations_is_complete() -> None:
    """F-28: with both explanations it may go to the table; a subcontractor that was not asked needs none."""
    complete(
        an_answer(
            "sys-noord", sub("oa-klein", can_deliver=False, explanation="vol"), can_deliver=False, explanation="vol"
        ),
        NORM,
    )
    complete(an_answer(can_deliver=False, explanation="vol"), NORM)


def test_a_start_that_is_too_late_needs_an_explanation() -> None:
    """F-20, F-28: too late is a no, also of one that could deliver the content."""
    assert refused(complete, an_answer(can_deliver=True, earliest_start=LATE), NORM) == ("invalid", "explanation")


def test_a_yes_needs_no_explanation() -> None:
    """F-28: the explanations are those of a no; when one party can, nobody has to explain."""
    answer = an_answer("sys-noord", sub("oa-klein", can_deliver=False), can_deliver=True, earliest_start=SOON)
    complete(answer, NORM)


@given(own=PARTY, subs=st.lists(PARTY, max_size=2), norm=st.sampled_from([NONE, NORM, ON_THE_DAY, PASSED]))
def test_what_is_complete_is_possible_or_explained(own: dict[str, Any], subs: list[dict[str, Any]], norm: Norm) -> None:
    """F-20, F-28: without a single explanation only an answer that is possible, and dated, is complete."""
    answer = an_answer("sys-noord", *(sub(f"oa-{n}", **said) for n, said in enumerate(subs)), **own)
    dated = all(
        (party.in_time if norm is NONE else party.earliest_start) is not None
        for party in (answer, *answer.subcontractors)
        if party.can_deliver
    )
    if dated and answer.possible(norm):
        complete(answer, norm)
    else:
        assert refused(complete, answer, norm)[0] == "invalid"


def test_only_own_subcontractors_answer(region: Region) -> None:
    """F-19, F-72: those that this provider contracted, once each."""
    klein, akker = sub("oa-klein", can_deliver=False), sub("oa-akker", can_deliver=False)
    fits(an_answer("sys-noord", klein, sub("oa-dubbel", can_deliver=False), can_deliver=False), NORM, region)
    fits(an_answer("prest-west", klein, can_deliver=False), NORM, region)
    strange = an_answer("sys-noord", klein, akker, can_deliver=False)
    assert refused(fits, strange, NORM, region) == ("invalid", "subcontractors.1.provider")
    twice = an_answer("sys-noord", klein, klein, can_deliver=False)
    assert refused(fits, twice, NORM, region, "answers.0.") == ("invalid", "answers.0.subcontractors.1.provider")


@pytest.mark.parametrize("said", [True, False])
def test_in_time_is_no_answer_where_a_norm_is_set(region: Region, said: bool) -> None:
    """F-31, AMB-03: with a norm it is a question of dates."""
    own = an_answer(can_deliver=True, earliest_start=SOON, in_time=said)
    of_sub = an_answer("sys-noord", sub("oa-klein", can_deliver=False, in_time=said), can_deliver=False)
    for answer in (own, of_sub):
        assert refused(fits, answer, NORM, region)[0] == "invalid"
        assert refused(fits, answer, ON_THE_DAY, region)[0] == "invalid"
        for norm in (NONE, PASSED):
            fits(answer, norm, region)
    assert refused(may_say_in_time, said, NORM) == ("invalid", "in_time")
    may_say_in_time(None, NORM)
    may_say_in_time(said, PASSED)


def test_the_field_that_may_not_be_said_is_named(region: Region) -> None:
    """F-31, AMB-03: of the subcontractor that said it."""
    answer = an_answer("sys-noord", sub("oa-klein", can_deliver=True, in_time=True), can_deliver=False)
    assert refused(fits, answer, NORM, region, "answers.1.") == ("invalid", "answers.1.subcontractors.0.in_time")


@pytest.mark.parametrize(("said", "possible"), [(True, True), (None, True), (False, False)])
def test_once_the_norm_has_passed_the_date_no_longer_decides(said: bool | None, possible: bool) -> None:
    """AMB-71: from the day after it nobody can be in time, so any day will do, unless the party itself says that it will not."""
    of_sub = sub("oa-klein", can_deliver=True, earliest_start=LATE, in_time=said)
    answer = an_answer("sys-noord", of_sub, can_deliver=False)
    assert answer.possible(PASSED) is possible
    assert [statement.declined for statement in answer.statements(PASSED)] == [not possible]
    assert not answer.possible(ON_THE_DAY)


def test_the_first_that_can_takes_the_case() -> None:
    """F-29, F-32: in the order of the answers; nobody when all said no."""
    no = an_answer("sys-zuid", can_deliver=False)
    late = an_answer("sys-oost", can_deliver=True, earliest_start=LATE)
    yes = an_answer("prest-west", can_deliver=True, earliest_start=SOON)
    also = an_answer("bosrand", can_deliver=True, earliest_start=SOON)
    assert first_that_can([no, late, yes, also], NORM) == "prest-west"
    assert first_that_can([no, late], NORM) is None
    assert first_that_can([], NORM) is None


def test_an_answer_without_a_yes_or_no_is_none() -> None:
    """F-73, AMB-02: silence is not a no."""
    with pytest.raises(ValidationError):
        an_answer(explanation="we kijken nog")


@given(PARTY, st.lists(PARTY, max_size=3), st.sampled_from([NORM, NONE, ON_THE_DAY, PASSED]))
def test_what_is_offered(own: dict[str, Any], subs: list[dict[str, Any]], norm: Norm) -> None:
    """F-19, F-20: where the answer is yes, a day that is in time; where it is no, whether it is the content or the term."""
    answer = an_answer("sys-noord", *(sub("oa-klein", **said) for said in subs), **own)
    offer = answer.offer(norm)
    assert offer.can_deliver == any(party["can_deliver"] for party in (own, *subs))
    days = {party["earliest_start"] for party in (own, *subs) if party["can_deliver"]}
    assert offer.first_day in days | {None}
    if answer.possible(norm) and norm.decides:
        assert offer.first_day is not None
        assert offer.first_day <= LAST_DAY
    elif offer.first_day is not None and not answer.possible(norm):
        assert offer.first_day == min(day for day in days if day)
