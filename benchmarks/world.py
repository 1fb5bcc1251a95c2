"""Where the benchmarks run: the example region with fifty flex providers, on a fresh database of either kind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

import processes  # noqa: F401 - they register themselves
from models.region.directory import store_region
from models.region.file import read_region
from models.store.database import Database, using
from models.store.schema import migrate
from rules.shared.region import Contract, Organisation, Region

FLEX_PROVIDERS = 50


def region() -> Region:
    """The example region, its flex providers replaced by fifty for opdracht B."""
    base = read_region(Path(__file__).parent.parent / "regions" / "grjr.yaml")
    contract = Contract.model_validate({"kind": "flex", "opdrachten": ["B"], "from": "2024-01-01", "to": "2028-12-31"})
    flex = tuple(
        Organisation(
            id=f"flex-{n:02d}",
            name=f"Flex {n}",
            mail=f"intake@flex{n}.example.nl",
            agb=f"900010{n:02d}",
            contracts=(contract,),
            flex_order=n,
        )
        for n in range(FLEX_PROVIDERS)
    )
    others = tuple(o for o in base.organisations if not o.is_flex_provider())
    return base.model_copy(update={"organisations": others + flex})


@contextmanager
def fresh(postgresql: str | None) -> Iterator[Database]:
    """An empty case database with the region: in PostgreSQL at this address, or SQLite in a temporary file."""
    with tempfile.TemporaryDirectory() as folder:
        if postgresql is None:
            database = Database(f"sqlite:///{folder}/flexroute.db")
        else:
            schema = f"bench_{uuid4().hex}"
            outside = Database(postgresql)
            with outside.writing() as session:
                session.connection().execute(text(f"CREATE SCHEMA {schema}"))
            outside.close()
            database = Database(postgresql, schema)
        with using(database):
            migrate(database)
            with database.writing() as session:
                store_region(session, region())
            yield database
