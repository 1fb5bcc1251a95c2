"""A child that no contracted provider can take in time enters the flex route as a case, linked both ways."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, select, update

from acts import perform
from models.flex import overview
from models.flex.case import Case
from models.region.directory import load_region, store_region
from models.store.decision import Decision
from models.store.youth import Youth
from rules.shared.refusal import Refused
from rules.shared.region import Region
from tests.support.dossiers import People, letters_about, told
from tests.support.facts import contract, with_organisation
from tests.support.parties import ACCESS, ADMINISTRATION, RECEIVER, STOPPER
from tests.support.tries import own_number

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
        return session.exec(select(Case).where(Case.reference == people.child(child).flex_cases[-1])).one()


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
    assert people.child(child).held_by == STOPPER
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
    assert view.stop_child == child
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
    assert people.child(child).flex_cases == []


def test_once_while_the_case_is_open(people: People, child: str) -> None:
    """F-17: twice is refused; when its case has ended without a start it may enter again."""
    people.do("enter_flex_route", child, ACCESS, **ENTRY)
    assert people.refused("enter_flex_route", child, ACCESS, **ENTRY) == "already_decided"
    people.do("withdraw", case_of(people, child).reference, "ref-lt", reason="Toch een plek gevonden.")
    people.do("enter_flex_route", child, ACCESS, **ENTRY)
    assert len(people.child(child).flex_cases) == 2


def test_a_settled_child_does_not_enter(people: People, child: str) -> None:
    """S-29: who is with another provider has no need of it."""
    people.agree(child)
    people.hand_over(child)
    assert people.refused("enter_flex_route", child, ACCESS, **ENTRY) == "wrong_step"


def accepted(people: People, child: str, flex: str = "flex-anker") -> str:
    """The child's case, as far as the yes of the flex provider that is asked first."""
    people.wait_until("2026-10-05T09:00")
    people.do("enter_flex_route", child, ACCESS, **ENTRY)
    case = case_of(people, child).reference
    no = {"can_deliver": False, "explanation": "Vol."}
    people.do("record_assessment", case, "sys-noord", ground="demand_peak", **no)
    people.do("decide_mediation", case, "tz-anna", outcome="table", reason="Bespreken.")
    people.wait_until("2026-10-06T18:00")
    answers = [{"provider": who, **no} for who in ("sys-zuid", "sys-oost", "prest-west")]
    people.do("record_table_answers", case, "tz-anna", on="2026-10-06", answers=answers)
    people.do("decide_approval", case, "cm-bc", approved=True, ground="demand_peak", motivation="Druk.")
    assert case_of(people, child).asked_id == flex
    people.do("record_flex_answer", case, flex, provider=flex, accepts=True, earliest_start="2026-10-12")
    return case


def ready(people: People, case: str, flex: str = "flex-anker") -> None:
    """Handed over and allocated in the flex route."""
    day = people.now.date().isoformat()
    people.do("record_handover", case, "sys-noord", on=day, to=flex, items=["Dossier"])
    allocation = {"number": own_number(case), "issued_by": "ref-lt", "delivered_by": "provider", "on": day}
    people.do("record_allocation", case, "sys-noord", **allocation)


TO_FLEX = {"route": 2, "receiving_provider": "flex-anker"}


def test_the_flex_provider_that_accepted_may_be_the_receiver(people: People, child: str) -> None:
    """F-36, S-29: a flex provider is no contracted receiver, unless it accepted this child with the contract manager's approval."""
    assert people.refused("propose_route", child, STOPPER, **TO_FLEX) == "not_contracted"
    accepted(people, child)
    assert told(people.letters(child))["flex_route_news"] == {STOPPER, ACCESS, ADMINISTRATION}
    other = {"route": 2, "receiving_provider": "flex-dubbel"}
    assert people.refused("propose_route", child, STOPPER, **other) == "not_contracted"
    assert people.refused("propose_route", child, STOPPER, **TO_FLEX) == ""


