"""A list as CSV: its encoding read with doubt, its delimiter found by what it gives as titles."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from itertools import islice, pairwise

from acts.intake.columns import Columns
from acts.intake.rows import LOOK, MAX_CELLS, Listed, Row, filled, known_titles, under_header
from flexroute.errors import UserError
from rules.shared.cleaning import one_line

DELIMITERS = ";,\t"
MAX_LINE = 1_000_000  # signs
_SEP = re.compile(r'\s*"?sep=(.)"?[;,\t ]*(?:\r\n?|\n|$)', re.IGNORECASE)  # Excel's own first line
_LETTERS = frozenset(map(chr, range(0xC0, 0x100))) - {"×", "÷"}
_CERTAIN = _LETTERS | {"’", "–", "€"}
_TWICE = re.compile("Ã[€’–]|â€")  # what UTF-8 looks like when it is read as Windows text


def read_csv(content: bytes, name: str, columns: Columns) -> Listed:
    """The rows of a CSV file. Raises UserError."""
    text = _decoded(content, name)
    own = _SEP.match(text)
    if own:  # its line stays, empty, so that lines keep their numbers
        text = "\n" + text[own.end() :]
    delimiter = _delimiter(text, columns, own[1] if own else "")
    return under_header(filled(_bounded(_records(text, delimiter, name), name), name), name, columns)


def _decoded(content: bytes, name: str) -> str:
    """UTF-8, UTF-16 with a mark, or Windows text of which every sign is certain. Raises UserError."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UserError(f"{name} is een Excel-bestand en geen CSV. Sla het op als .xlsx of als CSV UTF-8.")
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if marked else "utf-8").lstrip("\ufeff")
    except UnicodeDecodeError as error:
        text = "" if marked else _windows(content)
        if not text:
            raise _unreadable(name, content[: error.start].count(b"\n") + 1) from None
    if "\0" in text:
        raise _unreadable(name, text[: text.index("\0")].count("\n") + 1)
    return text


def _windows(content: bytes) -> str:
    """Windows text; empty where a sign is doubtful, for files of MS-DOS and old Macs nearly always look like it."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    strange = {sign for sign in text if ord(sign) > 127} - _CERTAIN
    inside = any(before.islower() and after in _LETTERS and after.isupper() for before, after in pairwise(text))
    return "" if strange or inside or _TWICE.search(text) else text


def _unreadable(name: str, line: int) -> UserError:
    return UserError(
        f"{name} is niet te lezen als UTF-8 of Windows-tekst (vanaf regel {line}); namen zouden verkeerd worden overgenomen. "
        "Open het in het programma waar het vandaan komt en sla het op als CSV UTF-8. Er is niets overgenomen."
    )


def _delimiter(text: str, columns: Columns, own: str) -> str:
    """What separates the columns: that which gives the most known titles in one of the first rows."""

    def titles(delimiter: str) -> int:
        most = -1
        with suppress(UserError):  # told when the file is read with it
            for _, cells in islice(filled(_records(text, delimiter, ""), ""), LOOK):
                most = max(most, known_titles(columns, cells))
        return most

    return max(dict.fromkeys((own or ";") + DELIMITERS), key=titles)


def _records(text: str, delimiter: str, name: str) -> Iterator[Row]:
    """Strict about quotes: otherwise one quote too many would hide all lines after it in a single cell."""
    reader = csv.reader(_lines(text, name), delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            yield begins, [one_line(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            raise UserError(
                f"{name}, regel {begins}: de aanhalingstekens kloppen niet, of een cel is veel te lang. "
                "Er is niets overgenomen."
            ) from None


def _lines(text: str, name: str) -> Iterator[str]:
    for number, line in enumerate(StringIO(text, newline=""), 1):
        if len(line) > MAX_LINE:
            raise UserError(f"{name}, regel {number}: deze regel is veel te lang. Er is niets overgenomen.")
        yield line


def _bounded(rows: Iterator[Row], name: str) -> Iterator[Row]:
    cells = 0
    for row in rows:
        cells += len(row[1])
        if cells > MAX_CELLS:
            raise UserError(
                f"{name} heeft te veel cellen. Haal lege kolommen weg of splits het. Er is niets overgenomen."
            )
        yield row
