"""What the tests of the command line share: a command in this process with a home and a clock of its own, and a first case."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from flexroute import settings as flexroute_settings
from models.store import database as models_database
from rules.shared.region import Region
from tests.support.commands import Run, Said
from tests.support.databases import with_region
from tests.support.flex_acts import CANNOT, REFERRAL
from tests.support.private import SECRETS

START = "2026-03-02T09:00"
CASE = "ZB-2026-000001"
REFERRALS = """\
eigen kenmerk;verwijzer;verwijsroute;opdracht;aanbieder;ontvangen op;gemeentecode;naam;geboortedatum;bsn
K-1;ref-lt;lokaal team;B;Jeugdhulp Noord;02-03-2026;0599;Proefjeugdige Kornoelje;09-05-2014;999900006
"""


@pytest.fixture
def cli(tmp_path: Path, flexroute: Run) -> Iterator[Run]:
    """Calls a command in this process: its own home, its own clock, nothing remembered from the command before."""

    def run(*args: str, now: str = START, **environment: str | None) -> Said:
        given = {"FLEXROUTE_HOME": str(tmp_path / "home"), "FLEXROUTE_NOW": now, "COLUMNS": "140", **environment}
        variables = {name: value for name, value in given.items() if value is not None}
        forget()
        with patch.dict(os.environ, variables):
            said = flexroute(*args)
        forget()
        assert "Traceback" not in said.out + said.err
        assert not [secret for secret in SECRETS if secret in said.out + said.err]
        return said

    def forget() -> None:
        flexroute_settings._from_environment.cache_clear()
        if models_database._current and "engine" in vars(models_database._current):
            models_database._current.close()
        models_database._current = None

    yield run
    forget()


@pytest.fixture
def practice(cli: Run, tmp_path: Path, region: Region) -> Run:
    """A database with the region of the scenarios."""
    (tmp_path / "home").mkdir()
    with with_region(tmp_path / "home" / "flexroute.db", region):
        return cli


@pytest.fixture
def one_case(practice: Run, tmp_path: Path) -> Run:
    """And one case, at its first step."""
    file = tmp_path / "verwijzing.json"
    file.write_text(json.dumps(REFERRAL), encoding="utf-8")
    said = practice("act", "register_referral", "--by", "ref-lt", "--with", f"@{file}", "--no-prefect")
    assert said.code == 0
    return practice


def decide(run: Run, act: str, by: str, now: str, given_: dict[str, Any], *more: str) -> Said:
    return run("act", act, "--case", CASE, "--by", by, "--with", json.dumps(given_), "--no-prefect", *more, now=now)


def at_table(run: Run) -> None:
    """The case goes to the meeting of 10 March."""
    assert decide(run, "record_assessment", "sys-noord", "2026-03-05T15:00", CANNOT).code == 0
    assert decide(run, "decide_mediation", "tz-anna", "2026-03-06T10:00", {"outcome": "table", "reason": "x"}).code == 0


def stored(tmp_path: Path) -> list[Any]:
    """Everything that is in the case database, row by row."""
    with sqlite3.connect(tmp_path / "home" / "flexroute.db") as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines
