"""An empty list to fill in: CSV, or XLSX with lists to choose from and an explanation of each column."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from acts.intake.columns import Columns
from acts.intake.rows import LAST_EXCEL_ROW
from flexroute.errors import UserError, why

TEXT, DAY = "@", "dd-mm-yyyy"
USUAL_WIDTH = 18
A_DAY, NO = "een dag: dd-mm-jjjj", "nee"


@dataclass(frozen=True)
class Told:
    """What a column is for, what may stand in it where there is no list, an example, and whether it must be filled in where not always."""

    what: str
    values: str = "tekst"
    example: str = ""
    must: str = NO


@dataclass(frozen=True)
class Template:
    """What stands in it. `formats`: so that a spreadsheet takes no zero away, and shows a day as people write it."""

    title: str  # of the sheet
    columns: Columns
    how: Sequence[str]
    told: Mapping[str, Told]  # each column in plain Dutch
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    widths: Mapping[str, int] = field(default_factory=dict)
    rows: Sequence[Mapping[str, str]] = ()  # that stand there already
    in_full: bool = False  # the explanation has every choice, and examples

    def explained(self) -> list[dict[str, str]]:
        """Every column in plain Dutch, in the order of the list."""
        return [self._explained(name) for name in self.columns.of]

    def _explained(self, name: str) -> dict[str, str]:
        told, chosen = self.told[name], self.choices.get(name, ())
        choice = f"kies een van: {' / '.join(chosen)}" if self.in_full else "kies uit de lijst"
        said = {
            "kolom": self.columns.name_of(name),
            "invullen": "ja" if self.columns.of[name].required else told.must,
            "uitleg": told.what,
            "wat mag": choice if chosen else told.values,
        }
        return said | ({"voorbeeld": chosen[0] if chosen else told.example} if self.in_full else {})


def content(name: str, template: Template) -> bytes:
    """What a list of the kind that its name says holds. Raises UserError for another kind."""
    writers = {".csv": _csv, ".xlsx": _xlsx}
    write = writers.get(Path(name).suffix.lower())
    if write is None:
        raise UserError(f"{name} is geen CSV- of XLSX-bestand. Kies een naam die eindigt op .csv of .xlsx.")
    return write(template)


def write_new(path: Path, template: Template) -> None:
    """Write a new file. Raises UserError when it is there already, or cannot be."""
    made = content(path.name, template)
    try:
        with path.open("xb") as file:
            file.write(made)
    except FileExistsError:
        raise UserError(f"{path} bestaat al en blijft zoals het is. Kies een andere naam.") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path.name} kan niet worden geschreven ({why(error)}).") from None


def _csv(template: Template) -> bytes:
    columns, out = template.columns, StringIO()
    rows = csv.writer(out, delimiter=";")
    rows.writerow(columns.name_of(field) for field in columns.of)
    rows.writerows([row.get(field, "") for field in columns.of] for row in template.rows)
    return out.getvalue().encode("utf-8-sig")  # with a mark: without it Excel reads accents wrong


def _xlsx(template: Template) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    _to_fill_in(book.create_sheet(template.title), template)
    _explanation(book.create_sheet("Uitleg"), template)
    _to_choose_from(book.create_sheet("Keuzes"), template.choices)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _to_fill_in(sheet: Worksheet, template: Template) -> None:
    columns, chosen = template.columns, template.choices
    _row(sheet, 1, [columns.name_of(field) for field in columns.of], head=True)
    sheet.freeze_panes = "A2"
    for place, name in enumerate(columns.of, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = template.widths.get(name, USUAL_WIDTH)
        if name in template.formats:
            sheet.column_dimensions[letter].number_format = template.formats[name]
        if name in chosen:
            where = get_column_letter(list(chosen).index(name) + 1)
            one_of = DataValidation(
                type="list",
                formula1=f"Keuzes!${where}$1:${where}${len(chosen[name])}",
                allow_blank=True,
                showErrorMessage=True,
                errorTitle="Dit kan hier niet",
                error="Kies een waarde uit de lijst.",
            )
            one_of.add(f"{letter}2:{letter}{LAST_EXCEL_ROW}")
            sheet.add_data_validation(one_of)
    for number, row in enumerate(template.rows, 2):
        for place, name in enumerate(columns.of, 1):
            if row.get(name):
                _cell(sheet, number, place, row[name]).number_format = template.formats.get(name, "General")


def _to_choose_from(sheet: Worksheet, chosen: Mapping[str, Sequence[str]]) -> None:
    """The lists stand on a sheet: in a rule itself they may not be long, and may hold no comma."""
    for place, values in enumerate(chosen.values(), 1):
        for row, value in enumerate(values, 1):
            _cell(sheet, row, place, value)
    sheet.sheet_state = "hidden"


def _explanation(sheet: Worksheet, template: Template) -> None:
    for row, line in enumerate(template.how, 1):
        _row(sheet, row, [line])
    table, first = template.explained(), len(template.how) + 2
    _row(sheet, first, list(table[0]), head=True)
    for row, cells in enumerate(table, first + 1):
        _row(sheet, row, list(cells.values()), wrap=True)
    for place, width in enumerate((20, 22, 60, 40, 24), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _row(sheet: Worksheet, row: int, texts: Sequence[str], *, head: bool = False, wrap: bool = False) -> None:
    for place, text in enumerate(texts, 1):
        cell = _cell(sheet, row, place, text)
        cell.alignment = Alignment(vertical="top", wrap_text=wrap)
        if head:
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="DDE7F0")


def _cell(sheet: Worksheet, row: int, place: int, text: str) -> Cell | MergedCell:
    """A text as it is: somebody typed the locations, and one that begins with = may not become a formula."""
    cell = sheet.cell(row, place, text)
    cell.data_type = "s"
    return cell
