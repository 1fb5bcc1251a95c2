"""Runs migrations on the connection of the program (one way in: models.schema.migrate)."""

from alembic import context

from models.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
