"""Which flex providers may be asked, in which order, and who is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.flex import matching
from rules.flex.facts import CaseFacts, Statement
from rules.flex.matching import (
    DECLINED_AS_SUBCONTRACTOR,
    candidates,
    excluded,
    next_to_ask,
    same_undertaking,
    with_contract,
)
from rules.flex.route import Step
from rules.shared.region import Organisation, Region
from tests.support.facts import MAIL, a_case, contract, small_region, with_organisation, with_settings

SEARCHED_ON = date(2026, 3, 17)
EIGHT = st.none() | st.sampled_from(["90000001", "90000002", "90000003"])


def searching(**known: Any) -> CaseFacts:
    """A case that the table assessed and the contract manager approved in its round."""
    number = known.get("round", 1)
    return a_case(**{"step": Step.FLEX_SEARCH, "assessed_round": number, "approved_round": number, **known})


def no_of(subcontractor: str, provider: str = "sys-noord", /, **said: bool) -> Statement:
    return Statement(provider, subcontractor, **{"declined": True, **said})


# one undertaking -----------------------------------------------------------------------------------------------------


def _organisation(ident: str, agb: str | None, kvk: str | None) -> Organisation:
    return Organisation(id=ident, name=ident, mail=MAIL, agb=agb, kvk=kvk)


UNDERTAKINGS = st.builds(_organisation, st.sampled_from(["a", "b", "c"]), EIGHT, EIGHT)


@pytest.mark.parametrize(
    ("agb", "kvk", "other_agb", "other_kvk", "same"),
    [
        ("90000001", None, "90000001", None, True),
        ("90000001", None, "90000002", None, False),
        ("90000001", "90000012", "90000002", "90000012", False),  # both have an AGB code: that decides
        ("90000001", "90000012", "90000001", "90000013", True),
        (None, "90000012", "90000001", "90000012", True),  # one has none: the KvK number decides
        (None, "90000012", None, "90000012", True),
        (None, "90000012", None, "90000013", False),
        ("90000012", None, None, "90000012", False),  # an AGB code is no KvK number
        (None, None, None, None, False),
        ("90000001", None, None, None, False),
    ],
)
def test_one_undertaking_has_one_number(
    agb: str | None, kvk: str | None, other_agb: str | None, other_kvk: str | None, same: bool
) -> None:
    """F-37, AMB-22: the AGB code, and the KvK number where one of both has no AGB code."""
    assert same_undertaking(_organisation("a", agb, kvk), _organisation("b", other_agb, other_kvk)) is same


@given(one=UNDERTAKINGS, other=UNDERTAKINGS)
def test_same_undertaking_is_symmetric_and_reflexive(one: Organisation, other: Organisation) -> None:
    """F-37, AMB-22: who is asked about whom makes no difference; everybody is the same as itself."""
    assert same_undertaking(one, one)
    assert same_undertaking(one, other) == same_undertaking(other, one)


# examples ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opdracht", "today", "expected"),
    [
        ("B", "2026-03-17", ["flex-anker", "flex-dubbel"]),
        ("C", "2026-03-17", ["flex-anker", "flex-dubbel"]),
        ("E", "2026-03-17", ["flex-cirkel"]),
        ("C1", "2026-03-17", ["flex-delta"]),
        ("C2", "2026-06-30", ["flex-eiland"]),  # the last day of its contract
        ("C2", "2026-07-01", []),
        ("B", "2023-12-31", []),
        ("D", "2026-03-17", []),
    ],
)
def test_candidates_hold_a_contract_for_the_opdracht_on_that_day(
    region: Region, opdracht: str, today: str, expected: list[str]
) -> None:
    """F-36: flex providers only, in the order in which they are asked."""
    day = date.fromisoformat(today)
    assert [flex.id for flex in with_contract(region, opdracht, day)] == expected
    assert candidates(region, searching(opdracht=opdracht), day) == expected
    assert next_to_ask(region, searching(opdracht=opdracht), day) == next(iter(expected), None)


def test_a_subcontractor_that_said_no_is_not_asked_as_flex_provider(region: Region) -> None:
    """F-37, F-79, AMB-22: Dubbelrol is both; the same AGB code."""
    case = searching(statements=(no_of("oa-dubbel"),))
    assert excluded(region, "B", case.statements, SEARCHED_ON) == {"flex-dubbel": DECLINED_AS_SUBCONTRACTOR}
    assert candidates(region, case, SEARCHED_ON) == ["flex-anker"]


def test_a_subcontractor_without_agb_code_is_known_by_its_kvk_number(region: Region) -> None:
    """F-37, AMB-22: De Akker has no AGB code."""
    both = with_organisation(region, "flex-akker", kvk="90000012", agb="90000077", contracts=[contract("flex", "B")])
    case = searching(statements=(no_of("oa-akker", "sys-zuid"),))
    assert list(excluded(both, "B", case.statements, SEARCHED_ON)) == ["flex-akker"]
    assert candidates(both, case, SEARCHED_ON) == ["flex-anker", "flex-dubbel"]


def test_a_flex_provider_that_is_a_subcontractor_itself_is_left_out(region: Region) -> None:
    """F-37, AMB-22: one organisation in both roles, without any number."""
    own = with_organisation(region, "oa-klein", agb=None, contracts=[contract("flex", "B")], flex_order=0)
    assert candidates(own, searching(), SEARCHED_ON) == ["oa-klein", "flex-anker", "flex-dubbel"]
    assert candidates(own, searching(statements=(no_of("oa-klein"),)), SEARCHED_ON) == ["flex-anker", "flex-dubbel"]


@pytest.mark.parametrize("said", [{"declined": False}, {"withdrawn": True}])
def test_only_a_no_that_stands_excludes(region: Region, said: dict[str, bool]) -> None:
    """F-37, AMB-21: not a yes, and not a no that was taken back."""
    case = searching(statements=(no_of("oa-dubbel", **said),))
    assert excluded(region, "B", case.statements, SEARCHED_ON) == {}
    assert candidates(region, case, SEARCHED_ON) == ["flex-anker", "flex-dubbel"]


def test_a_no_through_another_provider_still_stands(region: Region) -> None:
    """F-37, AMB-21: taken back through one provider, it excludes as long as it stands through another."""
    said = (no_of("oa-dubbel", "sys-noord", withdrawn=True), no_of("oa-dubbel", "prest-west"))
    assert list(excluded(region, "B", said, SEARCHED_ON)) == ["flex-dubbel"]


def test_a_no_counts_in_every_round(region: Region) -> None:
    """F-37, AMB-21: a statement of round 1 in round 3."""
    case = searching(round=3, statements=(no_of("oa-dubbel"),))
    assert candidates(region, case, SEARCHED_ON) == ["flex-anker"]


def test_who_was_never_asked_is_not_excluded(region: Region) -> None:
    """F-37, AMB-21: a no of somebody else says nothing about it."""
    assert candidates(region, searching(statements=(no_of("oa-klein"),)), SEARCHED_ON) == ["flex-anker", "flex-dubbel"]


def test_one_without_a_contract_is_not_listed_as_excluded(region: Region) -> None:
    """F-36, F-37: it is no candidate in the first place."""
    assert excluded(region, "E", (no_of("oa-dubbel"),), SEARCHED_ON) == {}
    assert excluded(region, "B", (no_of("gone-from-the-region"),), SEARCHED_ON) == {}


def test_a_decline_asks_the_next_candidate(region: Region) -> None:
    """F-36, F-40, F-80, AMB-23: one after the other; nobody left is loop L-2."""
    assert next_to_ask(region, searching(), SEARCHED_ON) == "flex-anker"
    assert next_to_ask(region, searching(flex_answers={"flex-anker": False}), SEARCHED_ON) == "flex-dubbel"
    assert next_to_ask(region, searching(flex_answers={"flex-anker": False, "flex-dubbel": False}), SEARCHED_ON) is None


def test_a_region_may_return_on_the_first_decline(region: Region) -> None:
    """F-40, AMB-23: the literal reading; before any answer somebody is asked all the same."""
    literal = with_settings(region, return_on_first_decline=True)
    assert next_to_ask(literal, searching(), SEARCHED_ON) == "flex-anker"
    assert next_to_ask(literal, searching(flex_answers={"flex-anker": False}), SEARCHED_ON) is None


def test_the_open_request_goes_first(region: Region) -> None:
    """F-36, F-80, AMB-23: then the others in their order, also one whose exclusion was lifted."""
    case = searching(asked="flex-dubbel", statements=(no_of("oa-klein"),))
    assert candidates(region, case, SEARCHED_ON) == ["flex-dubbel", "flex-anker"]


def test_those_without_a_place_in_the_order_come_last(region: Region) -> None:
    """F-36, AMB-23: in the order of the region file; a first place of 0 is a place."""
    more = with_organisation(region, "flex-nieuw", contracts=[contract("flex", "B")])
    more = with_organisation(more, "flex-nul", contracts=[contract("flex", "B")], flex_order=0)
    more = with_organisation(more, "flex-later", contracts=[contract("flex", "B")])
    assert candidates(more, searching(), SEARCHED_ON) == [
        "flex-nul",
        "flex-anker",
        "flex-dubbel",
        "flex-nieuw",
        "flex-later",
    ]


@pytest.mark.parametrize(
    "missing", [{"approved_round": 0}, {"assessed_round": 0}, {"round": 2, "assessed_round": 2, "approved_round": 1}]
)
def test_nobody_is_asked_without_an_approval_of_this_round(region: Region, missing: dict[str, int]) -> None:
    """F-11, F-12, F-36, AMB-24: the table's assessment and the approval, both of the current round."""
    with pytest.raises(ValueError, match="F-36"):
        next_to_ask(region, searching(**missing), SEARCHED_ON)


