"""The tables of the case database, brought up to date by migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlmodel import SQLModel

from models.store.database import Database

METADATA = SQLModel.metadata  # of every table that was imported: `import processes` brings all of them


def migrate(database: Database) -> None:
    """Create or update the tables; what is up to date stays as it is. Raises Unreachable."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    with database.writing() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")
