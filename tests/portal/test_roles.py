"""Who sees which page, and who may do what, tried over HTTP: every page and every act of the flex route by everybody.

A page or an act that stands in no table here is a failure. Whatever is asked, no address, header or log holds more than a reference.
"""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, event
from sqlmodel import SQLModel, col, func, select

from flexroute.clock import from_local
from flexroute.settings import practising
from flows.deadline_watch import deadline_watch
from flows.mover import Runner
from models.flex.case import Case
from models.flex.overview import youth_about
from models.store.database import Database, current, using
from models.store.reading import Reading
from portal.access import PAGES
from portal.app import create
from portal.asking import asking
from portal.mover import Mover
from portal.problems import API
from portal.subjects import slug
from rules.shared.process import named
from rules.shared.region import Region
from tests.portal.conftest import NOW, WAY, WHO, _asking
from tests.support import logged
from tests.support.databases import with_region
from tests.support.dossiers import STOP
from tests.support.flex_acts import (
    ALLOCATED,
    APPROVED,
    CANNOT,
    FLEX_CAN,
    HANDED_OVER,
    MONDAY,
    NO,
    NOBODY_CAN,
    REFERRAL,
    STARTED,
    TO_TABLE,
    UNABLE,
)
from tests.support.private import NAME, SECRETS, TYPED
from tests.support.tries import Try

# ------------------------------------------------------------------------------------------------ everybody, by role

TEAM, MANAGER, OTHER_MANAGER, SCHEDULER, ADMINISTRATION = (
    "care mediator",
    "contract manager",
    "another contract manager",
    "scheduler",
    "contract administration",
)
OWNER, BY_NAME, BY_CODE, AT_TABLE, OTHER_PROVIDER, OTHER_OWNER = (
    "the provider",
    "a typed name for it",
    "by a code for it",
    "a provider at the table",
    "another provider",
    "the provider of the other case",
)
ASKED, OTHER_FLEX, REFERRER, OTHER_REFERRER, ACCESS, NOBODY = (
    "the flex provider that is asked",
    "another flex provider",
    "the referrer",
    "the referrer of the other case",
    "access",
    "nobody signed in",
)
PEOPLE: dict[str, tuple[str, str]] = {
    TEAM: ("tz-anna", "oidc"),
    MANAGER: ("cm-bc", "oidc"),
    OTHER_MANAGER: ("cm-e", "oidc"),
    SCHEDULER: ("planner", "oidc"),
    ADMINISTRATION: ("beheer", "oidc"),
    OWNER: ("at-sys-noord", "oidc"),
    BY_NAME: ("sys-noord:T. Tikker", "practice"),
    BY_CODE: ("at-sys-noord", "code"),
    AT_TABLE: ("at-sys-zuid", "oidc"),
    OTHER_PROVIDER: ("at-bosrand", "oidc"),
    OTHER_OWNER: ("at-sys-oost", "oidc"),
    ASKED: ("at-flex-anker", "oidc"),
    OTHER_FLEX: ("at-flex-cirkel", "oidc"),
    REFERRER: ("at-ref-lt", "oidc"),
    OTHER_REFERRER: ("at-ref-gp", "oidc"),
    ACCESS: ("at-toegang-rotterdam", "oidc"),
    NOBODY: ("", ""),
}
ROLES = frozenset(PEOPLE)
SIGNED_IN = ROLES - {NOBODY}
REGION = frozenset({TEAM, MANAGER, OTHER_MANAGER, SCHEDULER, ADMINISTRATION})
OWNERS = frozenset({OWNER, BY_NAME, BY_CODE})
PROVIDERS = OWNERS | {AT_TABLE, OTHER_PROVIDER, OTHER_OWNER}
STAFF = frozenset({TEAM, SCHEDULER, ADMINISTRATION})  # who sees every meeting

# ------------------------------------------------------------------------------------- how the case comes to each step

TABLE_DAY = from_local("2026-03-10T11:00")
OVERDUE = from_local("2026-03-12T09:00")
A_NO: Try = (
    "record_assessment",
    "sys-noord",
    {**CANNOT, "subcontractors": [{"provider": "oa-klein", **NO}]},
)
AGENDA: Try = ("issue_agenda", "tz-anna", {"table": "T_BC", "on": "2026-03-10"})
WAY_THERE: tuple[tuple[str, Try | None, datetime], ...] = (
    ("provider_check", None, MONDAY),
    ("mediation", A_NO, MONDAY),
    ("table", TO_TABLE, MONDAY),
    ("agenda", AGENDA, MONDAY),
    ("approval", NOBODY_CAN, TABLE_DAY),
    ("flex", APPROVED, TABLE_DAY),
    ("accepted", FLEX_CAN, TABLE_DAY),
    ("handed over", HANDED_OVER, TABLE_DAY),
    ("allocated", ALLOCATED, TABLE_DAY),
    ("unable", UNABLE, TABLE_DAY),
)
MOMENTS = {step: at for step, _, at in WAY_THERE} | {"overdue": OVERDUE}
OTHER: dict[str, Any] = {
    **REFERRAL,
    "referral_route": "medical",
    "opdracht": "E",
    "provider": "sys-oost",
    "municipality": "0606",
    "received_on": "2026-02-26",
}

