"""Where an installation keeps what it keeps: one home per user, whatever folder one stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from flexroute.errors import UserError
from flexroute.settings import Settings, _from_environment
from tests.support.commands import Run


@pytest.fixture
def of_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of somebody who set nothing."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "share"))
    monkeypatch.delenv("FLEXROUTE_HOME", raising=False)
    return tmp_path / "share" / "flexroute"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where one happens to stand."""
    here = tmp_path / "ergens"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def test_one_home_whatever_folder(of_user: Path, folder: Path) -> None:
    """The same home from everywhere; nothing is made by asking for it."""
    assert Settings().home == of_user
    assert not of_user.exists()
    assert list(folder.iterdir()) == []


def test_where(cli: Run, tmp_path: Path) -> None:
    """It says where everything is and whether there is a database; nothing is made."""
    said = cli("where")
    assert said.code == 0
    assert f"{tmp_path / 'home'} (FLEXROUTE_HOME)" in said.out
    assert "is er nog niet: flexroute init" in said.out
    assert not (tmp_path / "home").exists()
    assert cli("init").code == 0
    known = cli("where", "--json").json
    assert (known["environment"], known["set_up"], known["former_database"]) == ("practice", True, None)
    assert known["home"] == str(tmp_path / "home")


@pytest.mark.parametrize("command", [["cases"], ["init"], ["run", "--no-prefect"]], ids=" ".join)
def test_a_database_of_before_is_named(cli: Run, of_user: Path, folder: Path, command: list[str]) -> None:
    """Until now it was in `data` where one stood: nobody goes on with an empty one without hearing how to move it."""
    former = folder / "data" / "flexroute.db"
    former.parent.mkdir()
    former.touch()
    said = cli(*command, FLEXROUTE_HOME=None)
    assert said.code == 1
    assert f"{former}. Verplaats" in said.err
    assert f"mv {former.parent} {of_user}" in said.err
    assert not of_user.exists()
    assert f"database van eerder: {former}" in cli("where", FLEXROUTE_HOME=None).err


def test_a_home_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty is not the folder where one stands; ~ is one's own."""
    monkeypatch.setenv("FLEXROUTE_HOME", "~/route")
    assert Settings().home == Path.home() / "route"
    monkeypatch.setenv("FLEXROUTE_HOME", "")
    with pytest.raises(UserError, match="FLEXROUTE_HOME: vul een map in"):
        _from_environment.__wrapped__()
