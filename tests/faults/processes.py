"""The program in processes of its own, which can be killed. They are forked from one that has imported everything: no second each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic, sleep

# what each of them would import anew otherwise: two seconds, most of them Prefect
import holidays.countries  # noqa: F401
import prefect.artifacts  # noqa: F401
from sqlalchemy.orm import configure_mappers

import flows.deadline_watch
import flows.deliver_mail
import flows.flex_route
import flows.mover
import flows.stop_provider
import flows.table_prep  # noqa: F401
from cli.main import main
from flexroute.settings import settings
from models.store.database import Database

PATIENCE = 180  # seconds for a process that must come to its end
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])
configure_mappers()


def environment(database: Database, now: datetime, **other: str) -> dict[str, str]:
    """The settings of a process that works on this database at this moment."""
    url = database.url.render_as_string(hide_password=False)
    return {
        "FLEXROUTE_DATABASE_URL": url,
        "FLEXROUTE_NOW": now.isoformat(),
        "FLEXROUTE_HOME": str(settings().home),
        **other,
    }


def _flexroute(given: dict[str, str], arguments: Sequence[str], said: str, start: Barrier | None) -> None:
    os.environ.update(given)
    sys.argv = ["flexroute", *arguments]
    with Path(said).open("w", encoding="utf-8") as sys.stdout:
        sys.stderr = sys.stdout
        if start:
            start.wait(PATIENCE)
        main()


def fork(
    given: dict[str, str], *arguments: str, said: str = os.devnull, start: Barrier | None = None
) -> ForkServerProcess:
    """`flexroute … --no-prefect` with these settings; what it says goes to a file; it begins when all at `start` are there."""
    process = PROCESSES.Process(target=_flexroute, args=(given, [*arguments, "--no-prefect"], said, start))
    process.start()
    return process


def told(given: dict[str, str], *arguments: str) -> tuple[int | None, str]:
    """The same to its end: the exit code, and what it says."""
    with NamedTemporaryFile("r", encoding="utf-8") as file:
        return ended(fork(given, *arguments, said=file.name)), file.read()


def spawn(given: dict[str, str], module: str, *arguments: str) -> subprocess.Popen[str]:
    """A module of the program with these settings, in a new Python and a group of processes of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=Path(__file__).parents[2],
        env=os.environ | given,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def ended(process: ForkServerProcess) -> int | None:
    """Wait for its end; answers with its exit code."""
    process.join(PATIENCE)
    return process.exitcode


def until(look: Callable[[], object], patience: float = PATIENCE, pause: float = 0.05) -> None:
    """Look again until it is so. Between two looks, each a query or a request, the others get the processor."""
    deadline = monotonic() + patience
    while not look():
        assert monotonic() < deadline, "it does not come"
        sleep(pause)
