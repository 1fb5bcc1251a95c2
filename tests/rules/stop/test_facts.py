"""What the rules know of a dossier and a child: numbers that agree or differ, and what follows from an agreement."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.stop.facts import ChildFacts, Counts, DossierFacts, Proposal
from rules.stop.route import FILE_ITEMS, Category, Route
from tests.support.facts import DAYS
from tests.support.stop_facts import EXAMPLES, FINISH, OTHER, SAME, TRANSFER, a_child, children, numbers

NUMBERS = st.builds(numbers, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
SIDES = st.none() | NUMBERS
ANY_COUNTS = st.builds(Counts, SIDES, SIDES, st.booleans())


def test_the_three_categories() -> None:
    """S-40, AMB-51: pre-trajectory, running care, finishing care; who waits is in the first."""
    assert [*Category] == ["pre_trajectory", "running", "finishing"]


@pytest.mark.parametrize(
    ("counts", "complete", "differences", "agreed"),
    [
        (Counts(), False, {}, False),
        (Counts(SAME), False, {}, False),  # the access has not recognised them
        (Counts(None, SAME), False, {}, False),
        (Counts(SAME, SAME), True, {}, True),
        (Counts(SAME, OTHER), True, {"running": [3, 4]}, False),
        (Counts(OTHER, SAME), True, {"running": [4, 3]}, False),  # the stopping provider's first
        (Counts(SAME, OTHER, explained=True), True, {"running": [3, 4]}, True),  # both numbers stay
        (Counts(numbers(1, 3, 2), numbers(0, 3, 5)), True, {"pre_trajectory": [1, 0], "finishing": [2, 5]}, False),
        (Counts(numbers(1, 0, 0), numbers(0, 1, 0)), True, {"pre_trajectory": [1, 0], "running": [0, 1]}, False),
        (Counts(SAME, None, explained=True), False, {}, False),
    ],
)
def test_numbers_of_both_sides(counts: Counts, complete: bool, differences: dict[str, list[int]], agreed: bool) -> None:
    """S-40, S-41, S-42, S-58: by category, not by their sum; an explanation takes no difference away."""
    assert (counts.complete, counts.differences, counts.agreed) == (complete, differences, agreed)


@EXAMPLES
@given(counts=ANY_COUNTS)
def test_a_difference_is_two_known_numbers_that_are_not_the_same(counts: Counts) -> None:
    """S-41, S-42: whatever the numbers; nothing is a difference while one side has not answered."""
    both = counts.provider is not None and counts.access is not None
    for category in Category:
        if not both:
            assert category not in counts.differences
            continue
        pair = [(counts.provider or {})[category], (counts.access or {})[category]]
        assert counts.differences.get(category) == (pair if pair[0] != pair[1] else None)


@EXAMPLES
@given(counts=ANY_COUNTS)
def test_agreed_means_the_same_or_explained(counts: Counts) -> None:
    """S-42, S-58: both sides are known, and every difference is explained."""
    same = counts.provider == counts.access
    assert counts.agreed == (counts.provider is not None and counts.access is not None and (same or counts.explained))
    assert not counts.agreed or counts.complete


@EXAMPLES
@given(one=NUMBERS, other=NUMBERS)
def test_it_does_not_matter_who_counted_first(one: dict[str, int], other: dict[str, int]) -> None:
    """S-41, S-58: the same categories differ, with the numbers the other way round."""
    there, back = Counts(one, other).differences, Counts(other, one).differences
    assert there == {category: pair[::-1] for category, pair in back.items()}


@pytest.mark.parametrize(
    ("informed", "agreed", "too_early"),
    [
        (None, None, False),
        (None, "2026-10-02", False),
        ("2026-10-01", None, False),
        ("2026-10-01", "2026-10-02", True),
        ("2026-10-02", "2026-10-02", False),  # on the day of the decision
        ("2026-10-03", "2026-10-02", False),
    ],
)
def test_told_before_the_decision(informed: str | None, agreed: str | None, too_early: bool) -> None:
    """S-45: the family heard it before the agreement was made."""
    days = [date.fromisoformat(day) if day else None for day in (informed, agreed)]
    assert a_child(informed_on=days[0], agreed_on=days[1]).told_too_early is too_early


@EXAMPLES
@given(agreed=DAYS, days=st.integers(-30, 30))
def test_too_early_is_before_the_day(agreed: date, days: int) -> None:
    """S-45: by whole days."""
    child = a_child(agreed_on=agreed, informed_on=agreed + timedelta(days=days))
    assert child.told_too_early == (days < 0)


@pytest.mark.parametrize(
    ("agreed", "waiting", "receiver", "receivers"),
    [
        (None, None, None, set()),
        (FINISH, None, None, set()),
        (TRANSFER, None, "bosrand", {"bosrand"}),
        (None, TRANSFER, None, {"bosrand"}),  # may look, and is told that there is no agreement
        (TRANSFER, Proposal(Route.TRANSFER, "sys-zuid"), "bosrand", {"bosrand", "sys-zuid"}),
        (TRANSFER, FINISH, "bosrand", {"bosrand"}),
    ],
)
def test_receivers(agreed: Any, waiting: Any, receiver: str | None, receivers: AbstractSet[str]) -> None:
    """S-29, S-55: of the agreed route, and of the proposal that waits."""
    child = a_child(agreed=agreed, waiting=waiting)
    assert (child.receiver, child.receivers) == (receiver, receivers)


@EXAMPLES
@given(child=children())
def test_a_file_is_complete_with_its_three_items(child: ChildFacts) -> None:
    """S-47, S-48: more may be in it, none of the three may miss; before the start and after it are counted apart."""
    assert child.file_complete == all(item in child.file for item in FILE_ITEMS)


@pytest.mark.parametrize("kind", [ChildFacts, DossierFacts, Counts, Proposal])
def test_the_rules_know_nothing_of_the_youth(kind: type) -> None:
    """S-17: a child is a reference with codes and dates; the facts cannot be changed, and have no place for more."""
    assert is_dataclass(kind)
    names = {field.name for field in fields(kind)}
    assert not names & {"private", "youth", "name", "bsn", "birth_date", "motives", "reason", "explanation", "note"}
    make: Callable[..., Any] = kind
    with pytest.raises((AttributeError, TypeError)):
        make(*[None] * len(fields(kind))).anything = 1
