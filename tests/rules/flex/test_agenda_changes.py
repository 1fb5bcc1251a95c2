"""What changed on an agenda since it was issued before (F-26, F-53)."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.flex.agenda_changes import NO_CHANGES, AgendaChanges, agenda_changes

CASES = st.lists(st.sampled_from("abcdef"), unique=True).map(
    lambda those: [{"reference": one, "round": 1, "days_left": 3} for one in those]
)
GUESTS = st.lists(st.sampled_from(["noord", "zuid", "oost"]), unique=True)
AGENDAS = st.fixed_dictionaries(
    {
        "cases": CASES,
        "invited": GUESTS,
        "optional": GUESTS,
        "starts_at": st.sampled_from(["10:00", "11:00"]),
        "ends_at": st.just("12:00"),
        "place_in_program": st.booleans(),
    }
)


def test_each_kind_of_change() -> None:
    case = {"reference": "a", "round": 1, "days_left": 3}
    before: dict[str, Any] = {
        "cases": [case, {**case, "reference": "b"}, {**case, "reference": "c"}],
        "invited": ["noord", "zuid"],
        "optional": [],
        "starts_at": "10:00",
        "ends_at": "12:00",
        "place_in_program": False,
    }
    after = {
        **before,
        "cases": [{**case, "days_left": 2}, {**case, "reference": "c", "round": 2}, {**case, "reference": "d"}],
        "invited": ["noord"],
        "optional": ["anker"],
        "starts_at": "11:00",
        "place_in_program": True,
    }
    found = agenda_changes(before, after)
    assert found == AgendaChanges(("d",), ("b",), ("c",), ("anker",), ("zuid",), moved=True, place=True)
    assert found


@given(AGENDAS, AGENDAS)
def test_what_came_and_left_makes_the_one_of_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    """And the other way round it is the opposite."""
    found, back = agenda_changes(before, after), agenda_changes(after, before)
    old, new = ({case["reference"] for case in said["cases"]} for said in (before, after))
    assert old - {*found.left} | {*found.came} == new
    assert {*found.came} == {*back.left}
    assert {*found.invited} == {*back.not_invited}
    assert (found.moved, found.place) == (back.moved, back.place)
    assert agenda_changes(before, before) == NO_CHANGES
    assert not NO_CHANGES