def test_one_provider_holds_the_child_at_every_moment(people: People, child: str) -> None:
    """S-11, gate 5: the start in the dossier needs all that the flex route needs; the start in the case comes after it."""
    case = accepted(people, child)
    people.agree(child, **TO_FLEX)
    people.wait_until("2026-10-12T09:00")
    today = {"on": "2026-10-12"}
    assert people.refused("record_start", case, "flex-anker", **today) == "handover_missing"
    with pytest.raises(Refused, match=f"in de flexroute .casus {case}. de warme overdracht") as refused:
        people.hand_over(child, "flex-anker")
    assert refused.value.code == "route_not_followed"
    ready(people, case)
    assert people.refused("record_start", case, "flex-anker", **today) == "route_not_followed"
    assert people.child(child).held_by == STOPPER
    people.do("record_start", child, "flex-anker", **today)
    assert people.child(child).held_by == "flex-anker"
    assert people.refused("report_unable", case, "flex-anker", explanation="Toch niet.") == "wrong_step"
    assert people.refused("withdraw", case, "ref-lt", reason="Toch niet.") == "wrong_step"
    people.do("record_start", case, "flex-anker", **today)
    assert case_of(people, child).outcome == "started_at_flex_provider"
    assert "flex_route_not_needed" not in told(people.letters(child))


def test_a_start_that_waits_counts_in_the_case(people: People, child: str) -> None:
    """S-11, F-40: the start in the dossier is recorded and the process dies; then the flex provider cannot step back."""
    case = accepted(people, child)
    ready(people, case)
    people.agree(child, **TO_FLEX)
    people.wait_until("2026-10-12T09:00")
    people.hand_over(child, "flex-anker", until="record_allocation")
    perform(people.database, "record_start", child, "flex-anker", {"on": "2026-10-12"}, people.now)
    assert people.refused("report_unable", case, "flex-anker", explanation="Toch niet.") == "wrong_step"
    assert people.child(child).held_by == "flex-anker"


@pytest.mark.parametrize(
    ("act", "by", "given"),
    [("report_unable", "flex-anker", {"explanation": "Ziek."}), ("withdraw", "ref-lt", {"reason": "Toch niet."})],
)
def test_what_waits_in_the_case_counts_for_the_start(
    people: People, child: str, act: str, by: str, given: dict[str, Any]
) -> None:
    """S-11, F-40: who stepped back, or withdrew, a moment ago keeps the child from starting there, also after a crash."""
    case = accepted(people, child)
    ready(people, case)
    people.agree(child, **TO_FLEX)
    people.wait_until("2026-10-12T09:00")
    people.hand_over(child, "flex-anker", until="record_allocation")
    perform(people.database, act, case, by, given, people.now)
    assert people.refused("record_start", child, "flex-anker", on="2026-10-12") == "not_contracted"
    assert people.child(child).held_by == STOPPER


def test_both_may_have_news_at_once(people: People, child: str) -> None:
    """F-17: the child entered and the process died; the first act on its case settles both."""
    perform(people.database, "enter_flex_route", child, ACCESS, ENTRY, people.now)
    with people.database.reading() as session:
        case = session.exec(select(Case.reference)).one()
    no = {"can_deliver": False, "explanation": "Vol.", "ground": "demand_peak"}
    assert people.refused("record_assessment", case, "sys-noord", **no) == ""


def test_a_case_whose_child_was_set_aside_says_so(people: People, child: str) -> None:
    """F-12: only beheer can help; nobody is asked to try again."""
    case = accepted(people, child)
    perform(people.database, "propose_route", child, STOPPER, TO_FLEX, people.now)
    with people.database.writing() as session:
        session.exec(update(Decision).where(col(Decision.settled_at).is_(None)).values(data={}))
    with pytest.raises(Refused, match="apart gezet"):
        people.do("report_unable", case, "flex-anker", explanation="Ziek.")


def test_a_child_that_found_another_provider_does_not_start_at_flex(people: People, child: str) -> None:
    """S-11, AMB-30: Team Zorgbemiddeling is asked to withdraw the case; until then nobody can start there."""
    case = accepted(people, child)
    ready(people, case)
    people.wait_until("2026-10-12T09:00")
    people.agree(child)
    people.hand_over(child)
    assert told(people.letters(child))["flex_route_not_needed"] == {"care_mediation_team"}
    with pytest.raises(Refused, match="Trek deze casus in"):
        people.do("record_start", case, "flex-anker", on="2026-10-12")
    before = people.letters(child)
    people.do("withdraw", case, "tz-anna", reason="Geholpen.")
    assert people.letters(child) == before


