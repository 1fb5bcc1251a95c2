"""The commands with which a place begins: init, region, route."""

from __future__ import annotations

import re
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from models.region.file import read_region, write_region
from rules.flex.route import mermaid
from rules.shared.region import Region
from tests.cli.conftest import stored
from tests.conftest import WORLD
from tests.support.commands import Run


def test_init_twice_keeps_what_is_there(one_case: Run, tmp_path: Path) -> None:
    """A second init changes nothing; without a file the example region is loaded, and only where there is none."""
    before = stored(tmp_path)
    said = one_case("init")
    assert said.code == 0
    assert said.out.startswith("Klaar.")
    assert stored(tmp_path) == before


def test_init_loads_the_example_region(cli: Run) -> None:
    """The first command on a fresh machine: a database and a region to practise with."""
    assert cli("init", "--json").json["region"] == "grjr"
    assert cli("cases", "--json").json == []


@pytest.mark.parametrize("command", [["init", "--region"], ["region", "check"], ["region", "import"]], ids=" ".join)
def test_a_wrong_region_file_is_told_with_line_and_key(practice: Run, tmp_path: Path, command: list[str]) -> None:
    """Every door for a region file names the line and the key that is wrong, and changes nothing."""
    file = tmp_path / "regio.yaml"
    file.write_text(WORLD.read_text(encoding="utf-8").replace("assessment_days: 7", "assessment_days: x"))
    before = stored(tmp_path)
    said = practice(*command, str(file))
    assert (said.code, said.out) == (1, "")
    assert "regel 8: settings.assessment_days: hier hoort een heel getal" in said.err
    assert "regel 8" in practice(*command, str(file), "--json").json["error"]
    assert stored(tmp_path) == before


@pytest.mark.parametrize("command", [["init", "--region"], ["region", "check"], ["region", "import"]], ids=" ".join)
def test_a_missing_region_file(practice: Run, command: list[str]) -> None:
    """A file that is not there is told by name."""
    said = practice(*command, "weg.yaml")
    assert said.code == 1
    assert "weg.yaml kan niet worden gelezen" in said.err


def test_region_check(cli: Run) -> None:
    """A good file is told what is in it; no database is needed."""
    said = cli("region", "check", str(WORLD))
    assert said.code == 0
    assert said.out == (
        "Goed. Gemeenschappelijke Regeling Jeugdhulp Rijnmond (voorbeeld): 5 tafels, 20 organisaties, 6 mensen.\n"
    )
    assert cli("region", "check", str(WORLD), "--json").json == {"ok": True, "region": "grjr-example"}


@pytest.mark.parametrize("command", [["init", "--region"], ["region", "check"], ["region", "import"]], ids=" ".join)
def test_a_file_in_the_form_of_before(practice: Run, tmp_path: Path, command: list[str]) -> None:
    """It is taken, and how to write it now is told, to people only; what is written then needs no advice."""
    file = tmp_path / "regio.yaml"
    file.write_text(WORLD.read_text(encoding="utf-8"), encoding="utf-8")
    said = practice(*command, str(file))
    assert said.code == 0
    assert said.err.startswith(
        "Tip: in regio.yaml staan onder settings nog instellingen van een proces. Dat blijft werken."
    )
    assert "\nprocesses:\n  flex: {assessment_days: 7, escalation_working_days: 1," in said.err
    assert said.err.endswith(
        "  stop: {stop_term_months: 12, stop_term_warnings_months: [3, 1], file_transfer_days: 28}\n"
    )
    assert practice(*command, str(file), "--json").err == ""
    assert practice("region", "import", str(file), "--json").code == 0
    assert practice("region", "export", str(file)).code == 0
    assert practice(*command, str(file)).err == ""


def test_the_example_region_needs_no_advice(cli: Run) -> None:
    with as_file(files("regions") / "grjr.yaml") as path:
        assert cli("region", "check", str(path)).err == ""


def test_region_export_and_import(practice: Run, tmp_path: Path, region: Region) -> None:
    """What goes out comes in again: to a file, to the screen, as JSON."""
    file = tmp_path / "uit.yaml"
    assert practice("region", "export", str(file)).out == f"Weggeschreven naar {file}.\n"
    assert read_region(file) == region
    shown = practice("region", "export")
    assert shown.out == file.read_text(encoding="utf-8")
    told = practice("region", "export", "--json").json
    assert Region.model_validate(told["region"]) == region
    assert practice("region", "import", str(file)).out.startswith("Overgenomen.")
    assert practice("region", "import", str(file), "--json").json == {"ok": True, "region": "grjr-example"}
    assert practice("region", "export", str(tmp_path)).code == 1  # a folder


def test_region_import_that_drops_what_a_case_needs(one_case: Run, tmp_path: Path, region: Region) -> None:
    """Refused, in words, and the database is as it was."""
    smaller = region.model_copy(
        update={
            "organisations": tuple(o for o in region.organisations if o.id != "sys-noord"),
            "tables": tuple(
                t.model_copy(update={"participants": tuple(p for p in t.participants if p != "sys-noord")})
                for t in region.tables
            ),
        }
    )
    file = tmp_path / "kleiner.yaml"
    file.write_text(write_region(smaller), encoding="utf-8")
    before = stored(tmp_path)
    said = one_case("region", "import", str(file))
    assert said.code == 1
    assert "Er is niets gewijzigd" in said.err
    assert stored(tmp_path) == before


def test_route_is_the_route_of_the_rules(cli: Run) -> None:
    """The picture is drawn from the rules that move cases, so it cannot lie (F-41); no database is needed."""
    assert cli("route").out == mermaid()
    assert cli("route", "--json").json == {"mermaid": mermaid()}


def test_names_are_shown_as_they_are(cli: Run, tmp_path: Path) -> None:
    """Square brackets and colons in a name are no markup: they are shown, and break nothing."""
    file = tmp_path / "regio.yaml"
    text = WORLD.read_text(encoding="utf-8").replace("name: Jeugdhulp Noord", 'name: "Noord [/rood] :smile:"')
    file.write_text(text.replace("name: B/C-tafel (minus C1)", 'name: "B/C [bold]"'), encoding="utf-8")
    assert cli("init", "--region", str(file)).code == 0
    shown = " ".join(re.sub("[│┃]", " ", cli("tables").out).split())
    assert "B/C [bold]" in shown
    assert "[/rood] :smile:" in shown
