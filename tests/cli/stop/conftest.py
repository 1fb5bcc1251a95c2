"""What tests of the commands about dossiers share: one clock for people and program."""

from __future__ import annotations

import pytest

from flexroute import clock
from tests.support.dossiers import People

NOW = "2026-10-05T09:00"


@pytest.fixture
def people(people: People, monkeypatch: pytest.MonkeyPatch) -> People:
    """People whose moment is that of the program too."""
    monkeypatch.setattr(clock, "now", lambda: people.now)
    return people
