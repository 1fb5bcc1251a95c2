"""Lists as people write them: as CSV, or in a spreadsheet program."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook

from flexroute.clock import from_local

NOW, LATER = from_local("2026-03-09T10:00"), from_local("2026-03-10T10:00")  # when a list is taken in, and again


def xlsx(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def csv_lines(*lines: str) -> str:
    """As Excel writes them."""
    return "\r\n".join(lines) + "\r\n"


def with_changes(titles: list[str], good: tuple[str, ...], changes: list[dict[int, str]], by: str) -> bytes:
    """A good line as often as there are changes, each time with other cells, and maybe one cell too many."""
    out = StringIO()
    lines = ([change.get(place, cell) for place, cell in enumerate((*good, ""))] for change in changes)
    csv.writer(out, delimiter=by).writerows([titles, *lines])
    return out.getvalue().encode("utf-8", "replace")


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
