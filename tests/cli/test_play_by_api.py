"""What acts for the people of a story over HTTP, and what it makes of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from cli.player.driver import UNKNOWN, Api, Broken
from models.store.database import Database
from rules.shared.refusal import Refused
from rules.shared.region import Region
from tests.support.flex_acts import MONDAY

CASE = "ZB-2026-000001"
SIGNED_IN = httpx.Response(303, headers={"set-cookie": "__Host-flexroute=token; Secure", "location": "/werk"})
AT_REST = httpx.Response(200, json={"reference": CASE, "at_rest": True, "attention": False})
Answer = Callable[[httpx.Request], httpx.Response]


class Portal:
    """A portal that answers as a test says."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[httpx.Request] = []
        self.told: list[dict[str, str]] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return SIGNED_IN if request.url.path == "/inloggen/oefenen" else self._answer(request)

    def tell(self, **what: str) -> None:
        self.told.append(what)


@pytest.fixture
def playing(case_database: Database, region: Region) -> Iterator[Callable[[Answer], tuple[Api, Portal]]]:
    """A story that is played on a portal that answers so."""
    clients = []

    def play(answer: Answer) -> tuple[Api, Portal]:
        portal = Portal(answer)
        clients.append(httpx.Client(transport=httpx.MockTransport(portal), base_url="http://portal"))
        api = Api(clients[-1], portal.tell)
        api.playing(case_database, region).__enter__()
        return api, portal

    yield play
    for client in clients:
        client.close()


def test_a_person_signs_in_once_and_acts_with_values_as_json(playing: Any) -> None:
    api, portal = playing(lambda _request: AT_REST)
    for _ in range(2):
        assert api.act("withdraw", CASE, "ref-lt", {"on": date(2026, 3, 2), "much": "\ud800"}, MONDAY) == CASE
    assert [request.url.path for request in portal.asked] == [
        "/inloggen/oefenen",
        *[f"/api/v1/zaken/{CASE}/handelingen/withdraw"] * 2,
    ]
    assert portal.asked[0].content == b"organisatie=ref-lt&naam=Verhaal"
    assert portal.asked[1].headers["cookie"] == "__Host-flexroute=token"
    assert portal.asked[1].content == rb'{"on": "2026-03-02", "much": "\ud800"}'
    assert portal.told[-1] == {"now": MONDAY.isoformat()}


def test_who_was_signed_in_too_long_ago_signs_in_again(playing: Any) -> None:
    answers = iter((AT_REST, httpx.Response(401, json={}), AT_REST))
    api, portal = playing(lambda _request: next(answers))
    api.act("withdraw", CASE, "tz-anna", {}, MONDAY)
    api.act("withdraw", CASE, "tz-anna", {}, MONDAY)
    assert [request.content for request in portal.asked if request.url.path == "/inloggen/oefenen"] == [
        b"wie=tz-anna"
    ] * 2


def test_a_problem_is_a_refusal(playing: Any) -> None:
    errors = [{"field": "on", "message": "te vroeg"}, {"field": "to", "message": "wie?"}]
    said = {"code": "invalid", "detail": "te vroeg", "field": "on", "errors": errors, "subject": "afgewezen:1"}
    problem = httpx.Response(422, json=said, headers={"content-type": "application/problem+json"})
    api, _ = playing(lambda _request: problem)
    with pytest.raises(Refused) as caught:
        api.act("register_referral", None, "ref-lt", {}, MONDAY)
    refused = caught.value
    assert (refused.code, refused.message, refused.field) == ("invalid", "te vroeg", "on")
    assert (refused.others, refused.subject) == ([("to", "wie?")], "afgewezen:1")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(
            500, json={"code": "broken", "detail": ""}, headers={"content-type": "application/problem+json"}
        ),
        httpx.Response(404, json={"code": "not_found", "detail": ""}),
        httpx.Response(202, json={"reference": CASE, "at_rest": False, "attention": False}),
    ],
)
def test_what_the_portal_should_not_answer_is_no_refusal(playing: Any, answer: httpx.Response) -> None:
    api, _ = playing(lambda _request: answer)
    with pytest.raises(Broken):
        api.act("withdraw", CASE, "ref-lt", {}, MONDAY)


@pytest.mark.parametrize("by", ["nobody", "care_mediation_team", "12", ""])
def test_who_is_not_known_cannot_sign_in(playing: Any, by: str) -> None:
    """As the other door has it: an unknown case first, then who may not (A.8)."""
    api, portal = playing(lambda _request: AT_REST)
    for about, code in ((CASE, "forbidden"), (None, "forbidden"), (UNKNOWN, "not_found")):
        with pytest.raises(Refused) as caught:
            api.act("withdraw", about, by, {}, MONDAY)
        assert caught.value.code == code
    assert portal.asked == []


def test_what_the_api_says_of_a_case_is_what_counts(playing: Any) -> None:
    """What it shows otherwise than the program has it shows in the story; what it does not show is as it is."""
    api, _ = playing(lambda _request: httpx.Response(200, json={"due": "2026-03-09", "step": "table"}))
    known = {"due": date(2026, 3, 9), "step": "mediation", "round": 2}
    assert api.seen(CASE, known, {}, MONDAY) == {"due": date(2026, 3, 9), "step": "table", "round": 2}
    assert api.seen("afgewezen:1", known, {}, MONDAY) == known


def test_a_case_is_read_by_who_may_see_it(playing: Any, region: Region) -> None:
    readers = iter([*[httpx.Response(404)] * 2, httpx.Response(200, json={}), httpx.Response(200, json={})])
    api, portal = playing(lambda _request: next(readers))
    for _ in range(2):
        assert api.seen(CASE, {"step": "table"}, {}, MONDAY) == {"step": "table"}
    signed_in = [request.content.decode() for request in portal.asked if request.url.path == "/inloggen/oefenen"]
    assert signed_in == [f"wie={person.id}" for person in region.people[:3]]


def test_a_case_that_nobody_sees_is_not_there(playing: Any) -> None:
    api, _ = playing(lambda _request: httpx.Response(404))
    assert api.seen(CASE, {"step": "table"}, {}, MONDAY) is None
    assert api.seen(CASE, None, {}, MONDAY) is None


def test_a_meeting_with_the_names_of_the_story(playing: Any) -> None:
    api, portal = playing(lambda _request: httpx.Response(200, json={"cases": [CASE], "invited": ["sys-zuid"]}))
    meeting, known = {"table": "T_BC", "on": date(2026, 3, 10)}, {"cases": ["A"], "invited": []}
    assert api.seen(meeting, known, {CASE: "A"}, MONDAY) == {"cases": ["A"], "invited": ["sys-zuid"]}
    assert portal.asked[-1].url.path == "/api/v1/tafels/T_BC/2026-03-10"


def test_a_meeting_that_is_off_does_not_exist(playing: Any) -> None:
    api, _ = playing(lambda _request: httpx.Response(200, json={"cancelled": True, "cases": []}))
    assert api.seen({"table": "T_BC", "on": date(2026, 3, 10)}, None, {}, MONDAY) is None
