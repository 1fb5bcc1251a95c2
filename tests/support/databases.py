"""Databases for tests, of either kind: migrated once by this process, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from sqlalchemy import make_url, text

from models.region.directory import store_region
from models.store.database import Database, using
from models.store.schema import migrate
from rules.shared.region import Region


def copy_migrated(database: Database) -> None:
    """As `migrate` of a SQLite file that is not there yet, but copied."""
    shutil.copy(_migrated(), str(database.url.database))


@contextmanager
def with_region(file: Path, region: Region) -> Iterator[Database]:
    """A new SQLite database in this file, in use, with this region."""
    shutil.copy(_with_region(region.model_dump_json(by_alias=True)), file)
    with using(Database(f"sqlite:///{file}")) as database:
        yield database


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="flexroute-templates-")


@cache
def _migrated() -> Path:
    file = Path(_folder().name, "migrated.db")
    with using(Database(f"sqlite:///{file}")) as database:
        migrate(database)
    return file


@cache
def _with_region(region: str) -> Path:
    file = Path(_folder().name, f"{uuid4().hex}.db")
    shutil.copy(_migrated(), file)
    with using(Database(f"sqlite:///{file}")) as database, database.writing() as session:
        store_region(session, Region.model_validate_json(region))
    return file


class Postgresql:
    """A server on which every test gets a database of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._outside = Database(url)
        self._templates: dict[str, str] = {}

    @contextmanager
    def fresh(self, region: Region | None = None, migrated: bool = False) -> Iterator[Database]:
        """A new database in use: empty, migrated, or with this region. It goes also when somebody still holds a connection."""
        name = f"test_{uuid4().hex}"
        template = self._template(region) if region or migrated else "template0"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            with using(self._database(name)) as database:
                yield database
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def hurry(self) -> None:
        """Never wait for the disk: a test may lose what a power cut takes."""
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    def close(self) -> None:
        """Leave the server as it was."""
        for name in self._templates.values():
            self._run(f"DROP DATABASE {name} WITH (FORCE)")
        self._outside.close()

    def _template(self, region: Region | None) -> str:
        key = region.model_dump_json(by_alias=True) if region else ""
        if key not in self._templates:
            name = f"template_{uuid4().hex}"
            self._run(f"CREATE DATABASE {name} TEMPLATE template0")
            with using(self._database(name)) as database:
                migrate(database)
                if region:
                    with database.writing() as session:
                        store_region(session, region)
            self._templates[key] = name
        return self._templates[key]

    def _database(self, name: str) -> Database:
        return Database(make_url(self.url).set(database=name).render_as_string(hide_password=False))

    def _run(self, statement: str) -> None:
        with self._outside.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(statement))