def test_a_child_that_finished_needs_no_flex(people: People) -> None:
    """S-11, AMB-30: also when the stopping provider finished the care itself."""
    child = people.add(people.open(), care="restorative")
    people.agree(child, route=1, expected_end="2026-11-30")
    people.do("enter_flex_route", child, ACCESS, **ENTRY)
    people.do("finish_care", child, STOPPER, on=people.now.date().isoformat())
    assert told(people.letters(child))["flex_route_not_needed"] == {"care_mediation_team"}


def test_what_becomes_of_the_case_is_told_in_the_dossier(people: People, child: str) -> None:
    """S-11, S-35: who can, who after all cannot, and the end; a flex provider that stepped back is no receiver any more."""
    case = accepted(people, child)
    people.do("report_unable", case, "flex-anker", explanation="Ziek.")
    assert people.refused("propose_route", child, STOPPER, **TO_FLEX) == "not_contracted"
    people.do("withdraw", case, "ref-lt", reason="Toch niet.")
    with people.database.reading() as session:
        news = [one.context["news"] for one in letters_about(session, child) if one.kind == "flex_route_news"]
    assert news == ["found"] * 3 + ["lost"] * 3 + ["withdrawn"] * 3


def test_a_provider_that_takes_the_case_is_told_of_in_the_dossier(people: People, child: str) -> None:
    """F-32, S-31: a contracted provider can after all; it is proposed as any other."""
    people.do("enter_flex_route", child, ACCESS, **ENTRY)
    yes = {"can_deliver": True, "earliest_start": people.now.date().isoformat()}
    people.do("record_assessment", case_of(people, child).reference, "sys-noord", **yes)
    with people.database.reading() as session:
        [*_, last] = letters_about(session, child)
    assert (last.kind, last.context["news"], last.context["other"]) == ("flex_route_news", "found", "sys-noord")


def test_a_case_that_was_withdrawn_makes_no_receiver(people: People, child: str) -> None:
    """Gates 1 and 6, S-29, F-36: the flex provider accepted, and then its case was withdrawn."""
    case = accepted(people, child)
    assert people.refused("propose_route", child, STOPPER, **TO_FLEX) == ""
    people.do("withdraw", case, "ref-lt", reason="x")
    assert people.refused("propose_route", child, STOPPER, **TO_FLEX, reason="Toch.") == "not_contracted"
    assert people.refused("decide_route", child, ACCESS, agreed=True) == "not_contracted"


def test_a_flex_contract_that_ends_makes_no_receiver(people: People, child: str, region: Region) -> None:
    """Gate 6, S-27, S-29: the contract must hold on the day of every act, and on the day of the start."""
    case = accepted(people, child)
    ready(people, case)
    people.agree(child, **TO_FLEX)
    ends = contract("flex", "B", until="2026-10-11")
    with people.database.writing() as session:
        store_region(session, with_organisation(region, "flex-anker", contracts=[ends]))
    people.hand_over(child, "flex-anker", until="accept_transfer")
    people.wait_until("2026-10-12T09:00")
    people.do("record_allocation", child, ACCESS, number="100200301", on="2026-10-08")
    assert people.refused("propose_route", child, STOPPER, **TO_FLEX) == "not_contracted"
    assert people.refused("record_start", child, "flex-anker", on="2026-10-12") == "not_contracted"
    assert people.child(child).held_by == STOPPER
    assert people.refused("record_start", child, "flex-anker", on="2026-10-10") == ""


def test_the_provider_that_stops_never_takes_over(people: People, child: str, region: Region) -> None:
    """Gate 6, S-11: it has a flex contract as well, and is not asked for its own child, nor proposed."""
    both = [contract("flex", "B"), {**contract("system", "C"), "care_forms": ["outpatient_individual"]}]
    with people.database.writing() as session:
        store_region(session, with_organisation(region, STOPPER, contracts=both, flex_order=0))
    accepted(people, child)
    back = {"route": 2, "receiving_provider": STOPPER}
    with pytest.raises(Refused, match="is de aanbieder die stopt"):
        people.do("propose_route", child, STOPPER, **back)
