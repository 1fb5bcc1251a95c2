"""A database of its own, and a way to take a list in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from acts.flex.referral_list import import_referrals
from acts.intake.report import Import
from models.store.database import Database
from rules.shared.region import Region
from tests.support.databases import with_region
from tests.support.lists import NOW, xlsx


@pytest.fixture
def database(case_database: Database) -> Database:
    """What is in a file is the same for every kind of database."""
    return case_database


@pytest.fixture(scope="module")
def shared_database(tmp_path_factory: pytest.TempPathFactory, region: Region) -> Iterator[Database]:
    """One for all the examples of hypothesis."""
    with with_region(tmp_path_factory.mktemp("lijst") / "lijst.db", region) as database:
        yield database


@pytest.fixture
def take_in(database: Database, tmp_path: Path) -> Any:
    """Import a text, bytes, or rows (as XLSX)."""

    def run(
        content: Any, by: str = "ref-lt", now: datetime = NOW, name: str | None = None, again: bool = False
    ) -> Import:
        if isinstance(content, list):
            content, name = xlsx(content), name or "verwijzingen.xlsx"
        path = tmp_path / (name or "verwijzingen.csv")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_referrals(database, path, by, now, again)

    return run
