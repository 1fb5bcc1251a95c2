"""Three hundred cases with news, made once; each test gets a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from flexroute.settings import practising
from flows.mover import Runner
from models.region.directory import store_region
from models.store.database import Database, using
from models.store.schema import migrate
from rules.shared.region import Region
from tests.faults import cases


@pytest.fixture(scope="session")
def three_hundred(tmp_path_factory: pytest.TempPathFactory, region: Region) -> Iterator[Database]:
    """A database that nobody changes: 300 cases with something decided that nobody has moved."""
    home = tmp_path_factory.mktemp("cases")
    with practising(home=home), using(Database(f"sqlite:///{home / 'made.db'}")) as database:
        migrate(database)
        with database.writing() as session:
            store_region(session, region)
        cases.make(database, 300)
    yield database
    database.close()


@pytest.fixture(scope="session")
def undisturbed(three_hundred: Database, tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """Where one mover brings them when nothing happens to it."""
    home = tmp_path_factory.mktemp("moved")
    with (
        practising(home=home),
        using(Database(f"sqlite:///{home / 'moved.db'}")) as database,
        Runner(None) as runner,
    ):
        migrate(database)
        cases.copy(three_hundred, database)
        assert not runner.move(None, "ongestoord", cases.MOVER_COMES).attention
        return cases.standing(database)
