"""Three hundred cases with news, made once; each test gets a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexroute.settings import practising
from flows.mover import Runner
from models.store.database import Database, using
from rules.shared.region import Region
from tests.conftest import MadeOnce
from tests.faults import cases
from tests.support.databases import with_region


@pytest.fixture(scope="session")
def three_hundred(made_once: MadeOnce, region: Region) -> Iterator[Database]:
    """A database that nobody changes: 300 cases with something decided that nobody has moved."""

    def made(home: Path) -> Path:
        with practising(home=home), with_region(home / "made.db", region) as database:
            cases.make(database, 300)
        return home / "made.db"

    database = Database(f"sqlite:///{made_once('three-hundred.db', made)}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def undisturbed(three_hundred: Database, made_once: MadeOnce) -> Iterator[Counter[str]]:
    """Where one mover brings them when nothing happens to it."""

    def moved(home: Path) -> Path:
        with practising(home=home), using(Database(f"sqlite:///{home / 'moved.db'}")) as database:
            cases.copy(three_hundred, database)
            with Runner(None) as runner:
                assert not runner.move(None, "ongestoord", cases.MOVER_COMES).attention
        return home / "moved.db"

    database = Database(f"sqlite:///{made_once('undisturbed.db', moved)}")
    yield cases.standing(database)
    database.close()
