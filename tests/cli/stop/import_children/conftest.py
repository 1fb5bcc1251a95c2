"""A dossier in a database, and ways to take a list in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.list_report import Import
from flexroute import clock
from models.store.database import Database, using
from rules.shared.region import Region
from tests.cli.stop.import_children.client_lists import register, taking_in
from tests.support.commands import Run, Said
from tests.support.databases import with_region
from tests.support.lists import NOW
from tests.support.private import SECRETS


@pytest.fixture
def stop(database: Database) -> str:
    return register(database)


@pytest.fixture
def take_in(database: Database, stop: str, tmp_path: Path) -> Callable[..., Import]:
    return taking_in(database, tmp_path)


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory, region: Region) -> Iterator[Database]:
    """One for all the tests that are about what is in a file, not about the database."""
    with with_region(tmp_path_factory.mktemp("lijst") / "lijst.db", region) as database:
        register(database)
        yield database


@pytest.fixture
def read(one_database: Database, tmp_path: Path) -> Iterator[Callable[..., Import]]:
    """As take_in, in a database that this test does not have for itself: what it takes in is for it to take away."""
    with using(one_database):
        yield taking_in(one_database, tmp_path)


@pytest.fixture
def cli(database: Database, stop: str, flexroute: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls a command, on the day of these tests. Nothing private is ever told."""
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def run(*args: object) -> Said:
        said = flexroute(*map(str, args))
        assert not [secret for secret in SECRETS if secret in said.out + said.err]
        return said

    return run
