"""Lists as people write them: as CSV, or in a spreadsheet program."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook


def xlsx(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def csv_lines(*lines: str) -> str:
    """As Excel writes them."""
    return "\r\n".join(lines) + "\r\n"


def with_cell_in(head: str, line: str, column: str, value: str, by: str = ";") -> str:
    """A line with one more column, or with another value in one of the usual ones."""
    titles, cells = head.split(";"), line.split(";")
    if column in titles:
        cells[titles.index(column)] = value
    else:
        titles, cells = [*titles, column], [*cells, value]
    out = StringIO()
    csv.writer(out, delimiter=by).writerows([titles, cells])
    return out.getvalue()
