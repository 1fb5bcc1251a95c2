"""The same functions as JSON: who may read and act, what a refusal says, and that nothing of what is not yours shows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from portal.problems import API
from tests.portal.conftest import Portal
from tests.support.flex_acts import A_NO, A_YES, CANNOT, REFERRAL, TO_TABLE
from tests.support.private import NAME, TYPED

REFERRER, PROVIDER, ELSEWHERE, TEAM = "ref-lt:J. Bos", "sys-noord:M. Noord", "sys-zuid:Z. Zuid", "tz-anna"
Said = dict[str, Any]


@pytest.fixture
def case(portal: Portal) -> str:
    """A case at its provider, for its assessment."""
    return str(began(portal.of(REFERRER))["reference"])


def began(client: TestClient) -> Said:
    answer = client.post(f"{API}/handelingen/register_referral", json=REFERRAL, params={"zeker": True}, headers=PATIENT)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


PATIENT = {"Prefer": "wait=30"}


def at(reference: str, more: str = "") -> str:
    return f"{API}/zaken/{reference}{more}"


def act(client: TestClient, reference: str, name: str, given: Said) -> Any:
    return client.post(at(reference, f"/handelingen/{name}"), json=given, headers=PATIENT)


def problem(answer: Any, status: int, code: str) -> Said:
    """What it says, held to what every problem has."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    said = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= set(said)
    assert (said["status"], said["code"], said["type"]) == (status, code, f"urn:flexroute:problem:{code}")
    assert NAME not in answer.text
    assert TYPED not in answer.text
    return dict(said)


@pytest.mark.both_databases
def test_a_case_begins_and_goes_on(portal: Portal) -> None:
    """The referrer begins it, the provider answers, each reads how it stands and what was said to them (F-17 … F-24)."""
    made = portal.of(REFERRER).post(f"{API}/handelingen/register_referral", json=REFERRAL, headers=PATIENT)
    assert (made.status_code, made.json()["at_rest"], made.json()["attention"]) == (201, True, False)
    reference = made.json()["reference"]
    assert made.headers["location"] == at(reference)

    waits = portal.of(PROVIDER).get(f"{API}/werk").json()
    assert [(task["reference"], task["acts"], task["due"]) for task in waits["tasks"]] == [
        (reference, ["record_assessment"], "2026-03-09")
    ]

    answered = act(portal.of(PROVIDER), reference, "record_assessment", CANNOT)
    assert (answered.status_code, answered.json()["at_rest"]) == (200, True)
    said = portal.of(TEAM).get(at(reference)).json()
    assert (said["step"], said["waiting_for"], said["process"]) == ("mediation", ["care_mediation_team"], "flex")
    assert [event["act"] for event in said["timeline"]] == ["register_referral", "record_assessment"]
    assert [(one["by"], one["person"]) for one in said["in_full"]["decisions"]] == [
        ("ref-lt", "J. Bos"),
        ("sys-noord", "M. Noord"),
    ]
    assert "er is tijdelijk veel vraag" in str(said["in_full"]["decisions"][1]["said"])
    assert NAME not in str(said)


def test_letters_are_listed_without_their_words(portal: Portal, case: str) -> None:
    letters = portal.of(PROVIDER).get(at(case, "/brieven")).json()["letters"]
    assert ("assessment_request", "sys-noord") in [(one["kind"], one["to"]) for one in letters]
    assert {key for one in letters for key in one} == {"kind", "to", "state", "queued_at"}


def test_the_youth_is_for_who_may_read_it_and_asks(portal: Portal, case: str) -> None:
    """C.4: who the youth is stands nowhere unless it is asked, and each reading is kept."""
    team = portal.of(TEAM)
    assert NAME in str(team.get(at(case), params={"metJeugdige": True}).json()["in_full"]["youth"])
    assert team.get(at(case)).json()["in_full"]["youth"] is None
    assert [one["youth"] for one in team.get(at(case)).json()["in_full"]["read_before"]] == [True, False]
    manager = portal.of("cm-bc")
    assert manager.get(at(case)).status_code == 200
    problem(manager.get(at(case), params={"metJeugdige": True}), 404, "not_found")


def test_offered_says_what_can_be_done_and_why_not(portal: Portal, case: str) -> None:
    offers = {one["act"]: one for one in portal.of(PROVIDER).get(at(case, "/handelingen")).json()["acts"]}
    assert offers["record_assessment"]["possible"]
    assert offers["record_assessment"]["href"] == at(case, "/handelingen/record_assessment")
    closed = offers["re_offer"]
    assert (closed["possible"], closed["refused"]) == (False, "wrong_step")
    assert closed["message"]
    assert closed["sentence"]
    assert offers["decide_approval"]["refused"] == "forbidden"


def test_all_that_is_wrong_is_told_at_once(portal: Portal, case: str) -> None:
    given = {"can_deliver": "misschien", "earliest_start": "morgen", "ground": "geen zin"}
    said = problem(act(portal.of(PROVIDER), case, "record_assessment", given), 422, "invalid")
    assert {one["field"] for one in said["errors"]} == {*given}
    assert said["field"] == said["errors"][0]["field"]
    assert said["detail"] == said["errors"][0]["message"]
    assert said["requirement"]


