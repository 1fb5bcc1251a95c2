"""The region gets other numbers, or a route lapses: no word is lost, none is said twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from flexroute.errors import UserError
from models.region.change import change_region
from models.region.directory import load_region
from models.stop.dossier import StopChild
from models.store.letter import Letter
from rules.shared.region import Region
from tests.support.dossiers import People
from tests.support.facts import changed, with_organisation, with_settings
from tests.support.parties import ACCESS, ADMINISTRATION, STOPPER
from tests.support.stored import rows
from tests.support.unmoved_dossiers import AGREED, ROUTE_1, do, everything_is_settled_and_said_once, many, watch


def import_region(people: People, region: Region, **numbers: Any) -> None:
    with people.database.writing() as session:
        change_region(session, with_settings(region, **numbers), people.now)


def test_the_same_region_says_nothing_again(people: People, region: Region) -> None:
    """S-10, S-47, N-26: every child is looked at anew, and there is nothing new to say; then not looked at for nothing."""
    children = many(people, 2)
    assert watch(people, "2027-11-30") == [("term_near", child) for child in children]
    due = [row.watch_on for row in rows(people.database, StopChild)]
    import_region(people, region)
    assert watch(people) == []
    assert [row.watch_on for row in rows(people.database, StopChild)] == due == [date(2028, 1, 1)] * 2


def test_another_number_of_months_counts_from_the_next_look(people: People, region: Region) -> None:
    """S-10, S-25, AMB-40: a shorter term is told at once, also in the middle of a quiet time; a longer one takes none back."""
    dossier = people.open()
    child = people.add(dossier)
    assert watch(people, "2027-08-31") == []
    import_region(people, region, stop_term_months=9)
    assert people.child(child).ends_by == people.dossier(dossier).ends_by == date(2027, 9, 30)
    assert watch(people, "2027-09-01") == [("term_near", child)]
    import_region(people, region, stop_term_months=12)
    assert watch(people, "2027-09-29") == []
    assert watch(people, "2027-09-30") == [("term_near", child)]  # of the new last day
    assert people.child(child).signals == ["term_at_risk"]


def test_a_longer_term_after_the_last_word(people: People, region: Region) -> None:
    """S-10, S-51: who had heard all there was to say about the old last day, hears of the new one."""
    child = people.add(people.open())
    assert watch(people, "2028-01-01") == [("term_exceeded", child)]
    import_region(people, region, stop_term_months=24)
    assert people.child(child).ends_by == date(2028, 12, 31)
    assert watch(people, "2028-09-29") == []
    assert watch(people, "2028-09-30") == [("term_near", child)]
    assert watch(people, "2029-01-01") == [("term_exceeded", child)]


def test_another_number_of_days_for_the_file(people: People, region: Region) -> None:
    """S-47, AMB-42: the file of a child that started before is due by the new number too."""
    child = people.add(people.open())
    people.agree(child)
    people.hand_over(child)
    import_region(people, region, file_transfer_days=14)
    assert people.child(child).file_due == date(2026, 9, 15)
    assert watch(people, "2026-09-07") == []
    assert watch(people, "2026-09-08") == [("file_due", child)]
    assert watch(people, "2026-09-16") == [("file_overdue", child)]
    assert watch(people, "2026-09-30") == []


@pytest.mark.parametrize("warnings", [(1,), (3, 2, 1), (6, 1), (2,), ()])
def test_other_warnings_take_no_word_away_and_say_none_twice(
    people: People, region: Region, warnings: tuple[int, ...]
) -> None:
    """S-10, S-51, AMB-40, AMB-43: whatever was said before, the end of a term is told once, and route 1 lapses then."""
    child = people.add(people.open(), care="restorative", allocation_ends_on=None, category="pre_trajectory")
    people.count(people.child(child).dossier, STOPPER, 0)
    people.count(people.child(child).dossier, ACCESS, 0)
    do(people, child, ROUTE_1[0], AGREED)
    assert watch(people, "2027-12-05") == [("term_near", child)]  # both warnings have come
    import_region(people, region, stop_term_warnings_months=warnings)
    assert watch(people, "2027-12-06") == []
    assert watch(people, "2028-01-01") == [("term_exceeded", child)]
    assert people.child(child).route is None
    import_region(people, region, stop_term_warnings_months=(3, 2, 1))
    assert watch(people, "2028-01-02") == []


# the day on which a route lapses


@pytest.mark.parametrize(
    ("allocation", "day", "then"),
    [
        ("2027-12-20", "2027-12-21", "term_near"),  # the twelve months are near as well
        ("2027-12-20", "2028-01-05", "term_exceeded"),  # and here they have passed too
        ("2027-03-31", "2027-04-01", None),
    ],
)
def test_the_day_on_which_a_route_lapses(people: People, allocation: str, day: str, then: str | None) -> None:
    """S-10, S-25, AMB-43, N-26: the term becomes another one; that has words of its own, once, with the next look."""
    child = people.add(people.open(), care="restorative", allocation_ends_on=allocation)
    do(people, child, ROUTE_1[0], AGREED)
    assert watch(people, day) == [("term_exceeded", child)]
    assert people.child(child).route is None
    assert watch(people) == ([(then, child)] if then else [])
    written = rows(people.database, Letter)
    assert watch(people) == []
    following = date.fromisoformat(day) + timedelta(days=1)
    assert watch(people, following.isoformat()) == []
    assert rows(people.database, Letter) == written
    said = [
        (letter.kind, letter.context["last_day"])
        for letter in rows(people.database, Letter, Letter.recipient == ADMINISTRATION)
    ]
    assert said == [("term_exceeded", allocation), *([(then, "2027-12-31")] if then else [])]
    everything_is_settled_and_said_once(people)


@pytest.mark.parametrize(
    ("without", "says"),
    [
        (lambda region: with_organisation(region, ACCESS, municipality=None), "mist de Toegang van gemeente 0599"),
        (
            lambda region: changed(region, people=[p for p in region.people if p.id != ADMINISTRATION]),
            "contract_administration",
        ),
    ],
)
def test_nobody_whom_a_dossier_needs_goes(people: People, region: Region, without: Any, says: str) -> None:
    """S-35, S-44, N-22: a proposal is never mailed to nobody; before there is a dossier the region may change."""
    with people.database.writing() as session:
        change_region(session, without(region), people.now)
        change_region(session, region, people.now)
    people.add(people.open())
    with pytest.raises(UserError, match=says), people.database.writing() as session:
        change_region(session, without(region), people.now)
    with people.database.reading() as session:
        assert load_region(session) == region
