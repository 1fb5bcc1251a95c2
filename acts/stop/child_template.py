"""An empty client list of a provider that stops, to fill in: CSV, or XLSX with the explanation and the choices (S-14, S-17)."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
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
from acts.stop.child_columns import child_columns
from acts.stop.child_words import choices, explained
from flexroute.errors import UserError, why
from rules.shared.region import Region
from rules.stop.facts import DossierFacts

TEXT, DAY = "@", "dd-mm-yyyy"
FORMATS = {  # so that a spreadsheet takes no zero away, and shows a day as people write it
    **dict.fromkeys(("sender_reference", "municipality", "bsn"), TEXT),
    **dict.fromkeys(("registered_on", "allocation_ends_on", "birth_date"), DAY),
}
WIDTHS = {"care_form": 26, "location": 26, "name": 28}
USUAL_WIDTH = 18
HOW = (
    "Vul op het eerste blad één regel in voor elke jeugdige. Laat de kop staan.",
    "Lees het bestand daarna in: flexroute import-children BESTAND --stop {stop} --by UW-ID",
    "Wat niet klopt, krijgt u per regel terug. Verbeter die regels en lees het bestand nog eens in. Niemand telt dubbel.",
)


def template(name: str, dossier: DossierFacts | None = None, region: Region | None = None) -> bytes:
    """What an empty list of the kind that its name says holds. Raises UserError for another kind."""
    writers = {".csv": _csv, ".xlsx": _xlsx}
    write = writers.get(Path(name).suffix.lower())
    if write is None:
        raise UserError(f"{name} is geen CSV- of XLSX-bestand. Kies een naam die eindigt op .csv of .xlsx.")
    return write(dossier, region)


def write_template(path: Path, dossier: DossierFacts | None = None, region: Region | None = None) -> None:
    """Write a new file. Raises UserError when it is there already, or cannot be."""
    content = template(path.name, dossier, region)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise UserError(f"{path} bestaat al en blijft zoals het is. Kies een andere naam.") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path.name} kan niet worden geschreven ({why(error)}).") from None


def _csv(_dossier: DossierFacts | None, _region: Region | None) -> bytes:
    columns, out = child_columns(), StringIO()
    csv.writer(out, delimiter=";").writerow(columns.name_of(field) for field in columns.of)
    return out.getvalue().encode("utf-8-sig")  # with a mark: without it Excel reads accents wrong


def _xlsx(dossier: DossierFacts | None, region: Region | None) -> bytes:
    columns = child_columns(dossier.care_forms, dossier.locations) if dossier else child_columns()
    chosen = choices(dossier, region)
    book = Workbook()
    book.remove(book.worksheets[0])
    _to_fill_in(book.create_sheet("Cliëntenlijst"), columns, chosen)
    _explanation(book.create_sheet("Uitleg"), columns, chosen, dossier)
    _to_choose_from(book.create_sheet("Keuzes"), chosen)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _to_fill_in(sheet: Worksheet, columns: Columns, chosen: Mapping[str, Sequence[str]]) -> None:
    _row(sheet, 1, [columns.name_of(field) for field in columns.of], head=True)
    sheet.freeze_panes = "A2"
    for place, field in enumerate(columns.of, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTHS.get(field, USUAL_WIDTH)
        if field in FORMATS:
            sheet.column_dimensions[letter].number_format = FORMATS[field]
        if field in chosen:
            where = get_column_letter(list(chosen).index(field) + 1)
            one_of = DataValidation(
                type="list",
                formula1=f"Keuzes!${where}$1:${where}${len(chosen[field])}",
                allow_blank=True,
                showErrorMessage=True,
                errorTitle="Dit kan hier niet",
                error="Kies een waarde uit de lijst.",
            )
            one_of.add(f"{letter}2:{letter}{LAST_EXCEL_ROW}")
            sheet.add_data_validation(one_of)


def _to_choose_from(sheet: Worksheet, chosen: Mapping[str, Sequence[str]]) -> None:
    """The lists stand on a sheet: in a rule itself they may not be long, and may hold no comma."""
    for place, values in enumerate(chosen.values(), 1):
        for row, value in enumerate(values, 1):
            _cell(sheet, row, place, value)
    sheet.sheet_state = "hidden"


def _explanation(
    sheet: Worksheet, columns: Columns, chosen: dict[str, tuple[str, ...]], dossier: DossierFacts | None
) -> None:
    lines = [line.format(stop=dossier.reference if dossier else "KENMERK") for line in HOW]
    for row, line in enumerate(lines, 1):
        _row(sheet, row, [line])
    table = explained(columns, chosen)
    first = len(lines) + 2
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
