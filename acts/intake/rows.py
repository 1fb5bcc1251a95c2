"""The filled rows of a CSV or XLSX file, as plain text with their line numbers; the header first, whatever stands above it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from acts.intake.columns import Columns
from flexroute.errors import UserError, why
from rules.shared.cleaning import one_line

MAX_LINES = 50_000  # without the header
MAX_BYTES = 100_000_000
MAX_COLUMNS = 256
MAX_CELLS = 2_000_000  # with or without a value
LOOK = 25  # filled rows in which a header is looked for
LAST_EXCEL_ROW = 1_048_576

Row = tuple[int, list[str]]  # the line where it begins, from 1; its cells, cleaned, without empty ones at the end


class Sent(NamedTuple):
    """A list that somebody sent: its name, which says of what kind it is, and what is in it."""

    name: str
    content: bytes


File = Path | Sent


@dataclass(frozen=True)
class Listed:
    """What a file holds: its header and the rows under it, and the sheet they stand on where there are several."""

    header: Row
    rows: list[Row]
    sheet: str | None = None


def read_rows(file: File, columns: Columns) -> Listed:
    """The header and the rows that hold something. Raises UserError: the file is unreadable, too big, empty or too long."""
    from acts.intake.csv_file import read_csv
    from acts.intake.xlsx_file import read_xlsx

    readers: dict[str, Callable[[bytes, str, Columns], Listed]] = {".csv": read_csv, ".xlsx": read_xlsx}
    name = file.name if isinstance(file, Path) else one_line(Path(file.name).name)
    read = readers.get(Path(name).suffix.lower())
    if read is None:
        raise UserError(f"{name} is geen CSV- of XLSX-bestand. Sla het bestand op als .csv of .xlsx.")
    return read(_read(file) if isinstance(file, Path) else _within(file.content, name), name, columns)


def _within(content: bytes, name: str) -> bytes:
    if len(content) > MAX_BYTES:
        raise UserError(f"{name} is te groot. Splits het bestand. Er is niets overgenomen.")
    return content


def _read(path: Path) -> bytes:
    """No more than there may be, however long it goes on."""
    try:
        with path.open("rb") as file:
            return _within(file.read(MAX_BYTES + 1), path.name)
    except FileNotFoundError:
        raise UserError(f"{path.name} bestaat niet. Controleer de naam en de map.") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{path.name} kan niet worden gelezen ({why(error)}).") from None


def filled(rows: Iterable[Row], name: str) -> Iterator[Row]:
    """Those that hold something, without the empty cells behind it. Raises UserError for a column that no list has."""
    for line, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise UserError(
                f"{name}, regel {line}: in kolom {len(cells)} staat iets. Een lijst heeft hooguit {MAX_COLUMNS} kolommen. "
                "Haal weg wat er niet bij hoort. Er is niets overgenomen."
            )
        if cells:
            yield line, cells


def known_titles(columns: Columns, cells: Sequence[str]) -> int:
    """How many of these cells are titles of different known columns."""
    return len({field for cell in cells if (field := columns.field_of(cell))})


def is_header(columns: Columns, row: Row) -> bool:
    """Titles, and not a line that happens to hold a word that is one."""
    return known_titles(columns, row[1]) >= 3


def under_header(rows: Iterable[Row], name: str, columns: Columns, sheet: str | None = None) -> Listed:
    """The header is the first row with known titles; without one the first row, of which is told what is wrong with it.

    Raises UserError: nothing is there, too much is there, or lines of the list stand above their header.
    """
    coming = iter(rows)
    first = list(islice(coming, LOOK))
    if not first:
        raise UserError(f"{name} is leeg. Er is niets overgenomen.")
    at = next((place for place, row in enumerate(first) if is_header(columns, row)), 0)
    header = first[at]
    _only_titles(first[:at], header, name)
    under = [*first[at + 1 :], *islice(coming, MAX_LINES + 1)]
    if len(under) > MAX_LINES:
        raise UserError(f"{name} heeft meer dan {MAX_LINES} regels. Splits het bestand. Er is niets overgenomen.")
    return Listed(header, under, sheet)


def _only_titles(above: Sequence[Row], header: Row, name: str) -> None:
    """A list that was sorted with its header has children above it, who would be passed over."""
    titles = sum(cell != "" for cell in header[1])
    lines = [line for line, cells in above if 2 * sum(cell != "" for cell in cells) >= max(titles, 6)]
    if lines:
        raise UserError(
            f"{name}: boven de kop op regel {header[0]} staan gevulde regels (regel {', '.join(map(str, lines))}). "
            "Zet de kop boven alle regels van de lijst. Er is niets overgenomen."
        )
