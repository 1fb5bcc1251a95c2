"""Runs migrations on the connection of the program (one way in: models.store.schema.migrate)."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from models.store.schema import METADATA


def plain_types(_kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """New migrations name the library's own types shortly."""
    names = {AutoString: "sa.String()", UTCDateTime: "UTCDateTime()"}
    return names.get(type(item), False)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=plain_types,
)
with context.begin_transaction():
    context.run_migrations()
