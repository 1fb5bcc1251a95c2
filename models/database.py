"""Engine and sessions for both sizes: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, OperationalError
from sqlmodel import Session, SQLModel

from flexroute.errors import Entangled, Unreachable, UserError
from flexroute.settings import settings

LOCK_WAIT_MS = 15_000
ATTEMPTS = 5
DEADLOCK = "40P01"  # of PostgreSQL
NO_ROOM = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "53100")  # the last one of PostgreSQL
NO_SUCH_TABLE = ("42P01", "42703")  # of PostgreSQL; and no such column


class Database:
    """A case database. `schema` keeps several apart in one PostgreSQL database."""

    def __init__(self, url: str, schema: str | None = None) -> None:
        try:
            self.url = make_url(url.replace("postgresql://", "postgresql+psycopg://", 1))
        except ArgumentError:
            raise UserError(
                "Het adres van de database klopt niet. Voorbeeld: postgresql://gebruiker@server/flexroute of sqlite:///data/flexroute.db"
            ) from None
        if self.url.get_backend_name() not in ("sqlite", "postgresql"):
            raise UserError("Flexroute werkt met SQLite of PostgreSQL; dit adres is van een andere database.")
        if schema:
            self.url = self.url.update_query_dict({"options": f"-csearch_path={schema}"})

    @property
    def is_sqlite(self) -> bool:
        """SQLite has one writer at a time and no row locks."""
        return self.url.get_backend_name() == "sqlite"

    @cached_property
    def engine(self) -> Engine:
        """The engine, made at first use. SQL errors hide their parameters: they may hold data of a youth."""
        if self.is_sqlite:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(self.url, hide_parameters=True, connect_args={"timeout": LOCK_WAIT_MS / 1000})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        return create_engine(self.url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 10})

    @cached_property
    def _writer(self) -> Engine:
        return self.engine.execution_options(write=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads. Raises Unreachable."""
        with _told(), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it or nothing. On SQLite it waits for its turn as the only writer. Raises Unreachable."""
        with _told(), Session(self._writer) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def upsert(session: Session, table: type[SQLModel]) -> Any:
    """An INSERT of this database that may say what to do on a conflict: both kinds can, each with its own statement."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins; the driver must not
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={LOCK_WAIT_MS}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN")


def _code(error: DatabaseError) -> str:
    """The error as the database names it: the SQLSTATE of PostgreSQL, the name of SQLite."""
    return str(getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", ""))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # for who knows what it means here
    except DatabaseError as error:
        text, code = str(error.orig).lower(), _code(error)
        if code == DEADLOCK:
            raise Entangled("De database is bezet. Er is niets gewijzigd; probeer het zo nog eens.") from None
        if code in NO_ROOM:
            raise Unreachable(
                "De schijf van de database is vol. Er is niets gewijzigd. Maak ruimte vrij en probeer het dan opnieuw."
            ) from None
        if "locked" in text or "busy" in text:
            raise Unreachable(
                "De database is bezet door een ander programma. Er is niets gewijzigd; probeer het zo nog eens."
            ) from None
        if "no such table" in text or "no such column" in text or code in NO_SUCH_TABLE:
            raise UserError("De database is nog niet ingericht. Doe eerst: flexroute init") from None
        if "not a database" in text:
            raise UserError("Dit bestand is geen database van Flexroute. Controleer FLEXROUTE_DATABASE_URL.") from None
        if not isinstance(error, OperationalError):
            raise
        raise Unreachable(
            "De database is niet bereikbaar. Er is niets gewijzigd. Controleer FLEXROUTE_DATABASE_URL en of de database draait."
        ) from None


T = TypeVar("T")


def again(transaction: Callable[[], T]) -> T:
    """Do a whole transaction, and do it again when it and another one waited for each other. Raises what it raises."""
    for _ in range(ATTEMPTS - 1):
        try:
            return transaction()
        except Entangled:
            continue
    return transaction()


_current: Database | None = None


def current() -> Database:
    """The case database of this process: that of the settings, unless another one is in use."""
    global _current
    if _current is None:
        _current = Database(settings().database)
    return _current


def in_use() -> Database | None:
    """The case database if this process has used one."""
    return _current


@contextmanager
def using(database: Database) -> Iterator[Database]:
    """Work on another database for a while (the scenario player, tests)."""
    global _current
    before, _current = _current, database
    try:
        yield database
    finally:
        _current = before
        database.close()
