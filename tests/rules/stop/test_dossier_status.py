"""Where a dossier stands and what is missing: the table, gone through from end to end."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from docs.stop_standings import OF_DOSSIER
from rules.stop import status as stop_status
from rules.stop.facts import Counts, DossierFacts
from rules.stop.route import OPEN, Category, ChildStatus, DossierStatus
from rules.stop.status import Tally
from tests.support.facts import ONE
from tests.support.parties import HERE, THERE
from tests.support.stop_facts import COUNTED_ALIKE, OTHER, SAME, a_dossier, numbers

LAST = date(2027, 12, 31)  # for the declarations of a contract that ends in 2026


def tally(by_category: dict[tuple[str, str], int] | None = None, **known: Any) -> Tally:
    """As many children as the stopping provider counted in AGREED, all transferred."""
    added = {(HERE, "running"): 3} if by_category is None else by_category
    return Tally(**{"by_category": added, "by_status": {ChildStatus.TRANSFERRED: sum(added.values())}, **known})


def table(dossier: DossierFacts, children_: Tally, today: date) -> tuple[str, set[str]]:
    """The table of a dossier's status, read from top to bottom."""
    if dossier.closed:
        return "closed", set()
    counts = dossier.counts
    if not counts:
        return "announced", {"counts"}
    places = {*dossier.children_in, *counts}
    silent = any(p not in counts or counts[p].provider is None or counts[p].access is None for p in places)
    unexplained = any(c.provider and c.access and c.provider != c.access and not c.explained for c in counts.values())
    if silent or unexplained:
        return "counting", ({"counts"} if silent else set()) | ({"explanation"} if unexplained else set())
    said = {(p, category): (counts[p].provider or {})[category] for p in counts for category in Category}
    missing = set()
    if {key: n for key, n in said.items() if n} != {key: n for key, n in children_.by_category.items() if n}:
        missing.add("children")
    if children_.without_route:
        missing.add("routes")
    if missing:
        return "routing", missing
    is_open = sum(children_.by_status.get(status, 0) for status in OPEN)
    rest = {"open_children": is_open, "files": children_.incomplete_files, "sign_offs": children_.unsigned}
    missing = {what for what, number in rest.items() if number}
    return "settling", missing | (
        {"declarations"} if today <= date(dossier.contract_ends_on.year + 1, 12, 31) else set()
    )


MANY_COUNTS: list[dict[str, Counts]] = [
    {},
    {HERE: Counts(SAME)},
    {HERE: Counts(None, SAME)},
    {HERE: Counts(SAME, OTHER)},
    {HERE: Counts(SAME, OTHER, explained=True)},
    {HERE: COUNTED_ALIKE},
    {HERE: COUNTED_ALIKE, THERE: Counts(SAME, OTHER)},
    {HERE: COUNTED_ALIKE, THERE: Counts(OTHER)},
    {HERE: Counts(SAME, OTHER), THERE: Counts(OTHER)},
    {HERE: COUNTED_ALIKE, THERE: Counts(numbers(1), numbers(1))},
]
ADDED: list[dict[tuple[str, str], int]] = [
    {},
    {(HERE, "running"): 3},
    {(HERE, "running"): 2},
    {(HERE, "running"): 2, (HERE, "finishing"): 1},  # as many, not the same
    {(HERE, "running"): 3, (THERE, "pre_trajectory"): 1},
]


@pytest.mark.parametrize("counts", MANY_COUNTS)
@pytest.mark.parametrize("added", ADDED)
def test_where_a_dossier_stands(counts: dict[str, Counts], added: dict[tuple[str, str], int]) -> None:
    """S-10, S-11, S-17, S-40 … S-42, S-47, S-52, S-58 … S-60, AMB-46: the whole table, every row with every other."""
    found: dict[DossierStatus, set[str]] = {}
    ways = product((0, 1), (0, 2), (0, 1), (None, *ChildStatus), (LAST, LAST + ONE), (False, True))
    for without_route, incomplete, unsigned, status, today, closed in ways:
        children_ = tally(
            added,
            by_status={status: 1} if status else {},
            without_route=without_route,
            incomplete_files=incomplete,
            unsigned=unsigned,
        )
        dossier = a_dossier(counts=counts, children_in=frozenset(place for place, _ in added), closed=closed)
        answer = stop_status.dossier_missing(dossier, children_, today)
        assert answer == table(dossier, children_, today)
        found.setdefault(answer[0], set()).update(answer[1])
    for standing, missing in found.items():
        assert missing <= {*OF_DOSSIER[standing].missing}


@pytest.mark.parametrize(
    ("counts", "added", "missing"),
    [
        ({HERE: COUNTED_ALIKE}, {(HERE, "running"): 3}, set()),
        ({HERE: COUNTED_ALIKE}, {}, {"children"}),
        ({HERE: COUNTED_ALIKE}, {(HERE, "running"): 4}, {"children"}),  # one too many is as wrong
        ({HERE: COUNTED_ALIKE}, {(HERE, "finishing"): 3}, {"children"}),
        ({HERE: Counts(SAME, OTHER, explained=True)}, {(HERE, "running"): 3}, set()),  # the stopping provider's number
        ({HERE: Counts(SAME, OTHER, explained=True)}, {(HERE, "running"): 4}, {"children"}),
        ({HERE: COUNTED_ALIKE, THERE: Counts(numbers(), numbers())}, {(HERE, "running"): 3}, set()),
        ({HERE: Counts(numbers(), numbers())}, {}, set()),  # nobody at all
    ],
)
def test_every_counted_child_is_added(
    counts: dict[str, Counts], added: dict[tuple[str, str], int], missing: set[str]
) -> None:
    """S-17, S-41: by municipality and category the stopping provider's latest number; no child falls between two stools."""
    places = frozenset(place for place, _ in added)
    answer = stop_status.dossier_missing(a_dossier(counts=counts, children_in=places), tally(added), LAST + ONE)
    assert answer == (("routing" if missing else "settling"), missing)


@pytest.mark.parametrize(("today", "missing"), [(LAST, {"declarations"}), (LAST + ONE, set())])
def test_declarations_hold_a_dossier_open_to_the_last_day(today: date, missing: set[str]) -> None:
    """S-52, S-54, AMB-46: 31 December of the next year belongs to the term."""
    assert stop_status.dossier_missing(a_dossier(), tally(), today) == ("settling", missing)


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        ({"by_status": {ChildStatus.TRANSFERRED: 2, ChildStatus.FINISHING: 1}}, {"open_children"}),
        ({"by_status": {ChildStatus.FINISHED: 2, ChildStatus.TRANSFERRING: 1}}, {"open_children"}),
        ({"incomplete_files": 1}, {"files"}),
        ({"unsigned": 1}, {"sign_offs"}),
        ({"incomplete_files": 1, "unsigned": 1}, {"files", "sign_offs"}),
    ],
)
def test_what_holds_a_dossier_open(known: dict[str, Any], missing: set[str]) -> None:
    """S-10, S-11, S-47, S-59, S-60: a child that is open, a file that is not complete, a check that was not made."""
    assert stop_status.dossier_missing(a_dossier(), tally(**known), LAST + ONE) == ("settling", missing)


@pytest.mark.parametrize("status", ChildStatus)
def test_open_children_are_counted(status: ChildStatus) -> None:
    """S-11: neither transferred nor finished."""
    assert Tally({}, {status: 3}).open == (3 if status in OPEN else 0)
    assert Tally({}, dict.fromkeys(ChildStatus, 2)).open == 2 * len(OPEN) == 8
