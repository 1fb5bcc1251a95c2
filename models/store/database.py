"""Engine and sessions for both sizes: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from glob import escape
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlmodel import Session, SQLModel

from flexroute import log, progress
from flexroute.errors import Entangled, UserError
from flexroute.private_files import keep_home_private, keep_private, write_privately
from flexroute.settings import settings
from models.store.database_address import address
from models.store.database_errors import NOT_SET_UP, in_dutch

LOCK_WAIT_MS = 15_000
ATTEMPTS = 5
_WHEN_COMMITTED = "log"
PART = 5000  # PostgreSQL takes 65,535 parameters in a statement, SQLite half of that or more


class Database:
    """A case database. `schema` keeps several apart in one PostgreSQL database."""

    def __init__(self, url: str, schema: str | None = None) -> None:
        self.url = address(url)
        if schema:
            self.url = self.url.update_query_dict({"options": f"-csearch_path={schema}"})

    @property
    def is_sqlite(self) -> bool:
        """SQLite has one writer at a time and no row locks."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def _file(self) -> Path | None:
        name = self.url.database if self.is_sqlite else None
        return Path(name) if name and not name.startswith((":memory:", "file:")) else None

    @property
    def shown(self) -> str:
        """Its address without a password, for people."""
        url = self.url.set(query={}) if self.is_sqlite else self.url
        url = url.set(database=str(self._file.resolve())) if self._file else url
        return url.render_as_string(hide_password=True)

    @property
    def is_there(self) -> bool:
        """Whether its file exists; a database on a server, or in memory, is taken to be there. Raises OSError: it cannot be."""
        try:
            return self._file is None or bool(self._file.stat())
        except FileNotFoundError:
            return False

    @cached_property
    def engine(self) -> Engine:
        """The engine, made at first use. SQL errors hide their parameters: they may hold data of a youth."""
        if self.is_sqlite:
            if self.url.database:
                file = Path(self.url.database)
                file.parent.mkdir(parents=True, exist_ok=True)
                keep_private(file.parent.glob(f"{escape(file.name)}*"))
            engine = create_engine(self.url, hide_parameters=True, connect_args={"timeout": LOCK_WAIT_MS / 1000})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        engine = create_engine(self.url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 10})
        event.listen(engine, "connect", _prepare_postgresql)
        return engine

    @cached_property
    def _writer(self) -> Engine:
        return self.engine.execution_options(write=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads. Raises Unreachable."""
        with self._told(), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it or nothing. On SQLite it waits for its turn as the only writer. Raises Unreachable."""
        with self._told(), Session(self._writer) as session:
            yield session
            session.flush()
            with self._told(committing=True):
                session.commit()
            progress.committed()
            log.write(*session.info.get(_WHEN_COMMITTED, ()))

    @contextmanager
    def _told(self, committing: bool = False) -> Iterator[None]:
        """Errors of the database as people hear them."""
        try:
            yield
        except IntegrityError:
            raise  # for who knows what it means here
        except DatabaseError as error:
            file = self.url.database if self.is_sqlite else None
            raise in_dutch(error, file, committing) or error from None

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def when_committed(session: Session, events: Iterable[log.Event]) -> None:
    """The log gets these lines once this transaction is committed, and not when it is undone."""
    session.info.setdefault(_WHEN_COMMITTED, []).extend(events)


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


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """Behind a pool in transaction mode (PgBouncer) every transaction has another server, which does not know what was prepared.

    Such a pool shows: the number of the server that answers is not the one that was told when we connected.
    """
    with connection.cursor() as cursor:
        answering = cursor.execute("SELECT pg_backend_pid()").fetchone()[0]
    connection.rollback()
    if answering != connection.info.backend_pid:
        connection.prepare_threshold = None


def in_parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """So many at a time as one statement takes."""
    for start in range(0, len(values), PART):
        yield values[start : start + PART]


T = TypeVar("T")


def retrying(transaction: Callable[[], T]) -> T:
    """Do a whole transaction, and do it again when it and another one waited for each other. Raises what it raises."""
    for _ in range(ATTEMPTS - 1):
        try:
            return transaction()
        except Entangled:
            continue
    return transaction()


_current: Database | None = None


def current(new: bool = False) -> Database:
    """The case database of this process: that of the settings, unless another one is in use. Raises UserError.

    Where there is none yet only `new` makes it: who looks makes nothing.
    """
    global _current
    if _current is None:
        write_privately()
        keep_home_private(settings().home)
        database = Database(settings().database)
        if (former := settings().former_database) and not database.is_there:
            raise UserError(_moved(former, settings().home))
        if not new and not database.is_there:
            raise UserError(NOT_SET_UP)
        _current = database
    return _current


def _moved(former: Path, home: Path) -> str:
    return (
        f"Er is nog geen database in {home}, maar wel een van eerder: {former}. Verplaats de hele map daarheen "
        f"(mkdir -p {home.parent} && mv {former.parent} {home}), of werk daar verder met FLEXROUTE_HOME={former.parent}."
    )


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
