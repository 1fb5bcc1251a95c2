"""A dossier in a database, and ways to take a list in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from acts.intake.report import Import
from models.store.database import Database, using
from rules.shared.region import Region
from tests.support.client_lists import register, taking_in
from tests.support.databases import with_region


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