@pytest.mark.parametrize("more", ["", "/brieven", "/handelingen"])
@pytest.mark.parametrize("who", [ELSEWHERE, "flex-anker:F. Anker", "cm-e", "ref-gp:G. Kade"])
def test_reading_what_is_not_yours_is_as_if_it_were_not_there(portal: Portal, case: str, who: str, more: str) -> None:
    theirs = problem(portal.of(who).get(at(case, more)), 404, "not_found")
    nothing = problem(portal.of(who).get(at("ZB-2026-000999", more)), 404, "not_found")
    assert theirs == nothing


def test_an_act_on_what_is_not_yours_says_the_rule_and_nothing_of_it(portal: Portal, case: str) -> None:
    said = problem(act(portal.of(ELSEWHERE), case, "record_assessment", A_YES[2]), 403, "forbidden")
    assert "aanbieder" in said["detail"]
    assert said["sentence"]
    assert case not in str(said)
    assert "sys-noord" not in str(said)
    assert "Noord" not in str(said)


def test_a_second_answer_is_refused(portal: Portal, case: str) -> None:
    assert act(portal.of(PROVIDER), case, A_NO[0], A_NO[2]).is_success
    problem(act(portal.of(PROVIDER), case, A_NO[0], A_NO[2]), 409, "already_decided")


def test_what_may_be_a_mistake_is_asked_first(portal: Portal, case: str) -> None:
    again = portal.of(REFERRER).post(f"{API}/handelingen/register_referral", json={**REFERRAL, "again": True})
    if again.status_code != 201:
        problem(again, 409, "unconfirmed")


@pytest.mark.parametrize("address", ["/werk", "/handelingen", "/zaken/ZB-2026-000001", "/tafels/T_BC/2026-03-10"])
def test_nobody_is_nobody(portal: Portal, address: str) -> None:
    problem(TestClient(portal.app).get(f"{API}{address}"), 401, "not_signed_in")


def test_who_came_by_a_code_works_on_the_pages(portal: Portal, case: str) -> None:
    problem(portal.of(PROVIDER, way="code").get(at(case)), 403, "forbidden")
    problem(act(portal.of(PROVIDER, way="code"), case, A_NO[0], A_NO[2]), 403, "forbidden")


@pytest.mark.parametrize(
    "address",
    [
        *("/niets", "/stoppers", "/stoppers/ZB-2026-000001", "/zaken/ST-2026-000001", "/zaken/ZB-2026-%00", "/zaken/x"),
        *("/tafels/T_X/2026-03-10", "/tafels/T_BC/2026-03-11", "/tafels/T_BC/1200-01-01"),
        "/tafels/T_BC/9999-12-31",
    ],
)
def test_what_is_not_there_is_told_as_a_problem(portal: Portal, address: str) -> None:
    problem(portal.of(TEAM).get(f"{API}{address}"), 404, "not_found")


@pytest.mark.parametrize("name", ["record_assessment", "change_everything", "__class__"])
def test_an_act_that_is_not_there(portal: Portal, case: str, name: str) -> None:
    problem(portal.of(TEAM).post(f"{API}/handelingen/{name}", json={}), 404, "not_found")
    if name != "record_assessment":
        problem(act(portal.of(TEAM), case, name, {}), 404, "not_found")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"ja"', b"\xff", b"[" * 100_000])
def test_values_that_cannot_be_read(portal: Portal, case: str, body: bytes) -> None:
    address = at(case, "/handelingen/record_assessment")
    answer = portal.of(PROVIDER).post(address, content=body, headers={"content-type": "application/json"})
    problem(answer, 400, "unreadable")


def test_values_must_say_that_they_are_json(portal: Portal, case: str) -> None:
    """No form of another site can send them."""
    address = at(case, "/handelingen/record_assessment")
    sent = portal.of(PROVIDER).post(address, content=json.dumps(CANNOT), headers={"content-type": "text/plain"})
    problem(sent, 400, "unreadable")
    elsewhere = {"origin": "https://elders.example.nl"}
    problem(portal.of(PROVIDER).post(address, json=CANNOT, headers=elsewhere), 403, "forbidden")


