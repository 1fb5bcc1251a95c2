"""The tables of the case database, brought up to date by migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlmodel import SQLModel

from models.flex import case, meeting
from models.region import directory
from models.stop import consultation
from models.stop import dossier as stop
from models.store import job, letter, reference
from models.store.database import Database

METADATA = SQLModel.metadata
FAMILIES = (case, consultation, directory, job, letter, meeting, reference, stop)  # importing them fills the metadata


def migrate(database: Database) -> None:
    """Create or update the tables; what is up to date stays as it is. Raises Unreachable."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.writing() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")
