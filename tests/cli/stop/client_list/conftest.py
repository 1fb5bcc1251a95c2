"""A dossier in a database, a command on that day, and a way to take a list in without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from acts.intake.report import Import
from flexroute import clock
from models.store.database import Database
from tests.support.client_lists import register, taking_in
from tests.support.commands import Run, Said
from tests.support.lists import NOW
from tests.support.private import SECRETS


@pytest.fixture
def stop(database: Database) -> str:
    return register(database)


@pytest.fixture
def take_in(database: Database, stop: str, tmp_path: Path) -> Callable[..., Import]:
    return taking_in(database, tmp_path)


@pytest.fixture
def cli(database: Database, stop: str, flexroute: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls a command, on the day of these tests. Nothing private is ever told."""
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def run(*args: object) -> Said:
        said = flexroute(*map(str, args))
        assert not [secret for secret in SECRETS if secret in said.out + said.err]
        return said

    return run
