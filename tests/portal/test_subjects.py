"""The page of a case: how it stands, the form of what is asked, what cannot be done and why; and doing it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from acts import perform
from flexroute.clock import from_local
from models.flex.overview import of_case
from models.region.directory import load_region
from models.store.database import Database
from portal.pages import address
from rules.flex.route import Step
from tests.portal.conftest import Portal, text
from tests.support.flex_acts import A_NO, CANNOT, MONDAY, NOBODY_CAN, REFERRAL, TO_TABLE

NOORD = "sys-noord:J. Bos"
NO = {"can_deliver": "nee", "explanation": "Vol", "ground": "demand_peak"}


@pytest.fixture
def case(portal: Portal) -> str:
    """A case at its provider."""
    mover = portal.app.state.mover
    reference, moved = mover.decide("register_referral", None, "ref-lt", REFERRAL, MONDAY)
    moved.result(30)
    return str(reference)


def do(portal: Portal, case: str, act: tuple[str, str, dict[str, Any]]) -> None:
    portal.app.state.mover.decide(act[0], case, act[1], act[2], MONDAY)[1].result(30)


def step(database: Database, reference: str) -> str:
    with database.reading() as session:
        seen = of_case(session, load_region(session), reference, MONDAY.date())
    assert seen
    return seen.step


@pytest.mark.both_databases
def test_who_must_act_finds_the_form_and_answers(portal: Portal, case: str) -> None:
    noord = portal.of(NOORD)
    page = noord.get(address(case))
    assert page.status_code == 200
    assert "Deze beoordeling duurt maximaal één week." in text(page)
    assert 'name="can_deliver"' in page.text
    sent = noord.post(f"{address(case)}/beoordeling-gegeven", data=NO)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{address(case)}?vastgelegd=ja")
    assert step(portal.database, case) == Step.MEDIATION
    assert "J. Bos" in text(noord.get(sent.headers["location"]))


def test_what_is_wrong_is_told_at_each_field_and_nothing_typed_is_lost(portal: Portal, case: str) -> None:
    sent = portal.of(NOORD).post(
        f"{address(case)}/beoordeling-gegeven", data={"can_deliver": "nee", "explanation": "Vol <b>"}
    )
    assert sent.status_code == 422
    assert "Vol &lt;b&gt;" in sent.text
    assert 'href="#record_assessment-ground"' in sent.text
    assert step(portal.database, case) == Step.PROVIDER_CHECK


def test_the_second_of_two_people_hears_what_happened(portal: Portal, case: str) -> None:
    noord, seen = portal.of(NOORD), {"_seen": "1"}
    noord.post(f"{address(case)}/beoordeling-gegeven", data=NO | seen)
    late = portal.of("tz-anna").post(f"{address(case)}/overgenomen-van-de-aanbieder", data={"reason": "Te laat"} | seen)
    assert late.status_code == 409
    assert "Terwijl u bezig was, is dit gebeurd: 02-03-2026 14:00: beoordeling gegeven" in text(late)


def test_a_button_that_is_pressed_twice(portal: Portal, case: str) -> None:
    noord = portal.of(NOORD)
    first, again = (noord.post(f"{address(case)}/beoordeling-gegeven", data=NO) for _ in range(2))
    assert first.headers["location"].endswith("?vastgelegd=ja")
    assert again.headers["location"].endswith("?vastgelegd=al")
    later = portal.of(NOORD, now=(MONDAY + timedelta(hours=1)).isoformat())
    assert later.post(f"{address(case)}/beoordeling-gegeven", data=NO).status_code == 409


def test_another_one_does_not_see_it(portal: Portal, case: str) -> None:
    """A page that is not theirs is as one that is not there; an act hears the rule, and nothing of the case."""
    zuid = portal.of("sys-zuid:P. Zuid")
    for reference in (case, "ZB-2026-000099", "ZB-1", "x"):
        page = zuid.get(f"/zaken/{reference}")
        assert page.status_code == 404
        assert "Dit is er niet, of het is niet voor u." in text(page)
    sent = zuid.post(f"{address(case)}/beoordeling-gegeven", data=NO)
    assert sent.status_code == 403
    assert "sys-noord" not in sent.text
    assert "Jeugdhulp Noord" not in sent.text


def test_nobody_signed_in(portal: Portal, case: str) -> None:
    page = TestClient(portal.app, follow_redirects=False).get(address(case))
    assert (page.status_code, page.headers["location"]) == (303, f"/inloggen?verder={address(case)}")


def test_what_cannot_be_done_tells_why(portal: Portal, case: str) -> None:
    page = text(portal.of("tz-anna").get(address(case)))
    closed = page[page.index("Dit kan nu niet") :]
    assert "Overnemen van de aanbieder Overnemen kan pas als de termijn van de aanbieder voorbij is." in closed
    assert "Wat er is gebeurd" in page


def test_who_the_youth_is_only_when_asked_for(portal: Portal, case: str) -> None:
    anna = portal.of("tz-anna")
    name = REFERRAL["private"]["name"]
    assert name not in anna.get(address(case)).text
    assert name in anna.get(f"{address(case)}?jeugdige=ja").text
    assert "ook wie de jeugdige is" in text(anna.get(address(case)))


def test_who_came_in_by_a_code_sees_no_youth_and_only_their_own_words(portal: Portal, case: str) -> None:
    do(portal, case, ("record_assessment", "sys-noord", {**CANNOT, "explanation": "Wij zitten vol"}))
    do(portal, case, ("decide_mediation", "tz-anna", {"outcome": "back_to_provider", "reason": "Kijk nog eens"}))
    by_code = portal.of(NOORD, way="code")
    page = by_code.get(f"{address(case)}?jeugdige=ja")
    assert REFERRAL["private"]["name"] not in page.text
    assert "Wij zitten vol" in page.text
    assert "Kijk nog eens" not in page.text
    assert "Kijk nog eens" in portal.of(NOORD).get(address(case)).text


def test_my_work_leads_to_the_form(portal: Portal, case: str) -> None:
    page = portal.of(NOORD).get("/werk")
    assert f'href="{address(case)}"' in page.text
    assert "beoordeling geven" in text(page)
    do(portal, case, A_NO)
    assert f'href="{address(case)}"' not in portal.of(NOORD).get("/werk").text
    assert f'href="{address(case)}"' in portal.of("tz-anna").get("/werk").text


def test_the_list_of_cases_is_held_to_whose_they_are(portal: Portal, case: str) -> None:
    other = perform(portal.database, "register_referral", None, "ref-lt", {**REFERRAL, "provider": "sys-zuid"}, MONDAY)
    everything = portal.of("tz-anna").get("/zaken").text
    assert case in everything
    assert other in everything
    theirs = portal.of(NOORD).get("/zaken").text
    assert case in theirs
    assert other not in theirs
    assert portal.of("tz-anna").get(f"/zaken?zoek={int(case[-6:])}").headers["location"] == address(case)


def test_a_case_of_the_table(portal: Portal, case: str) -> None:
    """The form that is asked first is on the page: the answers, not another table."""
    do(portal, case, A_NO)
    do(portal, case, TO_TABLE)
    page = portal.of("tz-anna").get(address(case))
    assert 'name="answers.0.can_deliver"' in page.text
    assert "Zuiderzorg" in text(page)


@pytest.mark.both_databases
def test_what_a_contract_manager_weighs(portal: Portal, case: str) -> None:
    """F-34: the round, the start at stake, and how often this opdracht ran short in a year; a no does not count."""
    do(portal, case, A_NO)
    do(portal, case, TO_TABLE)
    portal.app.state.mover.decide(*_at(NOBODY_CAN, case, "2026-03-10T11:00"))[1].result(30)
    manager = portal.of("cm-bc", now=from_local("2026-03-10T12:00").isoformat())
    assert "akkoord voor opdracht B, laatste twaalf maanden 0 keer" in text(manager.get(address(case)))
    refused = {"approved": "nee", "motivation": "Kijk nog eens"}
    assert manager.post(f"{address(case)}/besluit-contractmanager", data=refused).status_code == 303
    again = portal.of("tz-anna", now=from_local("2026-03-24T12:00").isoformat())
    assert "(ronde 2)" in text(again.get(address(case)))


def _at(act: tuple[str, str, dict[str, Any]], case: str, moment: str) -> tuple[str, str, str, dict[str, Any], datetime]:
    return act[0], case, act[1], act[2], from_local(moment)
