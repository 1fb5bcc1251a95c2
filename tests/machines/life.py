"""One life of a region, for a machine that tries to break the gates: a database, a clock, and chance."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from hypothesis import strategies as st

from flexroute.clock import AMSTERDAM
from flexroute.settings import practising
from models.store.database import Database, using
from rules.shared.region import Region
from tests.machines.watched import Watched
from tests.support.assignments import unlike_the_rules
from tests.support.databases import with_region
from tests.support.logged import read

SEEDS = st.integers(0, 2**32 - 1)  # one draw an act: many small ones would end an example early


DECIDED = """
CREATE TEMP VIEW decided AS
SELECT decision.*, escalation_case.id AS case_id, meeting.id AS meeting_id, stop_dossier.id AS dossier_id, stop_child.id AS child_id
FROM decision
LEFT JOIN escalation_case ON escalation_case.reference = subject
LEFT JOIN meeting ON meeting.reference = subject
LEFT JOIN stop_dossier ON stop_dossier.reference = subject
LEFT JOIN stop_child ON stop_child.reference = subject
"""
DETAILS = """
SELECT reference, 'flex' AS process, 'case' AS kind FROM escalation_case
UNION ALL SELECT reference, 'flex', 'meeting' FROM meeting
UNION ALL SELECT reference, 'stop', 'stop' FROM stop_dossier
UNION ALL SELECT reference, 'stop', 'child' FROM stop_child
"""


class Life:
    """Its own copy of a database, read with SQL of its own, so that nothing of the program is believed."""

    template: ClassVar[Path]  # a database that was migrated once
    runner: ClassVar[Watched]
    begins: ClassVar[date]

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="gates-"))
        shutil.copy(self.template, self.home / "case.db")
        self.settings = practising(home=self.home, database_url="", portal_url="https://flexroute.example.nl/")
        self.settings.__enter__()
        self.database = Database(f"sqlite:///{self.home / 'case.db'}")
        self.in_use = using(self.database)
        self.in_use.__enter__()
        self.sql = sqlite3.connect(self.home / "case.db", isolation_level=None)
        self.sql.row_factory = sqlite3.Row
        self.sql.execute(DECIDED)
        self.now = datetime(self.begins.year, self.begins.month, self.begins.day, 9, tzinfo=AMSTERDAM).astimezone(UTC)
        self.acts = 0
        self.seen: Any = None

    def teardown(self) -> None:
        try:
            self.every_subject_has_its_details()
            logged = [line for line in read(self.home) if line["event"] == "decision"]
            assert len(logged) == self.size("decision")
        finally:
            self.sql.close()
            self.in_use.__exit__(None, None, None)
            self.settings.__exit__(None, None, None)
            shutil.rmtree(self.home)

    def every_subject_has_its_details(self) -> None:
        """None is an identity alone, and nothing is kept that has none."""
        subjects = {tuple(row) for row in self.all("SELECT reference, process, kind FROM subject")}
        assert subjects == {tuple(row) for row in self.all(DETAILS)}

    def assignments(self) -> None:
        """Who must act stands as the rules derive it now."""
        assert unlike_the_rules(self.database) == {}

    def chance(self, seed: int) -> Random:
        """The same seed at another moment is another act."""
        self.acts += 1
        return Random(f"{seed}.{self.acts}")

    @classmethod
    def copy_from(cls, template: Path, region: Region) -> None:
        """A database is migrated once, with this region; each life gets a copy."""
        with with_region(template, region):
            cls.template = template

    @property
    def today(self) -> date:
        return self.now.astimezone(AMSTERDAM).date()

    def day(self, offset: int = 0) -> str:
        return (self.today + timedelta(days=offset)).isoformat()

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self.sql.execute(sql, values).fetchall()

    def size(self, table: str, where: str = "1") -> int:
        return int(self.sql.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])

    def version(self) -> int:
        """Another one after anybody wrote."""
        return int(self.sql.execute("PRAGMA data_version").fetchone()[0])