# -------------------------------------------------------------------------- act × role: who may, at a step where it can be


class Cell(NamedTuple):
    """Who may do an act, and the form with which it can be done at this step."""

    step: str
    who: frozenset[str]
    form: Mapping[str, Any]
    at: datetime | None = None  # the moment of the step, unless another


_MEETING = frozenset({TEAM, SCHEDULER})
OF_CASE: dict[str, Cell] = {
    "correct_referral": Cell("provider_check", frozenset({TEAM, REFERRER}), {"reason": "x", "opdracht": "C"}),
    "record_assessment": Cell("provider_check", OWNERS, CANNOT),
    "take_over": Cell("overdue", frozenset({TEAM}), {"reason": TYPED}),
    "decide_mediation": Cell("mediation", frozenset({TEAM}), TO_TABLE[2]),
    "move_to_table": Cell("table", frozenset({TEAM}), {"table": "T_FORV", "reason": TYPED}),
    "record_table_answers": Cell("table", frozenset({TEAM}), NOBODY_CAN[2], TABLE_DAY),
    "decide_approval": Cell("approval", frozenset({MANAGER}), APPROVED[2]),
    "record_flex_answer": Cell("flex", frozenset({TEAM, ASKED}), FLEX_CAN[2]),
    "withdraw_statement": Cell("mediation", OWNERS, {"subcontractor": "oa-klein"}),
    "record_handover": Cell("accepted", OWNERS, HANDED_OVER[2]),
    "report_unable": Cell("accepted", frozenset({ASKED}), UNABLE[2]),
    "re_offer": Cell("unable", OWNERS, {"explanation": TYPED}),
    "record_allocation": Cell("handed over", OWNERS | {TEAM}, ALLOCATED[2]),
    "record_start": Cell("allocated", frozenset({ASKED}), STARTED[2], from_local("2026-03-11T12:00")),
    "withdraw": Cell("provider_check", OWNERS | {TEAM, REFERRER}, {"reason": TYPED}),
}
OF_MEETING: dict[str, Cell] = {
    "issue_agenda": Cell("table", _MEETING, {"version": 0}),
    "place_series": Cell("table", _MEETING, {"room": "Zaal 4"}),
    "call_flex_provider": Cell("table", _MEETING, {"provider": "flex-dubbel"}),
    "change_meeting": Cell("table", _MEETING, {"cancelled": True, "reason": "Studiedag"}),
}
OF_NOTHING: dict[str, Cell] = {
    "register_referral": Cell(
        "provider_check", frozenset({TEAM, REFERRER, OTHER_REFERRER}), {**REFERRAL, "sender_reference": "N-1"}
    ),
}
GIVEN_BY: dict[tuple[str, str], Mapping[str, Any]] = {  # what somebody else gives
    ("register_referral", TEAM): {"referrer": "ref-lt"},
    ("register_referral", OTHER_REFERRER): {"referral_route": "medical"},
}
ACTS = OF_CASE | OF_MEETING | OF_NOTHING

# --------------------------------------------------------------------------- page × role: who gets it (200), by address

