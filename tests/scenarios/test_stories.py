"""Every story holds: on both databases, followed by Prefect and not, with the same result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cli.player import driver, scenario
from cli.player import play as player
from flexroute.settings import practising
from flows.mover import Ended, Runner
from models.store.database import Database
from tests.conftest import SCENARIOS
from tests.support.databases import copy_migrated

PUBLIC = [file for folder in ("flex", "stop") for file in sorted((SCENARIOS / folder).glob("*.yaml"))]
OWN = [file for folder in ("more", "more_stop") for file in sorted((SCENARIOS / folder).glob("*.yaml"))]
ON_SQLITE, ON_POSTGRESQL = OWN[::2], OWN[1::2]  # of our own each on one of both
FOLLOWED = ("fx-02", "fx-10", "fx-19", "st-02", "st-05")  # in `make test`; between them they run every flow
NOBODY = "ex-71-nobody-knows-who-acts"
LONGEST = ("fx-10", "fx-13", "fx-19", "st-01", "st-02")


def stories(files: list[Path], small: tuple[str, ...] = ()) -> list[Any]:
    """Each by its name. Those that are not in the small size are of the long tests."""
    marks = {file: () if not small or file.stem[:5] in small else pytest.mark.long for file in files}
    return [pytest.param(file, id=file.stem, marks=marks[file]) for file in files]


class Followed(Runner):
    """A runner that fails when Prefect did not follow a run."""

    def run(self, *given: object, **named: object) -> Ended:
        ended = super().run(*given, **named)  # type: ignore[arg-type]
        assert ended.tracked
        return ended


@pytest.fixture(scope="module")
def plain() -> Iterator[Runner]:
    with Runner(None) as runner:
        yield runner


@pytest.fixture(scope="module")
def followed(prefect_server: str) -> Iterator[Runner]:
    with Followed(prefect_server) as runner:
        yield runner


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[driver.Api]:
    with practising(home=tmp_path_factory.mktemp("portal")), driver.api() as made:
        yield made


@pytest.fixture(autouse=True, scope="module")
def _made_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """The world is read once, and a database of either kind migrated once."""
    in_a_file = player._fresh

    def fresh(url: str | None, home: Path) -> AbstractContextManager[Database]:
        return request.getfixturevalue("postgresql").fresh(migrated=True) if url else in_a_file(url, home)

    def migrate(database: Database) -> None:
        if database.is_sqlite:
            copy_migrated(database)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scenario, "_yaml", cache(scenario._yaml))
        patch.setattr(player, "_fresh", fresh)
        patch.setattr(player, "migrate", migrate)
        yield


def holds(file: Path, runner: Runner, database_url: str | None = None, through: driver.Driver | None = None) -> None:
    assert player.play(scenario.load(file), runner, database_url, through).failures == []


@pytest.mark.parametrize("file", stories(PUBLIC + ON_SQLITE))
def test_holds_on_sqlite(file: Path, plain: Runner) -> None:
    holds(file, plain)


@pytest.mark.parametrize("file", stories(PUBLIC + ON_POSTGRESQL, small=FOLLOWED + LONGEST))
def test_holds_on_postgresql(file: Path, plain: Runner, postgresql_url: str) -> None:
    holds(file, plain, postgresql_url)


@pytest.mark.sampled
@pytest.mark.parametrize("file", stories(PUBLIC, small=FOLLOWED))
def test_holds_followed_by_prefect(file: Path, followed: Runner) -> None:
    holds(file, followed)


@pytest.mark.long
@pytest.mark.parametrize("file", [param for param in stories(PUBLIC) if param.id[:5] in ("fx-10", "st-02")])
def test_holds_on_postgresql_followed_by_prefect(file: Path, followed: Runner, postgresql_url: str) -> None:
    holds(file, followed, postgresql_url)


@pytest.mark.long  # some of them in `make test`: tests/cli/test_play.py
@pytest.mark.sampled
@pytest.mark.parametrize("file", [*stories(PUBLIC), *stories([file for file in OWN if file.stem == NOBODY])])
def test_holds_through_the_api(file: Path, plain: Runner, api: driver.Api) -> None:
    holds(file, plain, through=api)


@pytest.mark.long
@pytest.mark.sampled
@pytest.mark.parametrize("file", stories(PUBLIC))
def test_holds_through_the_api_on_postgresql(file: Path, plain: Runner, api: driver.Api, postgresql_url: str) -> None:
    holds(file, plain, postgresql_url, api)
