"""Consoles that are not UTF-8, a standard output that takes nothing, and names that would steer a terminal."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cli.output import raw
from tests.cli.conftest import CASE, START
from tests.conftest import ROOT
from tests.support.commands import Run

ESCAPE = "\x1b[2J\x1b]0;titel\x07\x9b31m\u202e"
NAME = "Zoë “Łukasz” Testé"


def started(folder: Path, command: str, encoding: str = "utf-8") -> tuple[int, bytes, str]:
    """A command as the shell of somebody with such a console starts it."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith(("FLEXROUTE_", "PREFECT_"))}
    variables |= {"FLEXROUTE_HOME": str(folder / "home"), "FLEXROUTE_NOW": START, "PYTHONIOENCODING": encoding}
    variables |= {"PYTHONPATH": str(ROOT), "flexroute": f"{sys.executable} -m cli.main"}
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=variables, capture_output=True, check=False)
    said = done.stderr.decode(encoding, "replace")
    assert "Traceback" not in said
    assert "Er ging iets mis" not in said
    return done.returncode, done.stdout, said


def known_as(folder: Path, name: str) -> None:
    """A reference as a program of before may have kept it."""
    with closing(sqlite3.connect(folder / "home" / "flexroute.db")) as connection, connection:
        connection.execute("UPDATE escalation_case SET sender_reference = ?, trouble = ?", (name, name))


@pytest.fixture
def named(one_case: Run, tmp_path: Path) -> Path:
    """A case that its sender knows under a name with signs that few code pages have."""
    known_as(tmp_path, NAME)
    return tmp_path


@pytest.mark.parametrize(
    "encoding", ["cp850", *(pytest.param(one, marks=pytest.mark.long) for one in ("latin-1", "ascii"))]
)
def test_other_consoles(named: Path, encoding: str) -> None:
    """The whole text, with a question mark for a sign that the code page lacks; JSON says the same in ASCII."""
    code, out, _ = started(named, f"$flexroute case {CASE} && $flexroute act take_over --help", encoding)
    assert code == 0
    text = out.decode(encoding)
    assert f"eigen kenmerk: {NAME.encode(encoding, 'replace').decode(encoding)}" in text
    assert "Brieven" in text.partition("eigen kenmerk")[2]
    code, out, _ = started(named, "$flexroute cases --json", encoding)
    assert code == 0
    assert json.loads(out.decode("ascii"))[0]["sender_reference"] == NAME


DEAD = {
    "a full disk": "$flexroute {} > /dev/full",
    "who reads has gone": "$flexroute {} | true; exit ${{PIPESTATUS[0]}}",
}


@pytest.mark.parametrize("where", DEAD)
@pytest.mark.parametrize(
    "command",
    [
        "cases --json",
        *(pytest.param(one, marks=pytest.mark.long) for one in ("cases", "--help", "act weg --by x --json")),
    ],
)
def test_a_dead_standard_output(named: Path, where: str, command: str) -> None:
    """One sentence in Dutch, exit 1; never a stack trace."""
    code, _, said = started(named, DEAD[where].format(command))
    assert code in ((1,) if "json" in command or where == "a full disk" else (0, 1))
    assert where != "a full disk" or "De uitvoer kan niet worden geschreven" in said
    assert len(said.splitlines()) <= 1


def test_what_was_recorded_is_not_taken_for_failed(named: Path) -> None:
    """The act is recorded; who cannot be told so hears that it stays."""
    act = f"act record_assessment --case {CASE} --by sys-noord can_deliver=nee ground=demand_peak --with @- --json"
    code, _, said = started(named, f'echo \'{{"explanation": "Vol"}}\' | $flexroute {act} --no-prefect > /dev/full')
    assert code == 1
    assert "Wat is vastgelegd, blijft staan." in said
    with closing(sqlite3.connect(named / "home" / "flexroute.db")) as connection:
        assert connection.execute("SELECT step FROM escalation_case").fetchall() == [("mediation",)]


def test_a_closed_standard_output(named: Path) -> None:
    """Nobody wants to hear it: that is no error."""
    assert started(named, "$flexroute cases >&-") == (0, b"", "")


def test_a_name_cannot_steer_a_terminal(one_case: Run, tmp_path: Path) -> None:
    """Escape and other control signs are made visible, in texts, tables and messages; in JSON they are escaped."""
    known_as(tmp_path, ESCAPE)
    for command in (
        ["case", CASE],
        ["cases"],
        ["cases", "--json"],
        ["case", ESCAPE],
        ["cases", "--waiting-for", ESCAPE],
    ):
        said = one_case(*command)
        shown = said.out + said.err
        assert not set(ESCAPE) & set("\x1b\x07\x9b\u202e") & set(shown)
    assert "␛[2J" in one_case("case", CASE).out
    assert one_case("cases", "--json").json[0]["sender_reference"] == ESCAPE


def test_a_paper_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is shown and not written: its control signs are made visible there, and nowhere else."""
    raw(ESCAPE.encode())
    assert capsys.readouterr().out == ESCAPE
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    raw(ESCAPE.encode())
    assert capsys.readouterr().out == "␛[2J␛]0;titel␇\\u009b31m\\u202e"


def test_an_argument_that_is_no_text(one_case: Run) -> None:
    """What a terminal of another encoding sent is told before anything is looked for; nothing is recorded."""
    for command in (
        ["cases", "--waiting-for", "\udcff"],
        ["act", "take_over", "--case", CASE, "--by", "tz-anna", "reason=\udcff"],
    ):
        said = one_case(*command)
        assert (said.code, said.out) == (2, "")
        assert "geen tekst is (UTF-8); typ het opnieuw" in said.err
