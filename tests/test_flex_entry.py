"""A child that no contracted provider can take in time enters the flex route as a case, linked both ways."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, select

from models import overview
from models.case import Case, Youth
from models.directory import load_region
from rules.region import Region
from tests.dossiers import ACCESS, ADMINISTRATION, RECEIVER, STOPPER, People, told

ENTRY = {
    "referral_route": "local_team",
    "opdracht": "B",
    "provider": "sys-noord",
    "referrer": "ref-lt",
    "reason": "Niemand heeft plaats voor de einddatum.",
}


@pytest.fixture
def child(people: People) -> str:
    """A child of which the youth is known."""
    return people.add(people.open(), private={"name": "Jip Voorbeeldsma", "bsn": "999900006"})


def case_of(people: People, child: str) -> Case:
    with people.database.reading() as session:
        return session.exec(select(Case).where(Case.reference == people.child(child)["flex_cases"][-1])).one()


def test_it_becomes_a_case_that_is_moved(people: People, child: str) -> None:
    """F-13, F-17, S-11: the provider's week begins today, the child stays with the stopping provider, three parties hear it."""
    people.wait_until("2026-10-05T09:00")
    people.do("enter_flex_route", child, ACCESS, **ENTRY)
    case = case_of(people, child)
    assert (case.step, case.owner_id, case.municipality) == ("provider_check", "sys-noord", "0599")
    assert (case.care_form, case.referrer_id, case.due) == (
        "outpatient_individual",
        "ref-lt",
        people.now.date().replace(day=12),
    )
    assert people.child(child)["held_by"] == STOPPER
    assert told(people.letters(child))["flex_route_entered"] == {STOPPER, ACCESS, ADMINISTRATION}
    assert told(people.letters(case.reference)) == {"assessment_request": {"sys-noord"}}


def test_the_link_goes_both_ways(people: People, child: str) -> None:
    """F-13, S-17: the child names its case, the case its child; what is private goes along within the case database."""
    people.do("enter_flex_route", child, "tz-anna", **ENTRY)
    case = case_of(people, child)
    with people.database.reading() as session:
        view = overview.of_case(session, load_region(session), case.reference, people.now.date())
        youth = session.exec(select(Youth).where(Youth.case_id == case.id)).one()
    assert view is not None
    assert view["stop_child"] == child
    assert youth.data["bsn"] == "999900006"


@pytest.mark.parametrize(
    ("by", "changed", "code"),
    [
        (STOPPER, {}, "forbidden"),
        ("toegang-schiedam", {}, "forbidden"),
        (ACCESS, {"reason": None}, "reason_missing"),
        (ACCESS, {"provider": STOPPER}, "invalid"),
        (ACCESS, {"provider": "heidehof"}, "invalid"),
        (ACCESS, {"provider": "flex-anker"}, "direct_flex_referral"),
        (ACCESS, {"referrer": RECEIVER}, "invalid"),
        (ACCESS, {"opdracht": "b"}, "invalid"),
    ],
)
def test_it_is_refused_with_a_code(people: People, child: str, by: str, changed: dict[str, Any], code: str) -> None:
    """F-10, F-13: only the child's own access or a care mediator, with a reason, and never straight to flex; nothing is kept."""
    assert people.refused("enter_flex_route", child, by, **{**ENTRY, **changed}) == code
    assert people.child(child)["flex_cases"] == []


def test_once_while_the_case_is_open(people: People, child: str) -> None:
    """F-17: twice is refused; when its case has ended without a start it may enter again."""
    people.do("enter_flex_route", child, ACCESS, **ENTRY)
    assert people.refused("enter_flex_route", child, ACCESS, **ENTRY) == "already_decided"
    people.do("withdraw", case_of(people, child).reference, "ref-lt", reason="Toch een plek gevonden.")
    people.do("enter_flex_route", child, ACCESS, **ENTRY)
    assert len(people.child(child)["flex_cases"]) == 2