def test_one_open_request_at_a_time(region: Region) -> None:
    """F-36, AMB-23: nobody else is asked while an answer is awaited."""
    with pytest.raises(ValueError, match="AMB-23"):
        next_to_ask(region, searching(asked="flex-anker"), SEARCHED_ON)


# properties ----------------------------------------------------------------------------------------------------------


@st.composite
def searches(draw: st.DrawFn) -> tuple[Region, CaseFacts]:
    """A region of a few flex providers and subcontractors that share numbers, and a case somewhere in its search."""
    day = st.sampled_from(["2026-03-01", "2026-03-17", "2026-03-18", "2026-12-31"])
    flex: list[dict[str, Any]] = [
        {
            "id": f"flex-{n}",
            "agb": draw(EIGHT),
            "kvk": draw(EIGHT),
            "flex_order": draw(st.none() | st.integers(0, 3)),
            "contracts": [
                contract(
                    draw(st.sampled_from(["flex", "flex", "system"])), draw(st.sampled_from("BBC")), until=draw(day)
                )
            ],
        }
        for n in range(draw(st.integers(0, 5)))
    ]
    subs = [{"id": f"oa-{n}", "agb": draw(EIGHT), "kvk": draw(EIGHT)} for n in range(3)]
    region = small_region([*flex, *subs, {"id": "sys", "subcontractors": ["oa-0", "oa-1", "oa-2"]}])
    said = st.builds(
        Statement, st.just("sys"), st.sampled_from(["oa-0", "oa-1", "oa-2", "flex-0"]), st.booleans(), st.booleans()
    )
    answers = draw(st.dictionaries(st.sampled_from([row["id"] for row in flex]), st.just(False))) if flex else {}
    return region, searching(owner="sys", statements=tuple(draw(st.lists(said, max_size=4))), flex_answers=answers)


