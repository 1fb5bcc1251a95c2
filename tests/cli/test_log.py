"""The log of commands: it is in nobody's way, and says of an error what people do not hear."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flexroute import log
from flexroute.settings import practising, settings
from tests.conftest import SCENARIOS
from tests.support.commands import Run
from tests.support.flex_acts import CANNOT
from tests.support.logged import lines
from tests.support.private import TYPED


def test_an_error_of_the_program(practice: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People hear that something went wrong; where, is in the log."""

    def breaks(*_: Any) -> None:
        raise RuntimeError(TYPED)

    monkeypatch.setattr("cli.cases.load_region", breaks)
    assert practice("cases").code == 1
    (trouble,) = lines(tmp_path / "home", "trouble")
    assert trouble["errors"] == ["builtins.RuntimeError"]
    assert trouble["where"][-1].startswith("cli.cases:")


def test_it_stops_nobody(one_case: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that cannot be written: the act is recorded and moved; people hear it once."""
    monkeypatch.setattr(log._Telling, "told", False)
    cannot = json.dumps(CANNOT)
    given = (
        "act",
        "record_assessment",
        "--case",
        "ZB-2026-000001",
        "--by",
        "sys-noord",
        "--with",
        cannot,
        "--no-prefect",
    )
    said = one_case(*given, FLEXROUTE_LOG=str(tmp_path))
    assert (said.code, said.err) == (
        0,
        "Let op: het logboek kan niet worden geschreven (dit is een map). Het werk gaat door.\n",
    )
    assert "Vastgelegd" in said.out
    assert [line["act"] for line in lines(tmp_path / "home", "decision")] == ["register_referral"]


def test_practice_has_its_own(cli: Run, tmp_path: Path) -> None:
    """What is played is not in the log of the real work."""
    story = next((SCENARIOS / "flex").glob("*.yaml"))
    said = cli("play", str(story), "--no-prefect", FLEXROUTE_LOG=str(tmp_path / "real.log"))
    assert (said.code, said.err, (tmp_path / "real.log").exists()) == (0, "", False)
    with practising(home=tmp_path):
        assert settings().log_to == str(tmp_path / "flexroute.log")