CASE, OTHER_CASE, DOSSIER = "ZB-2026-000001", "ZB-2026-000002", "ST-2026-000001"
MEETING = "/tafels/T_BC/2026-03-10"
_ON_CASE = {TEAM, MANAGER, REFERRER} | OWNERS
_OF_OTHER = frozenset({TEAM, OTHER_MANAGER, OTHER_REFERRER, OTHER_OWNER})
_ON_STOP = frozenset[str]()  # the pages of a dossier come with how it stands; until then nobody gets one
SEE_CASE: dict[str, frozenset[str]] = {
    "provider_check": frozenset(_ON_CASE),
    "overdue": frozenset(_ON_CASE),
    "mediation": frozenset(_ON_CASE),
    "table": frozenset(_ON_CASE | {AT_TABLE, OTHER_OWNER}),
    "agenda": frozenset(_ON_CASE | {AT_TABLE, OTHER_OWNER}),
    "approval": frozenset(_ON_CASE),
    **dict.fromkeys(("flex", "accepted", "handed over", "allocated"), frozenset(_ON_CASE | {ASKED})),
    "unable": frozenset(_ON_CASE | {ASKED}),  # who said something reads that again
}
_SEES = SEE_CASE["agenda"]
_SEES_MEETING = STAFF | OWNERS | {AT_TABLE, OTHER_OWNER}
PAGES_OF: dict[str, tuple[str, frozenset[str]]] = {  # by route: an address of it, at the step "agenda"
    "/health": ("/health", ROLES),
    "/ready": ("/ready", ROLES),
    "/over/privacy": ("/over/privacy", ROLES),
    "/over/toegankelijkheid": ("/over/toegankelijkheid", ROLES),
    "/werk": ("/werk", SIGNED_IN),
    "/zaken": ("/zaken", SIGNED_IN),
    **{
        route: (route.replace("{kind}", "csv"), frozenset({TEAM, REFERRER, OTHER_REFERRER}))
        for route in (
            "/verwijzingen",
            "/verwijzingen/nieuw",
            "/verwijzingen/lijst",
            "/verwijzingen/lijst/verwijzingen.{kind}",
        )
    },
    "/tafels": ("/tafels", STAFF | PROVIDERS),
    "/tafels/{table}/{on}": (MEETING, _SEES_MEETING),
    "/tafels/{table}/{on}/agenda.pdf": (f"{MEETING}/agenda.pdf", _SEES_MEETING),
    "/tafels/{table}/{on}/agenda.ics": (f"{MEETING}/agenda.ics", _SEES_MEETING),
    "/tafels/{table}/{on}/antwoorden": (f"{MEETING}/antwoorden", frozenset({TEAM})),
    "/tafels/{table}/{on}/antwoorden.xlsx": (f"{MEETING}/antwoorden.xlsx", frozenset({TEAM})),
    "/tafels/{table}/{on}/{act}": (f"{MEETING}/issue_agenda", _MEETING),
    "/post": ("/post", REGION),
    "/post/{number}": ("/post/1", REGION),
    "/mensen": ("/mensen", frozenset({ADMINISTRATION})),
    "/inlogoverzicht": ("/inlogoverzicht", frozenset({ADMINISTRATION})),
    "/zaken/{reference}": (f"/zaken/{CASE}", _SEES),
    "/zaken/{reference}/{act}": (f"/zaken/{CASE}/withdraw", _SEES),
    "/zaken/{reference}/notities": (f"/zaken/{CASE}/notities", frozenset({TEAM})),
    "/stoppers/{reference}": (f"/stoppers/{DOSSIER}", _ON_STOP),
    "/stoppers/{reference}/{act}": (f"/stoppers/{DOSSIER}/correct_dossier", _ON_STOP),
    "/stoppers/{reference}/notities": (f"/stoppers/{DOSSIER}/notities", frozenset()),  # it is about no youth
    f"{API}/werk": (f"{API}/werk", SIGNED_IN),
    f"{API}/handelingen": (f"{API}/handelingen", SIGNED_IN),
    f"{API}/zaken": (f"{API}/zaken", SIGNED_IN),
    f"{API}/tafels": (f"{API}/tafels", STAFF | PROVIDERS),
    f"{API}/tafels/{{table}}/{{on}}": (f"{API}{MEETING}", _SEES_MEETING),
    f"{API}/tafels/{{table}}/{{on}}/agenda": (f"{API}{MEETING}/agenda", _SEES_MEETING),
    f"{API}/tafels/{{table}}/{{on}}/handelingen": (f"{API}{MEETING}/handelingen", _SEES_MEETING),
    f"{API}/{{page}}/{{reference}}": (f"{API}/zaken/{CASE}", _SEES),
    f"{API}/{{page}}/{{reference}}/brieven": (f"{API}/zaken/{CASE}/brieven", _SEES),
    f"{API}/{{page}}/{{reference}}/handelingen": (f"{API}/zaken/{CASE}/handelingen", _SEES),
}
OF_THE_MENU = {"/werk", "/zaken", "/verwijzingen", "/tafels", "/post", "/mensen", "/inlogoverzicht"}
SIGNING_IN = {  # for who is not signed in yet: tests/portal/sign_in
    *("/", "/inloggen", "/uitloggen", "/uitgelogd", "/inloggen/met/{name}", "/inloggen/met/{name}/terug"),
    *("/inloggen/code", "/inloggen/code/controle", "/inloggen/oefenen", "/inloggen/wie", "/vraag", "/vraag/{token}"),
}
SENT: dict[
    str, tuple[str, frozenset[str], dict[str, str]]
] = {  # by route: an address, who may send a form there, and what it holds
    "/werk/van-wie": ("/werk/van-wie", _SEES, {"wat": "claim", "welke": CASE}),
    "/zaken/{reference}/notities": (f"/zaken/{CASE}/notities", frozenset({TEAM}), {"text": TYPED}),
    "/stoppers/{reference}/notities": (f"/stoppers/{DOSSIER}/notities", frozenset(), {"text": TYPED}),
    "/stoppers/{reference}/{act}": (
        f"/stoppers/{DOSSIER}/correct_dossier",
        frozenset({ADMINISTRATION}),
        {"motives": TYPED},
    ),
    "/zaken": ("/zaken", SIGNED_IN, {"zoek": "x"}),
    "/tafels/agendas": ("/tafels/agendas", _MEETING, {"week": "2026-03-09"}),
    "/tafels/{table}/{on}/antwoorden": (f"{MEETING}/antwoorden", frozenset({TEAM}), {f"{CASE}.adjourn": TYPED}),
    "/tafels/{table}/{on}/antwoorden/blad": (f"{MEETING}/antwoorden/blad", frozenset({TEAM}), {}),
    "/verwijzingen/lijst": ("/verwijzingen/lijst", frozenset({TEAM, REFERRER, OTHER_REFERRER}), {}),
    "/post": ("/post", REGION, {"brief": "1"}),
    **{
        f"/mensen/{what}": (f"/mensen/{what}", frozenset({ADMINISTRATION}), {"welke": "1"})
        for what in ("contact", "contact/weg", "vervanger", "vervanger/weg")
    },
}
BY_ACT = {  # the routes of acts, tried with the table of acts
    *("/zaken/{reference}/{act}", "/tafels/{table}/{on}/{act}", "/verwijzingen/nieuw"),
    *(f"{API}/handelingen/{{act}}", f"{API}/{{page}}/{{reference}}/handelingen/{{act}}"),
}

