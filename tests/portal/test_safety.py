"""What keeps every page safe: headers, where a form comes from, how much and how often."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from limits import RateLimitItemPerHour
from pydantic import AnyHttpUrl
from starlette.testclient import TestClient

from flexroute.settings import practising
from portal.safety import BROKEN, FROM_ELSEWHERE, POLICY, TOO_LARGE, Limiter, Rules, TooMany, stack
from tests.support.private import BSN, NAME


@pytest.fixture
def client(home: Path) -> TestClient:
    """A portal of three pages."""
    app = FastAPI(middleware=stack(largest=1000))

    @app.api_route("/zaken", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def cases(request: Request) -> dict[str, int]:
        return {"read": len(await request.body())}

    @app.get("/static/one.css")
    def style() -> dict[str, int]:
        return {}

    @app.get("/stuk")
    def broken() -> None:
        raise ValueError(f"{NAME} {BSN}")

    return TestClient(app, base_url="https://flexroute.example.nl")


def test_every_answer_has_the_headers(client: TestClient) -> None:
    answers = [client.get("/zaken"), client.get("/nergens"), client.get("/stuk"), client.put("/static/one.css")]
    answers += [
        client.post("/zaken", headers={"Sec-Fetch-Site": "cross-site"}),
        client.post("/zaken", content="x" * 1001),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 500, 405, 403, 413]
    for answer in answers:
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "'unsafe" not in POLICY
    assert "script-src" not in POLICY  # default-src 'none': no script at all


def test_a_page_is_kept_nowhere_and_a_stylesheet_may_be(client: TestClient) -> None:
    assert client.get("/zaken").headers["Cache-Control"] == "no-store"
    assert client.get("/stuk").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in client.get("/static/one.css").headers


def test_without_https_there_is_no_promise_of_it(client: TestClient) -> None:
    assert "Strict-Transport-Security" not in client.get("http://localhost/zaken").headers
    with practising(portal_url=AnyHttpUrl("https://flexroute.example.nl")):
        assert "Strict-Transport-Security" in client.get("http://10.0.0.1/zaken").headers  # behind a proxy


def test_an_error_says_nothing_of_a_case(client: TestClient, home: Path) -> None:
    answer = client.get("/stuk")
    assert answer.text == BROKEN
    logged = (home / "flexroute.log").read_text()
    assert json.loads(logged.splitlines()[-1])["errors"] == ["builtins.ValueError"]
    assert NAME not in logged
    assert BSN not in logged


OURS = "https://flexroute.example.nl"


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),  # a program: it has no cookies that somebody else could use
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OURS}, False),
        ({"Origin": OURS}, True),
        ({"Origin": f"{OURS}:443"}, True),
        ({"Origin": f"{OURS}:8443"}, False),
        ({"Origin": "http://flexroute.example.nl"}, False),
        ({"Origin": "https://flexroute.example.nl.elders.nl"}, False),
        ({"Origin": "https://elders.nl"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "https://[half"}, False),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_form_comes_from_a_page_of_ours(
    client: TestClient, method: str, headers: dict[str, str], passes: bool
) -> None:
    answer = client.request(method, "/zaken", headers=headers)
    assert (answer.status_code, passes or answer.text) == ((200, True) if passes else (403, FROM_ELSEWHERE))


def test_a_page_is_shown_wherever_the_link_was(client: TestClient) -> None:
    assert client.get("/zaken", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_behind_a_proxy_the_address_of_the_settings_is_ours(client: TestClient) -> None:
    with practising(portal_url=AnyHttpUrl(OURS)):
        assert client.post("http://10.0.0.1/zaken", headers={"Origin": OURS}).status_code == 200
        assert client.post("http://10.0.0.1/zaken", headers={"Origin": "http://10.0.0.1"}).status_code == 403


@pytest.mark.parametrize("said", [True, False])
def test_too_much_is_not_read(client: TestClient, said: bool) -> None:
    def parts() -> Any:
        yield from [b"x" * 600] * 2

    answer = client.post("/zaken", content=b"x" * 1200 if said else parts())
    assert (answer.status_code, answer.text) == (413, TOO_LARGE)
    assert client.post("/zaken", content=b"x" * 1000).json() == {"read": 1000}


def test_too_often_is_refused_for_a_while() -> None:
    limiter = Limiter(Rules(code_for=RateLimitItemPerHour(3)))
    for _ in range(3):
        limiter.hit(limiter.rules.code_for, "a@example.nl")
    limiter.hit(limiter.rules.code_for, "b@example.nl")
    with pytest.raises(TooMany) as refused:
        limiter.hit(limiter.rules.code_for, "a@example.nl")
    assert 1 <= int(refused.value.headers["Retry-After"]) <= 3600
    assert "Wacht" in refused.value.told
