"""Prefect's server stops, comes back, is killed: people decide and cases move all the same, and nothing happens twice."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from prefect.client.schemas.objects import State
from prefect.states import Crashed, Failed

from flexroute.errors import UserError
from flows.mover import Runner
from flows.runtime.local_prefect import answers
from flows.runtime.tracking import Tracker
from models.store.database import Database
from notifications.words import words
from rules.shared.region import Region
from tests.faults import cases
from tests.faults.cases import WAY, WHEN
from tests.faults.processes import PATIENCE, environment, spawn, until
from tests.support.databases import with_region
from tests.support.mail_servers import free_port

SOON = 15  # seconds that somebody may have to wait at most when the server goes away at this very moment


class Server:
    """`flexroute server` with a home of its own: started, stopped as with Ctrl-C, or killed."""

    def __init__(self, home: Path) -> None:
        self.home, self._port = home, free_port()
        self.url = f"http://127.0.0.1:{self._port}/api"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.gone()
        self.process = spawn({"FLEXROUTE_HOME": str(self.home)}, "cli.main", "server", "--port", str(self._port))
        until(lambda: answers(self.url))

    def gone(self) -> None:
        """Stop it, unless it was killed."""
        if self.process:
            with self.process:
                self.process.terminate()

    def runs(self) -> list[str]:
        """The names of the runs that it followed to their end."""
        found = httpx.post(f"{self.url}/flow_runs/filter", json={}, timeout=PATIENCE).raise_for_status().json()
        return sorted(run["name"] for run in found if run["state_type"] == "COMPLETED")


@pytest.fixture(scope="module")
def any_server(new_prefect_home: Callable[[], Path]) -> Iterator[Server]:
    made = Server(new_prefect_home())
    yield made
    made.gone()


@pytest.fixture
def running_server(any_server: Server) -> Server:
    """A server that runs."""
    if not answers(any_server.url):
        any_server.start()
    return any_server


@contextmanager
def deciding_people(database: Database, running_server: Server) -> Iterator[Callable[..., dict[str, Any]]]:
    """A process that stays, in which people decide what is next for a case; at the end it must come to its own end soon."""
    settings = environment(
        database,
        cases.MOVER_COMES,
        FLEXROUTE_HOME=str(running_server.home),
        FLEXROUTE_PREFECT_API_URL=running_server.url,
    )
    with spawn(settings, "tests.faults.deciding_process") as process:

        def decide(number: int, case: str | None, kill: str | None = None) -> dict[str, Any]:
            killing = kill and running_server.process and (kill, running_server.process.pid)
            asked = {"decision": decision(number, case), "now": WHEN[number].isoformat(), "kill": killing}
            print(json.dumps(asked), file=process.stdin, flush=True)
            assert process.stdout is not None
            return cast(dict[str, Any], json.loads(process.stdout.readline() or "{}"))

        yield decide
        _, trouble = process.communicate(timeout=SOON)
        assert (process.returncode, trouble) == (0, "")


def decision(number: int, case: str | None) -> tuple[str, str | None, str, dict[str, Any]]:
    """What is decided as the so-manieth thing on the usual way of a case."""
    act, by, given = cases.complete(WAY[number], "B")
    return act, case, by, given


def without_prefect(home: Path, region: Region, until: int) -> Counter[str]:
    """Where the same decisions bring a case when there is no Prefect at all."""
    with with_region(home / "alone.db", region) as alone, Runner(None) as runner:
        case = None
        for number in range(until):
            case, _ = runner.decide(*decision(number, case), WHEN[number])
        return cases.standing(alone)


@pytest.mark.long
def test_a_server_that_comes_and_goes(
    home: Path, region: Region, case_database: Database, running_server: Server
) -> None:
    """Design "Prefect may be away": in one series of decisions the server is killed while it follows a run, started again,
    and stopped. Every decision is moved at once, Prefect follows again as soon as it can, and nothing is doubled."""
    with deciding_people(case_database, running_server) as decide:
        told = [decide(0, None)]
        case = told[0]["case"]
        told += [decide(1, case), decide(2, case, kill="write"), decide(3, case)]
        running_server.start()
        told += [decide(4, case), decide(5, case)]
        followed = running_server.runs()
        running_server.gone()
        told += [decide(6, case), decide(7, case)]
    assert [each["tracked"] for each in told] == [True, True, False, False, True, True, False, False]
    assert followed == sorted(f"{case} · {words()[WAY[number][0]]}" for number in (0, 1, 4, 5))
    assert max(each["seconds"] for each in told) < SOON
    assert not any(each["attention"] for each in told)
    assert not cases.differences(cases.standing(case_database), without_prefect(home, region, 8))


@pytest.mark.long
def test_a_server_that_is_killed_while_a_list_is_shown(
    home: Path, region: Region, case_database: Database, running_server: Server
) -> None:
    """Design "Prefect may be away": the list of candidates is for who looks at Prefect; nobody waits for it."""
    with deciding_people(case_database, running_server) as decide:
        case = decide(0, None)["case"]
        for number in range(1, 4):
            decide(number, case)
        told = decide(4, case, kill="commit")
    assert not cases.differences(cases.standing(case_database), without_prefect(home, region, 5))
    assert told["seconds"] < SOON


def test_a_busy_prefect_makes_wait(prefect_server: str, prefect_home: Path) -> None:
    """Design "Prefect may be away": its server writes to SQLite from more sides at once; a new run waits for its turn and
    is not refused (503), which would cost seconds each time."""
    flow = (
        httpx.post(f"{prefect_server}/flows/", json={"name": "druk"}, timeout=PATIENCE).raise_for_status().json()["id"]
    )
    run = {"flow_id": flow, "state": {"type": "PENDING"}}
    with closing(sqlite3.connect(prefect_home / "prefect" / "prefect.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{prefect_server}/flow_runs/", json=run, timeout=1)
    assert httpx.post(f"{prefect_server}/flow_runs/", json=run, timeout=PATIENCE).is_success


def test_prefect_is_away(database: Database) -> None:
    """Design "Prefect may be away": nobody listens there; the case moves, untracked, and says so."""
    with Runner(f"http://127.0.0.1:{free_port()}/api") as away:
        case = None
        for number in range(2):
            case, ended = away.decide(*decision(number, case), WHEN[number])
            assert (ended.tracked, ended.attention) == (False, False)
    assert any('"step": "mediation"' in row for row in cases.standing(database))


HTTP_503 = httpx.HTTPStatusError("503", request=httpx.Request("POST", "http://x"), response=httpx.Response(503))
GONE_WRONG: dict[str, State[Any]] = {
    "a call within the flow failed": Failed(data=HTTP_503),
    "failed without a word": Failed(),
    "crashed": Crashed(message="the process was told to stop"),
}


def following(monkeypatch: pytest.MonkeyPatch, state: State[Any]) -> Runner:
    """A runner whose server answers, and whose runs all end like this: Prefect has more ways than can be made to happen."""
    monkeypatch.setattr(Tracker, "answers", lambda _: True)
    monkeypatch.setattr(Tracker, "run", lambda *_: state)
    return Runner("http://prefect.example.nl/api")


@pytest.mark.parametrize("how", GONE_WRONG)
def test_a_run_that_prefect_spoiled_is_run_again_without_it(
    database: Database, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Design "Prefect may be away": how Prefect says it failed does not matter; people and cases do not wait for it."""
    with following(monkeypatch, GONE_WRONG[how]) as runner:
        _, ended = runner.decide(*decision(0, None), WHEN[0])
    assert (ended.tracked, ended.attention) == (False, False)
    assert not cases.work_left(database)


def test_a_mistake_of_the_program_is_not_hidden_by_prefect(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design "Prefect may be away": what is not Prefect's fault is told as it is, with Prefect too."""
    told: State[Any] = Failed(data=UserError("De database is nog niet ingericht."))
    with following(monkeypatch, told) as runner, pytest.raises(UserError, match="ingericht"):
        runner.move(None, "verplaatsen", cases.MOVER_COMES)