@given(search=searches())
def test_candidates_hold_nobody_excluded_or_answered(search: tuple[Region, CaseFacts]) -> None:
    """F-36, F-37, F-80, AMB-21, AMB-23: only flex contracts of today; each once; and nobody else is left out."""
    region, case = search
    found, out = candidates(region, case, SEARCHED_ON), excluded(region, case.opdracht, case.statements, SEARCHED_ON)
    contracted = {
        o.id
        for o in region.organisations
        if any(c.kind == "flex" and "B" in c.opdrachten and c.holds(SEARCHED_ON) for c in o.contracts)
    }
    assert set(found) == contracted - out.keys() - case.flex_answers.keys()
    assert len(found) == len(set(found))


@given(search=searches())
def test_excluded_are_exactly_those_that_said_no(search: tuple[Region, CaseFacts]) -> None:
    """F-37, AMB-21, AMB-22: a flex provider is out when, and only when, a no of its undertaking stands."""
    region, case = search
    out = excluded(region, case.opdracht, case.statements, SEARCHED_ON)
    said_no = [region.organisation[s.subcontractor] for s in case.statements
               if s.declined and not s.withdrawn and s.subcontractor in region.organisation]  # fmt: skip
    for flex in with_contract(region, case.opdracht, SEARCHED_ON):
        assert (flex.id in out) == any(same_undertaking(sub, flex) for sub in said_no)
    assert set(out.values()) <= {DECLINED_AS_SUBCONTRACTOR}


