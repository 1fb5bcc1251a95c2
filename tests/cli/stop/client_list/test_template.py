"""`flexroute children-template`: to fill in, and to be taken in again (S-14, S-17)."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from acts.intake.report import Import
from models.stop.dossier import StopChild
from models.store.database import Database
from models.store.youth import Youth
from tests.support.client_lists import FIRST, HEAD, STOP, register, taking_in
from tests.support.commands import Run
from tests.support.stored import rows


def _filled(path: Path, *rows: list[Any]) -> bytes:
    """A template that somebody filled in, in a spreadsheet program: there a choice that begins with = stays text."""
    book = load_workbook(path)
    for row in rows:
        book.worksheets[0].append(row)
    for line in book.worksheets[0].iter_rows():
        for cell in line:
            cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_template_that_is_filled_in_can_be_imported(cli: Run, database: Database, tmp_path: Path) -> None:
    """S-14, S-17: everything that may be chosen in the template is understood, and nothing in it counts as a child."""
    stop = register(database, contract_ends_on="2026-12-31", locations=["Locatie Noord", "=Zuid, hof"])
    file = tmp_path / "sjabloon.xlsx"
    said = cli("children-template", file, "--stop", stop)
    assert (said.code, said.out) == (0, f"Weggeschreven naar {file}.\n")
    take_in = taking_in(database, tmp_path)
    assert take_in(file.read_bytes(), stop=stop, name="leeg.xlsx") == Import()
    choices = _choices(file)
    assert choices == {
        "soort zorg": ["herstelgericht", "duurzaam"],
        "fase": ["voortraject", "lopende zorg", "afronding zorg"],
        "zorgvorm": ["ambulant individueel", "gezinshuis"],
        "locatie": ["Locatie Noord", "=Zuid, hof"],
    }
    days, youth = [date(2025, 1, 15), date(2026, 12, 31)], ["Proef", date(2014, 5, 9), "999900006"]
    lines = [
        [f"00{care}{phase}{form}", "0599", care, phase, form, "=Zuid, hof", *days, *youth]
        for care in choices["soort zorg"]
        for phase in choices["fase"]
        for form in choices["zorgvorm"]
    ]
    done = take_in(_filled(file, *lines), stop=stop, name="vol.xlsx")
    assert (len(done.new), done.wrong) == (12, [])
    assert {child.sender_reference for child in rows(database, StopChild)} == {line[0] for line in lines}


def _choices(path: Path) -> dict[str, list[str]]:
    """What the lists of the first sheet offer, by title."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        column = str(rule.sqref).partition("2")[0]
        name, _, where = rule.formula1.replace("$", "").partition("!")
        cells = [cell for (cell,) in book[name][where]]
        assert {cell.data_type for cell in cells} == {"s"}  # no formula, whatever somebody called a location
        found[sheet[f"{column}1"].value] = [cell.value for cell in cells]
        assert str(rule.sqref) == f"{column}2:{column}1048576"
    return found


def test_the_template_keeps_zeros_and_shows_days_as_people_write_them(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "sjabloon.xlsx"
    assert cli("children-template", file, "--json").json == {"ok": True, "file": str(file)}
    book = load_workbook(file)
    sheet, told = book.worksheets[:2]
    titles = [cell.value for cell in sheet[1]]
    assert titles == [
        "eigen kenmerk", "gemeentecode", "soort zorg", "fase", "zorgvorm", "locatie", "aanmelddatum", "toewijzing tot",
        "naam", "geboortedatum", "bsn",
    ]  # fmt: skip
    assert (sheet.max_row, sheet.freeze_panes, told.title) == (1, "A2", "Uitleg")
    formats = {
        title: sheet.column_dimensions[get_column_letter(number)].number_format
        for number, title in enumerate(titles, 1)
    }
    assert {title for title, shown in formats.items() if shown == "@"} == {"eigen kenmerk", "gemeentecode", "bsn"}
    days = {"aanmelddatum", "toewijzing tot", "geboortedatum"}
    assert {title for title, shown in formats.items() if shown == "dd-mm-yyyy"} == days
    assert list(_choices(file)) == ["soort zorg", "fase"]


def test_the_template_explains_each_column(cli: Run, database: Database, tmp_path: Path) -> None:
    """Every column with what must, what may, and an example that itself would be taken in."""
    file = tmp_path / "sjabloon.xlsx"
    cli("children-template", file, "--stop", STOP)
    told = [[str(cell.value or "") for cell in row] for row in load_workbook(file)["Uitleg"].iter_rows()]
    assert any(f"--stop {STOP}" in row[0] for row in told)
    start = next(number for number, row in enumerate(told) if row[0] == "kolom")
    about = {row[0]: dict(zip(told[start], row, strict=True)) for row in told[start + 1 :]}
    assert list(about) == [cell.value for cell in load_workbook(file).worksheets[0][1]]
    assert {name for name, row in about.items() if row["invullen"] == "ja"} == {*HEAD.split(";")} - {"toewijzing tot"}
    assert all(row[key] for row in about.values() for key in ("invullen", "uitleg", "wat mag", "voorbeeld"))
    assert about["zorgvorm"]["wat mag"] == "kies een van: ambulant individueel / gezinshuis"
    examples = [list(about), [row["voorbeeld"] for row in about.values()]]
    assert len(taking_in(database, tmp_path)(examples).new) == 1


def test_a_template_as_csv(cli: Run, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "sjabloon.CSV"
    assert cli("children-template", file).code == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")  # else Excel reads accents wrong
    line = "C-1;0599;duurzaam;lopend;gezinshuis;;15-01-2025;31-12-2026;José;;\r\n"
    done = taking_in(database, tmp_path)(file.read_bytes() + line.encode())
    assert done == Import(new=[(2, FIRST)])
    assert rows(database, Youth)[0].data == {"name": "José"}


def test_a_template_never_takes_the_place_of_a_file(cli: Run, tmp_path: Path) -> None:
    for name in ("mijn.xlsx", "mijn.csv"):
        file = tmp_path / name
        file.write_text("werk van een week")
        said = cli("children-template", file)
        assert (said.code, said.out) == (1, "")
        assert "bestaat al en blijft zoals het is" in said.err
        assert file.read_text() == "werk van een week"


def test_a_template_that_cannot_be_written(cli: Run, tmp_path: Path) -> None:
    for name, more, told in (
        ("lijst.ods", (), "eindigt op .csv of .xlsx"),
        ("geen map/lijst.xlsx", (), "kan niet worden geschreven"),
        ("lijst.xlsx", ("--stop", "ST-2026-000009"), "Er is geen dossier"),
    ):
        said = cli("children-template", tmp_path / name, *more)
        assert (said.code, said.out) == (1, "")
        assert told in said.err
        assert not (tmp_path / name).exists()
