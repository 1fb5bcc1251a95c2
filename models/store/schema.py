"""The tables of the case database, brought up to date by migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlmodel import SQLModel, select

from flexroute import clock
from models.region.directory import RegionRecord, load_region
from models.store import sign_in as _sign_in  # noqa: F401 - tables of no process
from models.store.assignment import derive_anew
from models.store.database import Database
from rules.shared.process import processes

METADATA = SQLModel.metadata  # of every table that was imported: `import processes` brings all of them


def migrate(database: Database) -> None:
    """Create or update the tables; what is up to date stays as it is. Raises Unreachable."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    with database.writing() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")
        if session.exec(select(RegionRecord.id)).first():  # this version may assign otherwise than the one before
            for process in reversed(processes()):
                process.region.hold_open(session)
            derive_anew(session, load_region(session), clock.now())