@given(search=searches())
def test_candidates_are_in_flex_order(search: tuple[Region, CaseFacts]) -> None:
    """F-36, AMB-23: by `flex_order`, then as the region file has them; without one, last."""
    region, case = search
    rows = [o.id for o in region.organisations]
    places = [(region.organisation[i].flex_order, rows.index(i)) for i in candidates(region, case, SEARCHED_ON)]
    assert places == sorted(places, key=lambda place: (float("inf") if place[0] is None else place[0], place[1]))


@given(search=searches())
def test_asking_goes_along_all_candidates_once(search: tuple[Region, CaseFacts]) -> None:
    """F-36, F-40, AMB-23: asked one by one, each says no, until nobody is left; at most one is asked at a time."""
    region, case = search
    expected, asked = candidates(region, case, SEARCHED_ON), []
    while (flex := next_to_ask(region, case, SEARCHED_ON)) is not None:
        waiting = replace(case, asked=flex)
        assert candidates(region, waiting, SEARCHED_ON) == candidates(region, case, SEARCHED_ON)
        with pytest.raises(ValueError):
            next_to_ask(region, waiting, SEARCHED_ON)
        asked.append(flex)
        case = replace(case, flex_answers={**case.flex_answers, flex: False})
    assert asked == expected


@given(search=searches())
def test_taking_a_no_back_only_opens(search: tuple[Region, CaseFacts]) -> None:
    """F-37, AMB-21: who was a candidate stays one, in the same order; the others take their own places."""
    region, case = search
    before = candidates(region, case, SEARCHED_ON)
    lifted = replace(case, statements=tuple(replace(s, withdrawn=True) for s in case.statements))
    assert excluded(region, case.opdracht, lifted.statements, SEARCHED_ON) == {}
    assert [flex for flex in candidates(region, lifted, SEARCHED_ON) if flex in before] == before


@given(
    search=searches(),
    rounds=st.sampled_from([n for n in product(range(3), repeat=3) if n[0] > 0 and n != (n[0],) * 3]),
)
def test_no_request_without_this_rounds_assessment_and_approval(
    search: tuple[Region, CaseFacts], rounds: tuple[int, int, int]
) -> None:
    """F-11, F-36, AMB-24: gate 1 holds for every case."""
    region, case = search
    number, assessed, approved = rounds
    assume((assessed, approved) != (number, number))
    with pytest.raises(ValueError):
        matching.next_to_ask(
            region, replace(case, round=number, assessed_round=assessed, approved_round=approved), SEARCHED_ON
        )
