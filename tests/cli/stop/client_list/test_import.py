"""`flexroute import-children`: what is told of each line, and what moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from acts import perform
from models.stop.dossier import StopChild
from models.store.database import Database
from models.store.youth import Youth
from tests.support.client_lists import COUNTS, FIRST, HEAD, LINE, STOP, listed, many
from tests.support.commands import Run
from tests.support.lists import NOW
from tests.support.stored import counts, rows, unsettled


def test_the_command_tells_of_each_line_and_moves_the_news(cli: Run, database: Database, tmp_path: Path) -> None:
    """S-14, S-17: good lines in, wrong ones told with exit 1, known ones with their reference; no cell is repeated."""
    file = tmp_path / "lijst.csv"
    file.write_text(
        f"{HEAD};naam;geboortedatum;bsn\n{LINE};Proefjeugdige Kornoelje;09-05-2014;999900006\n"
        f"{LINE.replace('C-1', 'C-2')};Proefjeugdige Kornoelje;31-02-2014;\n"
        f"{LINE.replace('C-1', 'C-3')};Proefjeugdige Kornoelje;;999900007\n"
        f"{LINE.replace('C-1', 'C-4').replace('0599', '999900006')};;;\n"
    )
    args = ("import-children", file, "--stop", STOP, "--by", "zonnewende", "--no-prefect")
    said = cli(*args)
    assert said.code == 1
    assert "1 nieuw, 0 al bekend, 3 fout." in said.out
    assert f"regel 2: {FIRST}\n" in said.out
    assert unsettled(database) == []
    said = cli(*args)
    assert said.code == 1
    assert "0 nieuw, 1 al bekend, 3 fout." in said.out
    assert f"regel 2: {FIRST} (al bekend, niets gewijzigd)" in said.out
    said = cli(*args, "--json")
    told = said.json
    assert (said.code, told["ok"], told["new"], told["tracked"]) == (1, False, [], False)
    assert told["known"] == [{"line": 2, "reference": FIRST}]
    wrong = [(one["line"], one["column"]) for one in told["wrong"]]
    assert wrong == [(3, "geboortedatum"), (4, "bsn"), (5, "gemeentecode")]


@pytest.mark.parametrize(
    ("second", "differs"),
    [
        (f"{LINE};Proefjeugdige Kornoelje", ""),
        (f"{LINE};", ""),  # nothing private is said
        (f"{LINE};Iemand anders", "name"),
        (f"{LINE.replace('duurzaam', 'herstelgericht')};", "care"),
        (f"{LINE.replace('31-12-2026', '31-01-2027')};", "allocation_ends_on"),
        (f"{LINE.replace('15-01-2025', '2025-01-15')};", ""),
    ],
)
def test_a_child_that_is_known_with_other_data_is_told(
    cli: Run, database: Database, tmp_path: Path, second: str, differs: str
) -> None:
    """S-14, S-17: nothing changes, and whoever sent it hears that it is not the same."""
    file = tmp_path / "lijst.csv"
    args = ("import-children", file, "--stop", STOP, "--by", "zonnewende", "--no-prefect")
    file.write_text(f"{HEAD};naam\n{LINE};Proefjeugdige Kornoelje\n")
    cli(*args)
    before = [row.model_dump() for kind in (StopChild, Youth) for row in rows(database, kind)]
    file.write_text(f"{HEAD};naam\n{second}\n")
    said = cli(*args)
    counted = "0 nieuw, 0 al bekend, 0 fout, 1 om naar te kijken." if differs else "0 nieuw, 1 al bekend, 0 fout."
    assert (said.code, counted in said.out) == (1 if differs else 0, True)
    assert ("al bekend, met andere gegevens; niets gewijzigd" in said.out) == bool(differs)
    told, one = cli(*args, "--json").json, {"line": 2, "reference": FIRST}
    assert told["ok"] == (not differs)
    assert told["known_otherwise"] == ([one | {"differs": [differs]}] if differs else [])
    assert told["known"] == ([] if differs else [one])
    assert [row.model_dump() for kind in (StopChild, Youth) for row in rows(database, kind)] == before


def test_a_list_without_mistakes_ends_well(cli: Run, database: Database, tmp_path: Path) -> None:
    """More than fifty at once are moved together with whatever else has news."""
    file = tmp_path / "lijst.csv"
    file.write_text(listed(*many(60)))
    perform(database, "record_counts", STOP, "zonnewende", COUNTS, NOW)
    said = cli("import-children", file, "--stop", STOP, "--by", "zonnewende", "--no-prefect", "--json")
    assert (said.code, len(said.json["new"])) == (0, 60)
    assert unsettled(database) == []


def test_a_list_of_which_nothing_is_taken_in_moves_nothing(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "lijst.csv"
    file.write_text(listed(LINE.replace("0599", "9999")))
    said = cli("import-children", file, "--stop", STOP, "--by", "zonnewende", "--no-prefect")
    assert "0 nieuw, 0 al bekend, 1 fout." in said.out
    assert "verplaatst" not in said.out


def test_an_import_moves_what_an_earlier_one_left(cli: Run, take_in: Any, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "lijst.csv"
    file.write_text(listed(LINE))
    take_in(listed(LINE))
    assert unsettled(database) == ["add_child"]
    said = cli("import-children", file, "--stop", STOP, "--by", "zonnewende", "--no-prefect")
    assert said.code == 0
    assert "0 nieuw, 1 al bekend, 0 fout." in said.out
    assert unsettled(database) == []


def test_what_cannot_be_taken_in_at_all(cli: Run, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "lijst.csv"
    before = counts(database)
    for stop, by, content, told in (
        (STOP, "bosrand", HEAD, "Geweigerd: Dit mag alleen: de stoppende aanbieder."),
        ("ST-2026-000009", "zonnewende", HEAD, "Er is geen dossier of jeugdige met kenmerk ST-2026-000009."),
        (STOP, "zonnewende", "kleur;vorm\nrood;rond\n", "geen kop"),
        (STOP, "zonnewende", "", "is leeg"),
    ):
        file.write_text(content)
        said = cli("import-children", file, "--stop", stop, "--by", by, "--no-prefect")
        assert (said.code, said.out) == (1, "")
        assert told in said.err
        assert counts(database) == before