# ------------------------------------------------------------------------------------------------------- the portal


YOUTH_TABLE = re.compile(r"\b(?:FROM|JOIN)\s+youth\b", re.IGNORECASE)
KNOWN_READS = {  # inside: nobody reads what they find
    "models/store/youth:youth_as_corrected",  # whether a correction changes anything
    "models/store/note:youth_row",  # the number of the row that a note belongs to
    "acts/flex/doubts:_there",  # keyed hashes: whether the same youth is there already
    "acts/flex/doubts:on_their_way",
    "acts/flex/referral:_known",  # whether a list, or a number of the sender's own, says the same as before
    "acts/stop/children:_known",
    "models/store/youth:keep_youth",
}
ROOT = Path(__file__).parents[2]


class YouthRead(NamedTuple):
    """A statement that read the table of youths: the functions of ours that led to it, and with which values."""

    by: frozenset[str]
    values: frozenset[Any]


def _heard(reads: list[YouthRead]) -> Callable[..., None]:
    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if not (statement.lstrip().upper().startswith(("SELECT", "WITH")) and YOUTH_TABLE.search(statement)):
            return
        led, frame = set(), sys._getframe()
        while frame := frame.f_back:  # type: ignore[assignment]
            file = Path(frame.f_code.co_filename)
            if file.is_relative_to(ROOT) and not file.is_relative_to(ROOT / "tests") and ".venv" not in file.parts:
                led.add(f"{file.relative_to(ROOT).with_suffix('')}:{frame.f_code.co_name}")
        reads.append(YouthRead(frozenset(led), frozenset(values.values() if isinstance(values, dict) else values)))

    return hear


def _last_reading() -> int:
    with current().reading() as session:
        return session.scalar(select(func.max(Reading.id))) or 0


def _is_logged(reads: list[YouthRead], before: int) -> None:
    """Whoever read who a youth is stands in the log of readings, for that subject (C.4); the uses inside are known by name."""
    shown = [one for one in reads if not one.by & KNOWN_READS]
    if not shown:
        return
    with current().reading() as session:
        kept = session.exec(select(Reading.subject).where(col(Reading.id) > before, col(Reading.youth))).all()
        cases = session.exec(select(Case.reference, Case.id).where(col(Case.reference).in_(kept))).all()
    logged = {value for pair in cases for value in pair}
    for one in shown:
        assert one.values & logged, one


