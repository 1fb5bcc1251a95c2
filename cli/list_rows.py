"""The filled rows of a CSV or XLSX file, as plain text with their line numbers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from cli.list_columns import Columns
from flexroute.errors import UserError, why

MAX_LINES = 50_000  # without the header
MAX_BYTES = 100_000_000
DELIMITERS = ";,\t"
LAST_EXCEL_ROW = 1_048_576

Row = tuple[int, list[str]]  # the line where it begins, from 1; its cells without spaces around them


def read_rows(path: Path, columns: Columns) -> list[Row]:
    """The rows that hold something, the header first. Raises UserError: the file is unreadable, empty or too long."""
    readers: dict[str, Callable[[bytes, str], Iterator[Row]]] = {
        ".csv": partial(_csv_rows, columns),
        ".xlsx": _xlsx_rows,
    }
    read = readers.get(path.suffix.lower())
    if read is None:
        raise UserError(f"{path.name} is geen CSV- of XLSX-bestand. Sla het bestand op als .csv of .xlsx.")
    filled = ((line, cells) for line, cells in read(_content(path), path.name) if any(cells))
    rows = list(islice(filled, MAX_LINES + 2))
    if not rows:
        raise UserError(f"{path.name} is leeg. Er is niets overgenomen.")
    if len(rows) > MAX_LINES + 1:
        raise UserError(f"{path.name} heeft meer dan {MAX_LINES} regels. Splits het bestand. Er is niets overgenomen.")
    return rows


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"{path.name} is te groot. Splits het bestand. Er is niets overgenomen.")
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path.name} bestaat niet. Controleer de naam en de map.") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path.name} kan niet worden gelezen ({why(error)}).") from None


def _csv_rows(columns: Columns, content: bytes, name: str) -> Iterator[Row]:
    text = _decoded(content, name)
    for line, cells in _records(text, _delimiter(text, columns), name):
        yield line, [cell.strip() for cell in cells]


def _decoded(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UserError(f"{name} is geen leesbare tekst. Sla het opnieuw op als CSV (UTF-8). Er is niets overgenomen.")


def _delimiter(text: str, columns: Columns) -> str:
    """What separates the columns: that which gives the most known titles in the header."""

    def known_titles(delimiter: str) -> int:
        try:
            records = _records(text, delimiter, "")
            header = next((cells for _, cells in records if any(cell.strip() for cell in cells)), [])
        except UserError:
            return -1
        return sum(columns.field_of(title) is not None for title in header)

    return max(DELIMITERS, key=known_titles)


def _records(text: str, delimiter: str, name: str) -> Iterator[Row]:
    """Strict about quotes: otherwise one quote too many would hide all lines after it in a single cell."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            yield begins, next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UserError(
                f"{name}, regel {begins}: de aanhalingstekens kloppen niet, of een cel is veel te lang. "
                "Er is niets overgenomen."
            ) from None


def _xlsx_rows(content: bytes, name: str) -> Iterator[Row]:
    try:
        sheet = load_workbook(BytesIO(content), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # some programs write wrong ones, and rows would be missed
        for line, values in enumerate(sheet.iter_rows(max_row=LAST_EXCEL_ROW, values_only=True), 1):
            yield line, _without_tail([_as_text(value) for value in values])
    except Exception:  # a damaged file makes openpyxl fail in any way
        raise UserError(
            f"{name} is geen leesbaar Excel-bestand. "
            "Sla het opnieuw op als .xlsx, zonder wachtwoord. Er is niets overgenomen."
        ) from None


def _without_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _as_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value).strip()
