"""The power fails while a scheduled run is about to start: server and worker come back, and every job runs again by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

from flexroute import clock
from flows.runtime.local_prefect import answers
from models.store.database import Database
from models.store.job import JobRun
from tests.conftest import ROOT
from tests.faults.processes import environment, spawn, until
from tests.support.mail_servers import free_port

EVERY = 20  # seconds: nobody waits five minutes for a test
LASTS = 240  # seconds of patience
OFTEN = {"sweep"}  # of the jobs of every five minutes: each start of a run takes Prefect seconds


class Machine:
    """`flexroute server` and a worker with the deployments of prefect.yaml, as docs/operations.md says; killed as by a power cut."""

    def __init__(self, home: Path, database: Database) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        given = environment(database, clock.now(), FLEXROUTE_HOME=str(home))
        del given["FLEXROUTE_NOW"]
        self.given = given | {"PREFECT_API_URL": self.url, "PREFECT_HOME": str(home / "worker")}
        self.given |= {"FLEXROUTE_CHECKOUT": str(ROOT), "PYTHONPATH": str(ROOT)}
        self.running: list[subprocess.Popen[str]] = []

    def on(self) -> None:
        self.running.append(spawn(self.given, "cli.main", "server", "--port", str(self.port)))
        until(lambda: answers(self.url), LASTS)

    def work(self) -> None:
        self.running.append(spawn(self.given, "prefect", "worker", "start", "--pool", "flexroute"))

    def off(self) -> None:
        """Everything at once, with what each of them started."""
        for process in self.running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        self.running.clear()

    def prefect(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", *arguments], env=os.environ | self.given, check=True
        )

    def runs(self, *types: str) -> list[dict[str, Any]]:
        with suppress(httpx.HTTPError):
            wanted = {"flow_runs": {"state": {"type": {"any_": types}}}}
            found: list[dict[str, Any]] = httpx.post(f"{self.url}/flow_runs/filter", json=wanted, timeout=60).json()
            return found
        return []


@pytest.fixture
def machine(new_prefect_home: Callable[[], Path], case_database: Database) -> Iterator[Machine]:
    made = Machine(new_prefect_home(), case_database)
    yield made
    made.off()


def completed(database: Database) -> dict[str, Any]:
    with database.reading() as session:
        return {name: row.completed_at for name in OFTEN if (row := session.get(JobRun, name)) and row.completed_at}


@pytest.mark.long
@pytest.mark.timeout(1_200)
def test_jobs_run_again_after_a_power_cut(machine: Machine, case_database: Database, tmp_path: Path) -> None:
    """Server and worker are killed while scheduled runs are pending, before anything ever ran; started again, every job completes
    by itself, again and again, under a name that tells what it is."""
    deployments = YAML(typ="safe", pure=True).load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    deployments["deployments"] = [one for one in deployments["deployments"] if one["name"] in OFTEN]
    for one in deployments["deployments"]:
        one["schedules"] = [{"interval": EVERY}]
    with (tmp_path / "soon.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(deployments, file)
    machine.on()
    machine.prefect("work-pool", "create", "flexroute", "--type", "process")
    machine.prefect("deploy", "--all", "--prefect-file", str(tmp_path / "soon.yaml"))
    machine.work()
    until(lambda: machine.runs("PENDING"), LASTS)
    machine.off()
    before = completed(case_database)
    machine.on()
    assert machine.runs("PENDING", "RUNNING"), "nothing was left behind"
    machine.work()
    until(lambda: completed(case_database).keys() == OFTEN, LASTS)
    first = completed(case_database)
    until(lambda: all(moment > first[name] for name, moment in completed(case_database).items()), LASTS)
    assert not before
    assert all(" · " in run["name"] for run in machine.runs("COMPLETED"))