def test_what_breaks_is_a_problem_without_its_text(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ValueError(NAME)

    monkeypatch.setattr("portal.api.most_urgent", broken)
    problem(portal.of(TEAM).get(f"{API}/werk"), 500, "broken")


@pytest.mark.parametrize("explanation", ["\ud800", {"a": "\ud800"}, 10**300, float("nan"), [[[[["x"]]]]], None])
def test_odd_values_are_refused_by_their_field(portal: Portal, case: str, explanation: Any) -> None:
    body = json.dumps({**CANNOT, "explanation": explanation})
    answer = portal.of(PROVIDER).post(
        at(case, "/handelingen/record_assessment"), content=body, headers={"content-type": "application/json"}
    )
    assert problem(answer, 422, "invalid")["field"] == "explanation"


def test_methods_that_are_not_there(portal: Portal, case: str) -> None:
    problem(portal.of(TEAM).delete(at(case)), 405, "not_allowed")


def test_the_list_of_cases_is_of_the_region_or_ones_own(portal: Portal, case: str) -> None:
    address = f"{API}/zaken"

    def listed(who: str, **chosen: Any) -> list[tuple[str, str]]:
        said = portal.of(who).get(address, params=chosen).json()
        assert said["next"] is None
        return [(one["reference"], one["step"]) for one in said["cases"]]

    assert listed(TEAM) == listed(PROVIDER) == listed(REFERRER, zoek=case) == [(case, "provider_check")]
    assert listed(ELSEWHERE) == listed(TEAM, stap="table") == listed(TEAM, na=case) == []
    problem(portal.of(TEAM).get(address, params={"stap": "geen"}), 400, "unreadable")


def test_a_long_list_of_cases_says_where_it_goes_on(portal: Portal, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.flex.api.SIZE", 1)
    first = portal.of(TEAM).get(f"{API}/zaken", params={"alle": True, "stap": "provider_check"}).json()
    assert first["next"] == f"{API}/zaken?stap=provider_check&alle=true&na={case}"
    assert portal.of(TEAM).get(first["next"]).json() == {"cases": [], "next": None}


@pytest.fixture
def discussed(portal: Portal, case: str) -> str:
    """A case on the agenda of the table of 10 March."""
    assert act(portal.of(PROVIDER), case, A_NO[0], A_NO[2]).is_success
    assert act(portal.of(TEAM), case, TO_TABLE[0], TO_TABLE[2]).is_success
    return case


def test_a_meeting_is_for_who_sits_there_and_who_prepares_it(portal: Portal, discussed: str) -> None:
    """F-28, F-29: the others do not hear that there is one."""
    address = f"{API}/tafels/T_BC/2026-03-10"
    said = portal.of(TEAM).get(address).json()
    assert (said["table"], said["on"], said["cases"]) == ("T_BC", "2026-03-10", [discussed])
    assert "sys-zuid" in said["invited"]
    assert portal.of(ELSEWHERE).get(address).json() == said
    for more in ("", "/agenda", "/handelingen"):
        problem(portal.of(REFERRER).get(f"{address}{more}"), 404, "not_found")
    [listed] = [one for one in portal.of(ELSEWHERE).get(f"{API}/tafels").json()["meetings"] if one["cases"]]
    assert listed.items() <= said.items()
    problem(portal.of(REFERRER).get(f"{API}/tafels"), 404, "not_found")


def test_what_can_be_done_about_a_meeting(portal: Portal, discussed: str) -> None:
    address = f"{API}/tafels/T_BC/2026-03-10/handelingen"
    offers = {one["act"]: one["href"] for one in portal.of(TEAM).get(address).json()["acts"] if one["possible"]}
    assert offers["change_meeting"] == f"{API}/handelingen/change_meeting"
    assert portal.of(ELSEWHERE).get(address).json() == {"acts": []}


def test_an_agenda_as_it_was_issued(portal: Portal, discussed: str) -> None:
    address = f"{API}/tafels/T_BC/2026-03-10/agenda"
    problem(portal.of(TEAM).get(address), 404, "not_found")
    given = {"table": "T_BC", "on": "2026-03-10", "version": 0}
    assert portal.of(TEAM).post(f"{API}/handelingen/issue_agenda", json=given, headers=PATIENT).is_success
    agenda = portal.of(ELSEWHERE).get(address).json()
    assert (agenda["version"], [one["reference"] for one in agenda["cases"]]) == (1, [discussed])
    assert portal.of(TEAM).get(address).json() == agenda


def test_an_act_without_a_subject(portal: Portal) -> None:
    known = {one["act"] for one in portal.of(TEAM).get(f"{API}/handelingen").json()["acts"]}
    assert {"register_referral", "change_meeting", "call_flex_provider", "register_stop"} <= known
    change = {"table": "T_BC", "on": "2026-03-10", "start": "11:00", "reason": TYPED}
    moved = portal.of(TEAM).post(f"{API}/handelingen/change_meeting", json=change, headers=PATIENT)
    assert (moved.status_code, moved.json()["reference"]) == (200, "T_BC 2026-03-10")
    problem(portal.of(PROVIDER).post(f"{API}/handelingen/change_meeting", json=change), 403, "forbidden")


def test_a_refused_referral_says_under_what_its_letter_is_filed(portal: Portal) -> None:
    """F-10: no referral goes directly to a flex provider; the referrer is told."""
    given = {**REFERRAL, "provider": "flex-anker"}
    said = problem(
        portal.of(REFERRER).post(f"{API}/handelingen/register_referral", json=given), 409, "direct_flex_referral"
    )
    assert said["subject"]