@dataclass(frozen=True)
class World:
    """The portal, and a database for every step that the case comes to."""

    app: FastAPI
    browser: TestClient
    home: Path
    files: Mapping[str, Path]
    reads: list[YouthRead]  # since the last question

    @contextmanager
    def at(self, step: str) -> Iterator[Database]:
        """A database of its own, in use, in which the case is at this step."""
        file = self.home / "now.db"
        shutil.copy(self.files[step], file)
        try:
            with using(Database(f"sqlite:///{file}")) as database:
                yield database
        finally:
            for left in self.home.glob("now.db*"):
                left.unlink()

    def ask(self, role: str, method: str, url: str, at: datetime, **more: Any) -> Response:
        """What somebody with this role gets; nothing in its headers may say more than a reference."""
        who, way = PEOPLE[role]
        headers = {WHO: who, WAY: way, NOW: at.isoformat(), **more.pop("headers", {})}
        self.browser.cookies.clear()
        self.reads.clear()
        before = _last_reading()
        answer = self.browser.request(method, url, headers=headers, **more)
        _says_no_more(answer)
        _is_logged([*self.reads], before)
        return answer


def _says_no_more(answer: Response) -> None:
    told = unquote(" ".join(f"{name}: {value}" for name, value in answer.headers.items()))
    assert not [one for one in (*SECRETS, *FACTS, *OTHER_FACTS) if one in told], told
    assert answer.headers["referrer-policy"] in ("no-referrer", "same-origin")  # a Referer goes nowhere else
    if to := answer.headers.get("location"):
        assert re.fullmatch(
            rf"({API})?(/[A-Za-z0-9_.-]+)*/?(\?(vastgelegd|gedaan|vanaf|verder|opnieuw)=[\w%/.-]*)*", to
        ), to
    assert "traceback" not in answer.text.lower()
    assert answer.status_code < 500, answer.text


FACTS = (
    "Jeugdhulp Noord",
    "Wijkteam Centrum",
    "Anker Flex",
    "sys-noord",
    "flex-anker",
    "ref-lt",
    "02-03-2026",
    "2026-03-02",
)
OTHER_FACTS = ("Oosterlicht", "Huisartsenpraktijk Kade", "sys-oost", "ref-gp", "26-02-2026", "2026-02-26")
IS = {"Jeugdhulp Noord": "sys-noord", "Wijkteam Centrum": "ref-lt", "Anker Flex": "flex-anker"}  # whose name
IS |= {"Oosterlicht": "sys-oost", "Huisartsenpraktijk Kade": "ref-gp"}


def _with_people(region: Region) -> Region:
    """The region of the scenarios, with a scheduler, and a contact at each organisation of the table."""
    said = region.model_dump(mode="json", by_alias=True)
    said["people"].append(
        {"id": "planner", "name": "Pien Planner", "mail": "pien@grjr.example.nl", "roles": ["scheduler"]}
    )
    theirs = {who.removeprefix("at-") for who, _ in PEOPLE.values()}
    for one in said["organisations"]:
        if one["id"] in theirs:
            mail = f"k@{one['id']}.example.nl"
            one["contacts"] = [{"id": f"at-{one['id']}", "name": f"K. Contact van {one['id'][:3]}", "mail": mail}]
    return Region.model_validate(said)


