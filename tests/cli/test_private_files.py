"""C.4: what the program writes is for its user alone, also in a home that was there already."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flexroute.private_files import keep_home_private, keep_private
from tests.cli.conftest import START
from tests.conftest import ROOT
from tests.support.flex_acts import REFERRAL
from tests.support.private import PRIVATE


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def readable_by_others(folder: Path) -> list[str]:
    """What group or everybody may do something with."""
    return [str(path) for path in (folder, *folder.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]


COMMANDS = """import shlex, sys
from cli.main import program
for command in sys.argv[1:]:
    sys.argv = ["flexroute", *shlex.split(command)]
    try:
        program()
    except SystemExit as ended:
        assert not ended.code, command
"""


def real(folder: Path, *commands: str, **more: str) -> None:
    """These commands as somebody starts them, after each other in one process: most of the time goes into its start."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith(("FLEXROUTE_", "PREFECT_"))}
    variables |= {"FLEXROUTE_HOME": str(folder / "home"), "FLEXROUTE_NOW": START, "PYTHONPATH": str(ROOT), **more}
    subprocess.run(
        [sys.executable, "-c", COMMANDS, *commands], cwd=folder, env=variables, check=True, capture_output=True, umask=0
    )


@pytest.mark.parametrize(
    "there", [pytest.param(False, marks=pytest.mark.long, id="a new home"), pytest.param(True, id="a home of before")]
)
def test_a_home_is_for_its_user(tmp_path: Path, there: bool) -> None:
    """The database and what SQLite keeps beside it, letters, Prefect's folder, and what a command writes to a file."""
    work = tmp_path / "work"
    work.mkdir(mode=0o700)
    home = work / "home"
    if there:
        for folder in (home, home / "letters", home / "prefect"):
            folder.mkdir(mode=0o755)
        for file in ("flexroute.db", "prefect/prefect.db", "prefect/prefect.db-wal"):
            (home / file).touch(mode=0o666)
    (work / "verwijzing.json").write_text(json.dumps({**REFERRAL, "private": PRIVATE}))
    (work / "verwijzing.json").chmod(0o600)
    real(
        work,
        "init",
        "act register_referral --by ref-lt --with @verwijzing.json --no-prefect",
        "deliver --no-prefect",
        "region export regio.yaml",
        "children-template lijst.xlsx",
    )
    assert (work / "regio.yaml").exists()
    assert list((home / "letters").iterdir())
    assert readable_by_others(work) == []
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_a_database_elsewhere(tmp_path: Path) -> None:
    """Its file too, when it was there."""
    (tmp_path / "elders").mkdir(mode=0o755)
    file = tmp_path / "elders" / "zaken.db"
    file.touch(mode=0o666)
    real(tmp_path, "init", FLEXROUTE_DATABASE_URL=f"sqlite:///{file}")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_folder_for_everybody_stays_that(tmp_path: Path) -> None:
    """Somebody whose home is /tmp does not take it from the others; and no home is no error."""
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    keep_home_private(shared)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    keep_home_private(tmp_path / "weg")


def modes(home: Path) -> list[str]:
    return [f"{stat.S_IMODE(path.stat().st_mode):o}" for path in (home, *sorted(home.iterdir()))]


@pytest.mark.parametrize(
    ("home_mode", "after"),
    [
        (0o2770, ["2770", "660", "2770", "640"]),  # shared: setgid, and closed to everybody else
        (0o2750, ["2750", "660", "2770", "640"]),
        (0o2775, ["2700", "600", "2770", "600"]),  # as a umask makes it where the folder above is setgid
        (0o770, ["700", "600", "2770", "600"]),
        (0o755, ["700", "600", "2770", "600"]),
    ],
)
def test_a_home_that_is_shared_on_purpose(tmp_path: Path, home_mode: int, after: list[str]) -> None:
    """C.4: whoever opened it to a group keeps that, for the home, each folder in it, and what is in them; nobody else gets in."""
    home = tmp_path / "home"
    (home / "letters").mkdir(parents=True)
    for file, mode in (("flexroute.db", 0o666), ("flexroute.log", 0o644), ("letters", 0o2770)):
        (home / file).touch()
        (home / file).chmod(mode)
    home.chmod(home_mode)
    keep_home_private(home)
    keep_private(home.glob("flexroute.db*"))  # as the database and the log do for themselves
    assert modes(home) == [after[0], after[1], after[3], after[2]]
