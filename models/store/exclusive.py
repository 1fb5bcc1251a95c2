"""Whose turn it is: work that one process at a time may do. The turn ends with the process, whatever happens to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from filelock import FileLock, Timeout
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from models.store.database import Database

_STAYS = text("SET LOCAL idle_in_transaction_session_timeout = 0")  # the turn takes as long as the work


@contextmanager
def exclusively(database: Database, work: str) -> Iterator[bool]:
    """Take the turn if nobody has it, without waiting: whether it is ours, until the end of the block. Raises Unreachable.

    PostgreSQL: a lock of a transaction that does nothing else. SQLite: a lock on a file beside the database; it stays behind, empty.
    """
    if database.is_sqlite:
        lock = FileLock(f"{database.url.database}.{work}", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()
        return
    with database.reading() as session:
        # of the transaction, not of the connection: behind PgBouncer the connection is somebody else's after each transaction
        named = func.hashtextextended(func.concat(func.current_schema(), ".", work), 0)
        ours = bool(session.scalar(select(func.pg_try_advisory_xact_lock(named))))
        session.execute(_STAYS)
        try:
            yield ours
        finally:
            with suppress(DBAPIError):  # a connection that is gone has taken the lock with it
                session.rollback()