@pytest.fixture(scope="module")
def world(region: Region, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Made once: the case goes on, and each step is kept."""
    home = tmp_path_factory.mktemp("roles")
    files: dict[str, Path] = {}
    reads: list[YouthRead] = []
    hear = _heard(reads)
    event.listen(Engine, "before_cursor_execute", hear)
    with practising(home=home, database_url=""):
        mover = Mover(None, jobs=False)
        app = create(mover)
        app.dependency_overrides[asking] = _asking
        with with_region(home / "made.db", _with_people(region)), TestClient(app, follow_redirects=False) as browser:

            def do(act: Try, about: str | None, at: datetime) -> str:
                reference, moved = mover.decide(act[0], about, act[1], act[2], at)
                ended = moved.result(30)
                assert not (ended and ended.attention)
                return reference

            assert do(("register_referral", "ref-lt", REFERRAL), None, MONDAY) == CASE
            assert do(("register_referral", "ref-gp", OTHER), None, MONDAY) == OTHER_CASE
            stop = {**STOP, "provider": "zonnewende", "announced_on": "2026-02-27"}
            assert do(("register_stop", "beheer", stop), None, MONDAY) == DOSSIER
            for step, act, at in WAY_THERE:
                if act:
                    do(act, CASE if act[0] in OF_CASE else None, at)
                files[step] = home / f"{step}.db"
                with closing(sqlite3.connect(home / "made.db")) as made, closing(sqlite3.connect(files[step])) as kept:
                    made.backup(kept)
            files["overdue"] = home / "overdue.db"
            shutil.copy(files["provider_check"], files["overdue"])
            with using(Database(f"sqlite:///{files['overdue']}")), Runner(None) as runner:
                runner.run(deadline_watch, "termijnbewaking", now=OVERDUE)
            yield World(app, browser, home, files, reads)
    event.remove(Engine, "before_cursor_execute", hear)


@pytest.fixture(autouse=True)
def logs(world: World, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What is logged meanwhile holds nothing of a youth, and nothing of a case but its reference."""
    caplog.set_level(logging.DEBUG)
    yield
    assert not [one for one in (*SECRETS, *FACTS[:3], *OTHER_FACTS[:2]) if one in caplog.text]
    logged.read(world.home)


def kept(database: Database) -> Counter[str]:
    """How many rows of each kind there are; that something was read is written down, and who read it."""
    tables = [one for one in SQLModel.metadata.sorted_tables if one.name not in ("reading", "person")]
    with database.reading() as session:
        return Counter(
            {one.name: session.execute(select(func.count()).select_from(one)).scalar_one() for one in tables}
        )


def routes(world: World) -> Iterator[tuple[str, str]]:
    """Every route of the app, with its method."""
    for one in world.app.routes:
        for route in getattr(getattr(one, "original_router", None), "routes", [one]):
            if isinstance(route, APIRoute):
                yield from ((method, route.path) for method in route.methods or ())


# ------------------------------------------------------------------------------------------------------------- pages


def test_every_page_and_act_stands_in_a_table(world: World) -> None:
    """A new one is a failure here until somebody says who may see or do it."""
    shown = {path for method, path in routes(world) if method == "GET"} - SIGNING_IN
    assert shown == {*PAGES_OF}
    assert {page.path for page in PAGES} == OF_THE_MENU
    assert {path for method, path in routes(world) if method == "POST"} - SIGNING_IN == {*SENT} | BY_ACT
    assert {method for method, _ in routes(world)} == {"GET", "POST"}
    assert {*ACTS} == {*named("flex").acts}


def expected(role: str, url: str, theirs: frozenset[str]) -> int:
    """The answer to who asks for this: their page, or none; never one that says that it is there."""
    program = url.startswith(API)
    if role == NOBODY and role not in theirs:
        return 401 if program else 303
    if program and role == BY_CODE:
        return 403
    return 200 if role in theirs else 404


@pytest.mark.parametrize("route", PAGES_OF)
def test_who_sees_a_page(world: World, route: str) -> None:
    """Every cell; what is not theirs is as if it were not there, and names nothing. HEAD, of each answer once, is GET without a body."""
    url, theirs = PAGES_OF[route]
    answers: dict[int, str] = {}
    with world.at("agenda") as database:
        before = kept(database)
        for role in PEOPLE:
            page = world.ask(role, "GET", url, MONDAY)
            assert page.status_code == expected(role, url, theirs), role
            if answers.setdefault(page.status_code, role) == role:
                head = world.ask(role, "HEAD", url, MONDAY)
                assert head.status_code == page.status_code, role
                assert head.content == b""
                assert _but_length(head) == _but_length(page)
            if page.status_code != 200:
                _says_nothing(page, role)
        assert kept(database) == before


def _but_length(answer: Response) -> dict[str, str]:
    """Headers; a page that shows who read it is longer the second time."""
    return {name: value for name, value in answer.headers.items() if name != "content-length"}


def _says_nothing(answer: Response, role: str, facts: tuple[str, ...] = FACTS) -> None:
    """Nothing of the case: no organisation, date or text; one's own name stands at the top of every page."""
    of_who = PEOPLE[role][0]
    shown = answer.text[answer.text.find("<main") :] if "<main" in answer.text else answer.text
    found = [one for one in (*SECRETS, *facts) if one in shown and IS.get(one, one) not in of_who]
    assert not found, (role, found, shown)
    if answer.request.url.path.startswith(API) and answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("step", SEE_CASE)
def test_who_sees_the_case_at_each_step(world: World, step: str) -> None:
    """Of both cases: what one may see of one's own says nothing about another's."""
    with world.at(step):
        for role in PEOPLE:
            both = ((CASE, SEE_CASE[step], FACTS), (OTHER_CASE, _OF_OTHER, OTHER_FACTS))
            for reference, theirs, facts in both[: 2 if step in ("provider_check", "table") else 1]:
                url = f"/zaken/{reference}"
                page = world.ask(role, "GET", url, MOMENTS[step])
                assert page.status_code == expected(role, url, theirs), (role, reference)
                if page.status_code != 200:
                    _says_nothing(page, role, facts)


# -------------------------------------------------------------------------------------------------------------- acts


def form(given: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Values as a form sends them."""
    for name, value in given.items():
        if isinstance(value, Mapping):
            yield from form(value, f"{path}{name}.")
        elif isinstance(value, bool):
            yield path + name, "ja" if value else "nee"
        else:
            for number, one in enumerate(value if isinstance(value, list | tuple) else [value]):
                if isinstance(one, Mapping):
                    yield from form(one, f"{path}{name}.{number}.")
                else:
                    yield path + name, str(one)


def fields(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """The same, by name."""
    found: dict[str, list[str]] = {}
    for name, text in form(given):
        found.setdefault(name, []).append(text)
    return found


@dataclass(frozen=True)
class Door:
    """How an act is sent: as a form of a page, or as JSON."""

    world: World
    act: str
    program: bool

    def __call__(self, role: str, at: datetime, reference: str = CASE, method: str = "POST", **more: Any) -> Response:
        given = {**ACTS[self.act].form, **GIVEN_BY.get((self.act, role), {}), **more.pop("given", {})}
        if self.program:
            about = {"table": "T_BC", "on": "2026-03-10"} if self.act in OF_MEETING else {}
            headers = {"Prefer": "wait=30", **more.pop("headers", {})}
            url = f"{self.address(reference)}?zeker=true"
            return self.world.ask(role, method, url, at, json={**given, **about}, headers=headers, **more)
        return self.world.ask(role, method, self.address(reference), at, data={**fields(given), **self.own}, **more)

    def address(self, reference: str = CASE) -> str:
        """Where it is sent."""
        if self.act in OF_CASE:
            return (
                f"{API}/zaken/{reference}/handelingen/{self.act}" if self.program else f"/zaken/{reference}/{self.act}"
            )
        if self.program:
            return f"{API}/handelingen/{self.act}"
        return f"{MEETING}/{slug(self.act, '')}" if self.act in OF_MEETING else "/verwijzingen/nieuw"

    @property
    def own(self) -> dict[str, str]:
        """The inputs that a form has of itself; by one of them what makes something new is known when it is sent again."""
        return {"_sure": "ja"} if self.act in OF_CASE else {"_sure": "ja", "_once": "1"}

    @property
    def closed_to(self) -> frozenset[str]:
        """Who does not come in here, whatever they may do on a page."""
        return frozenset({BY_CODE}) if self.program else frozenset()


@pytest.fixture(params=["pages", "api"])
def door(request: pytest.FixtureRequest, world: World, act: str) -> Door:
    return Door(world, act, request.param == "api")


FROM_ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://elders.example.nl"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
)
TRICKS: tuple[tuple[str, dict[str, Any]], ...] = (
    *((method, {}) for method in ("PUT", "PATCH", "DELETE", "OPTIONS")),
    ("HEAD", {"headers": {"X-HTTP-Method-Override": "POST"}}),
    ("GET", {"headers": {"X-Method-Override": "POST"}, "params": {"_method": "POST"}}),
)


@pytest.mark.parametrize("act", ACTS)
def test_who_may_not_is_refused_and_hears_nothing(door: Door) -> None:
    """The rule, and nothing of the case to who has no part in it; nor does a form of elsewhere, another case or another method."""
    cell = ACTS[door.act]
    at = cell.at or MOMENTS[cell.step]
    sees = SEE_CASE[cell.step] if door.act in OF_CASE else _SEES_MEETING
    may = cell.who - door.closed_to
    with door.world.at(cell.step) as database:
        before = kept(database)
        for role in [one for one in PEOPLE if one not in may]:
            refused = door(role, at)
            no_page = door.address().startswith("/verwijzingen") and role != NOBODY
            assert refused.status_code == (401 if role == NOBODY else 404 if no_page else 403), (role, refused.text)
            if refused.status_code == 403 and role not in door.closed_to:
                assert "Dit mag alleen: " in unescape(refused.text), role
            if role != NOBODY and role not in sees and door.act not in OF_NOTHING:
                _says_nothing(refused, role)
        for role in may:
            for headers in FROM_ELSEWHERE[: 3 if role == sorted(may)[0] else 1]:
                assert door(role, at, headers=headers).status_code == 403, role
            if door.act in OF_CASE and role not in _OF_OTHER:
                other = door(role, at, OTHER_CASE)
                assert other.status_code == 403, (role, other.text)
                _says_nothing(other, role, OTHER_FACTS)
        for method, more in TRICKS:
            tried = door(sorted(may)[0], at, method=method, **more)
            assert tried.status_code in ((200, 404, 405) if method in ("GET", "HEAD") else (405,)), (method, more)
        assert kept(database) == before


AGAIN_IS_NEW = {("place_series", True)}  # a program may say the same place twice


@pytest.mark.parametrize("act", ACTS)
def test_who_may_does_it_once(door: Door) -> None:
    """Done; sent again it is told that it was done, and nothing more is recorded."""
    cell = ACTS[door.act]
    at = cell.at or MOMENTS[cell.step]
    for role in cell.who - door.closed_to:
        with door.world.at(cell.step) as database:
            before = kept(database)["decision"]
            done = door(role, at)
            assert done.status_code in ((200, 201) if door.program else (303,)), (role, done.text)
            after = kept(database)
            assert after["decision"] > before
            again, later = door(role, at), door(role, at + timedelta(hours=1))
            if (door.act, door.program) in AGAIN_IS_NEW:
                continue
            assert kept(database) == after, role
            for one in (again, later):
                if one.status_code == 303:
                    assert one.headers["location"].endswith("?vastgelegd=al"), (role, one.headers["location"])
                else:
                    assert one.status_code in (409, 422, 403), (role, one.status_code)


@pytest.mark.parametrize("act", ["withdraw_statement"])
@pytest.mark.parametrize("step", ["mediation", "accepted"])
def test_who_has_a_subcontractor_and_no_part_in_the_case(door: Door, step: str) -> None:
    """The act is open to every provider with subcontractors (AMB-21); the case tells nothing to who has no part in it."""
    with door.world.at(step) as database:
        before = kept(database)
        refused = door(AT_TABLE, MOMENTS[step], given={"subcontractor": "oa-akker"})
        assert refused.status_code == 403
        assert "Dit mag alleen: de aanbieder van wie het de onderaannemer is" in unescape(refused.text)
        _says_nothing(refused, AT_TABLE)
        assert kept(database) == before


def test_what_was_searched_for_is_in_no_address(world: World) -> None:
    """Somebody may type a name there: the form is no GET, and the way to sign in keeps nothing of it."""
    with world.at("agenda"):
        asked = world.ask(NOBODY, "GET", f"/zaken?zoek={NAME}", MONDAY)
        assert asked.headers["location"] == "/inloggen?verder=/zaken"
        assert 'method="get"' not in world.ask(TEAM, "GET", "/zaken", MONDAY).text
        assert "Er is geen casus" in world.ask(TEAM, "POST", "/zaken", MONDAY, data={"zoek": NAME}).text
        assert world.ask(TEAM, "POST", "/zaken", MONDAY, data={"zoek": CASE}).headers["location"] == f"/zaken/{CASE}"


@pytest.mark.parametrize("route", SENT)
def test_who_may_send_a_form_that_is_no_act(world: World, route: str) -> None:
    """Of somebody else, or from elsewhere, it changes nothing."""
    url, may, sent = SENT[route]
    with world.at("agenda") as database:
        before = kept(database)
        for role in [one for one in PEOPLE if one not in may]:
            refused = world.ask(role, "POST", url, MONDAY, data=sent)
            told = (401,) if role == NOBODY else (422,) if route == "/werk/van-wie" else (403, 404)
            assert refused.status_code in told, (role, refused.text)
            if role not in _SEES | {NOBODY}:
                _says_nothing(refused, role)
        for role in may:
            for headers in FROM_ELSEWHERE[:2]:
                assert world.ask(role, "POST", url, MONDAY, data=sent, headers=headers).status_code == 403
        assert kept(database) == before


# ---------------------------------------------------------------------------------------------- who the youth is


YOUTH_PAGES = (
    f"/zaken/{CASE}?jeugdige=ja",
    f"/zaken/{CASE}/withdraw?jeugdige=ja",
    f"{API}/zaken/{CASE}?metJeugdige=true",
)
READ_YOUTH = frozenset({TEAM, OWNER, BY_NAME, REFERRER})


@pytest.mark.parametrize("url", YOUTH_PAGES)
def test_who_reads_who_the_youth_is(world: World, url: str) -> None:
    """Of all that may see the case only they, each time written down (every question of this file is held to that)."""
    with world.at("agenda") as database:
        for role in PEOPLE:
            before = _last_reading()
            page = world.ask(role, "GET", url, MONDAY)
            assert (NAME in page.text) == (role in READ_YOUTH), role
            assert bool(world.reads) == (role in READ_YOUTH), role
            with database.reading() as session:
                new = session.exec(select(Reading.by, Reading.youth).where(col(Reading.id) > before)).all()
            assert [youth for _, youth in new if youth] == [True] * (role in READ_YOUTH), role


def test_a_reading_that_is_not_logged_is_found(world: World) -> None:
    """What holds every question of this file to the log is no empty promise."""
    with world.at("agenda") as database:
        world.reads.clear()
        before = _last_reading()
        with database.reading() as session:
            assert youth_about(session, CASE)["name"]
        with pytest.raises(AssertionError):
            _is_logged([*world.reads], before)
