"""`flexroute portal`: it says where it is, and ends with whoever started it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cli.portal import free_port
from flexroute.network import is_taken
from models.store.database import Database
from tests.support.commands import Run

START_SECONDS = 60


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, pytest.param(signal.SIGHUP, marks=pytest.mark.long)])
def test_it_ends_with_who_started_it(case_database: Database, home: Path, how: signal.Signals) -> None:
    """Also when that is killed: the portal hears that nobody holds its standard input any more."""
    case_database.close()
    port = free_port(18_000)
    program = [sys.executable, "-c", "from cli.main import program; program()"]
    command = [*program, "portal", "--no-prefect", "--port", str(port)]
    environment = os.environ | {"FLEXROUTE_HOME": str(home)}
    started = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert started.stdout
    assert f"http://localhost:{port}" in started.stdout.readline()
    (portal,) = psutil.Process(started.pid).children()
    started.send_signal(how)
    started.wait(START_SECONDS)
    gone, alive = psutil.wait_procs([portal], START_SECONDS)
    started.stdout.close()
    assert (len(gone), alive) == (1, [])
    assert not is_taken(port)


def test_a_port_that_is_taken(flexroute: Run, case_database: Database) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = flexroute("portal", "--port", str(port))
    assert said.code == 1
    assert f"Op poort {port} luistert al een ander programma." in said.err