def test_a_settled_child_does_not_enter(people: People, child: str) -> None:
    """S-29: who is with another provider has no need of it."""
    people.agree(child)
    people.hand_over(child)
    assert people.refused("enter_flex_route", child, ACCESS, **ENTRY) == "wrong_step"


def test_the_flex_provider_that_accepted_may_be_the_receiver(people: People, child: str) -> None:
    """F-36, S-29: a flex provider is no contracted receiver, unless it accepted this child with the contract manager's approval."""
    flex = {"route": 2, "receiving_provider": "flex-anker"}
    assert people.refused("propose_route", child, STOPPER, **flex) == "not_contracted"
    people.wait_until("2026-10-05T09:00")
    people.do("enter_flex_route", child, ACCESS, **ENTRY)
    case = case_of(people, child).reference
    no = {"can_deliver": False, "explanation": "Vol."}
    people.do("record_assessment", case, "sys-noord", ground="demand_peak", **no)
    people.do("decide_mediation", case, "tz-anna", outcome="table", reason="Bespreken.")
    people.wait_until("2026-10-06T11:00")
    answers = [{"provider": who, **no} for who in ("sys-zuid", "sys-oost", "prest-west")]
    people.do("record_table_answers", case, "tz-anna", on=str(case_meets_on(people, case)), answers=answers)
    people.do("decide_approval", case, "cm-bc", approved=True, ground="demand_peak", motivation="Druk.")
    assert people.refused("propose_route", child, STOPPER, **flex) == "not_contracted"
    people.do(
        "record_flex_answer", case, "flex-anker", provider="flex-anker", accepts=True, earliest_start="2026-10-12"
    )
    people.agree(child, **flex)
    people.wait_until("2026-10-12T09:00")
    people.hand_over(child, "flex-anker")
    assert people.child(child)["held_by"] == "flex-anker"


def case_meets_on(people: People, case: str) -> Any:
    with people.database.reading() as session:
        view = overview.of_case(session, load_region(session), case, people.now.date())
        assert view is not None
        assert session.exec(select(Case.id).where(col(Case.reference) == case)).one()
        return view["agenda"]["on"]


def test_a_case_that_was_withdrawn_makes_no_receiver(people: People, region: Region) -> None:
    """Gates 1 and 6, S-29, F-36: the flex provider accepted, and then its case was withdrawn."""
    child = people.add(people.open())
    people.wait_until("2026-10-05T09:00")
    people.do("enter_flex_route", child, ACCESS, **ENTRY)
    with people.database.reading() as session:
        case = session.exec(select(Case)).one().reference
    no = {"can_deliver": False, "explanation": "x"}
    people.do("record_assessment", case, "sys-noord", ground="demand_peak", **no)
    people.do("decide_mediation", case, "tz-anna", outcome="table", reason="x")
    people.wait_until("2026-10-06T18:00")
    participants = next(table for table in region.tables if table.id == "T_BC").participants
    answers = [{"provider": who, **no} for who in participants if who != "sys-noord"]
    people.do("record_table_answers", case, "tz-anna", on="2026-10-06", answers=answers)
    people.do("decide_approval", case, "cm-bc", approved=True, ground="demand_peak", motivation="x")
    yes = {"provider": "flex-anker", "accepts": True, "earliest_start": "2026-10-12"}
    people.do("record_flex_answer", case, "flex-anker", **yes)
    flex = {"route": 2, "receiving_provider": "flex-anker"}
    assert people.refused("propose_route", child, STOPPER, **flex) == ""
    people.do("withdraw", case, "ref-lt", reason="x")
    assert people.refused("propose_route", child, STOPPER, **flex) == "not_contracted"
    assert people.refused("decide_route", child, ACCESS, agreed=True) == "not_contracted"
    with people.database.reading() as session:
        assert load_region(session).is_flex_only("flex-anker", "B", people.now.date())
