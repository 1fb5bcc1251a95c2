"""Whether the parts of a region fit together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rules.shared.region import Region
from rules.shared.region_links import problems
from tests.support.facts import changed, with_organisation, with_table

Place = tuple[str | int, ...]


def places(region: Region) -> list[Place]:
    return [place for place, _ in problems(region)]


def with_person(region: Region, ident: str, **keys: Any) -> Region:
    return changed(region, people=[{**p.model_dump(), **(keys if p.id == ident else {})} for p in region.people])


def twice(region: Region, part: str, number: int, **keys: Any) -> Region:
    rows = [row.model_dump(by_alias=True) for row in getattr(region, part)]
    return changed(region, **{part: [*rows, {**rows[number], **keys}]})


def test_the_region_of_the_scenarios_fits(region: Region) -> None:
    """F-53, F-62, F-72: nothing to say about it."""
    assert list(problems(region)) == []


@pytest.mark.parametrize("chair", ["nobody", "cm-bc", "sys-noord"])
def test_the_chair_is_a_care_mediator(region: Region, chair: str) -> None:
    """F-26, F-53: somebody of Team Zorgbemiddeling, of this region."""
    assert places(with_table(region, "T_C1", chair=chair)) == [("tables", 1, "chair")]


@pytest.mark.parametrize("participant", ["nobody", "flex-anker", "oa-klein", "ref-lt", "tz-anna", "heidehof"])
def test_participants_are_system_or_performance_providers(region: Region, participant: str) -> None:
    """F-18, F-29, F-62: a flex provider is a guest, never a participant."""
    assert places(with_table(region, "T_BC", participants=["prest-west", participant])) == [
        ("tables", 0, "participants", 1)
    ]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("nobody", True), ("sys-oost", True), ("tz-anna", True), ("flex-dubbel", False), ("sys-zuid", False)],
)
def test_a_subcontractor_is_another_organisation(region: Region, name: str, wrong: bool) -> None:
    """F-19, F-72, AMB-22: of this region, not itself; a flex or system provider may be one."""
    number = [o.id for o in region.organisations].index("sys-oost")
    found = places(with_organisation(region, "sys-oost", subcontractors=["oa-klein", name]))
    assert found == ([("organisations", number, "subcontractors", 1)] if wrong else [])


def test_a_contract_manager_has_opdrachten(region: Region) -> None:
    """F-33, AMB-18: else nobody would ever be sent to him or her; others need none."""
    number = [p.id for p in region.people].index("cm-e")
    assert places(with_person(region, "cm-e", opdrachten=[])) == [("people", number, "roles")]
    assert places(with_person(region, "cm-e", opdrachten=[], roles=["care_mediator"])) == []


@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda region: twice(region, "organisations", 0), "organisations"),
        (lambda region: twice(region, "people", 0), "people"),
        (lambda region: twice(region, "tables", 0), "tables"),
        (lambda region: twice(region, "people", 0, id="sys-noord"), "people"),  # a person called like an organisation
        (lambda region: twice(region, "organisations", 0, id="backoffice"), "organisations"),  # or like a mailbox
    ],
)
def test_an_id_names_one_thing(region: Region, make: Callable[[Region], Region], part: str) -> None:
    """F-62, F-69: organisations, people and mailboxes share their ids; tables have their own."""
    assert places(make(region)) == [(part, len(getattr(region, part)), "id")]


def test_every_problem_is_told_at_once(region: Region) -> None:
    """F-53, F-62: with what is wrong, so that a file is repaired in one go."""
    wrong = with_organisation(
        with_table(region, "T_BC", chair="nobody", participants=["ook-niet"]), "sys-noord", subcontractors=["weg"]
    )
    told = dict(problems(wrong))
    assert list(told) == [
        ("tables", 0, "chair"),
        ("tables", 0, "participants", 0),
        ("organisations", 0, "subcontractors", 0),
    ]
    assert all(name in said for name, said in zip(("nobody", "ook-niet", "weg"), told.values(), strict=True))


def test_a_municipality_has_one_access(region: Region) -> None:
    """S-35, S-44: two would each be told half."""
    two = with_organisation(region, "toegang-twee", municipality="0599")
    assert [place[-1] for place in places(two)] == ["municipality"]


def test_an_opdracht_that_is_not_in_the_list_is_told_where_it_stands(region: Region) -> None:
    """F-27: only where the region has a list."""
    norm = [
        {"opdracht": "Z", "weeks": 6, "valid_from": "2026-01-01"},
        {"opdracht": "*", "weeks": 6, "valid_from": "2026-01-01"},
    ]
    assert list(problems(changed(region, treeknorm=norm))) == []
    listed = changed(
        region, treeknorm=norm, opdrachten={"B": "Ambulant", "C": "Verblijf", "C2": "Dagbehandeling", "E": "Forensisch"}
    )
    found = dict(problems(listed))
    assert set(found) == {
        ("treeknorm", 0, "opdracht"),
        ("tables", 1, "opdrachten", 0),
        ("organisations", 1, "contracts", 0, "opdrachten", 2),
        ("organisations", 10, "contracts", 0, "opdrachten", 0),
        ("people", 3, "opdrachten", 0),
    }
    assert found["people", 3, "opdrachten", 0] == "C1 staat niet bij opdrachten; kies uit: B, C, C2, E"


@pytest.mark.parametrize("part", ["care_forms", "opdrachten"])
def test_two_codes_with_one_name(region: Region, part: str) -> None:
    """F-27: nobody could tell them apart."""
    every = {code: code for code in ("B", "C", "C1", "C2", "E")}
    assert places(changed(region, **{part: {**every, "C2": "B"}})) == [(part, "B"), (part, "C2")]
