"""A list as XLSX, read as a stream within bounds: which sheet it stands on, and what its cells show."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from io import BytesIO
from itertools import islice
from typing import IO, Any

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import ARC_STYLE, SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring, iterparse

from acts.intake.columns import Columns
from acts.intake.rows import LAST_EXCEL_ROW, LOOK, MAX_CELLS, MAX_COLUMNS, Listed, Row, filled, is_header, under_header
from acts.intake.values import NO_VALUE, SHEET_ERROR
from flexroute.errors import UserError
from rules.shared.cleaning import one_line

MAX_UNPACKED = 200_000_000  # bytes of XML together
MAX_WHOLE = 20_000_000  # bytes of a part that is read whole: the styles, the list of sheets
MAX_ELEMENTS, MAX_IN_ONE = 4 * MAX_CELLS, 100_000  # of XML: in a part, in one row or text
EXACT = 10**15  # from here a spreadsheet does not keep every digit of a number
NOTHING = "Er is niets overgenomen."
_TAG = f"{{{SHEET_MAIN_NS}}}"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # a sign that XML cannot hold


def read_xlsx(content: bytes, name: str, columns: Columns) -> Listed:
    """The rows of the sheet with the list. Raises UserError."""
    _no_other_kind(content, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of openpyxl, about what is no cell
        try:
            return _with_list(_Book(content, name), columns)
        except UserError:
            raise
        except Exception:  # a damaged file makes zip, XML and openpyxl fail in any way
            raise UserError(
                f"{name} is geen leesbaar Excel-bestand. Open het in Excel en sla het opnieuw op als .xlsx, "
                f"zonder wachtwoord. {NOTHING}"
            ) from None


def _no_other_kind(content: bytes, name: str) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UserError(
            f"{name} heeft een wachtwoord of is van een oude Excel. Sla het zonder wachtwoord op als .xlsx. {NOTHING}"
        )
    if not content.startswith(b"PK"):
        raise UserError(f"{name} is geen leesbaar Excel-bestand. Sla het op als .xlsx, of als CSV UTF-8. {NOTHING}")


def _too_much(name: str) -> UserError:
    return UserError(
        f"{name} is uitgepakt te groot. Haal lege opgemaakte rijen en kolommen weg, of zet alleen de lijst als waarden "
        f"in een nieuw bestand. {NOTHING}"
    )


@dataclass(frozen=True)
class _Sheet:
    title: str
    visible: bool
    path: str


def _with_list(book: _Book, columns: Columns) -> Listed:
    """The one visible sheet with a header. Raises UserError where several have lines under it: nobody knows which is meant."""
    name, sheets = book.name, book.sheets
    shown = [sheet for sheet in sheets if sheet.visible]
    listed = [sheet for sheet in sheets if _has_header(book, sheet, columns)]
    if hidden := [sheet.title for sheet in listed if not sheet.visible and not any(one.visible for one in listed)]:
        raise UserError(
            f"{name}: de lijst staat op een verborgen blad ({', '.join(hidden)}). Maak het zichtbaar. {NOTHING}"
        )
    if not listed and len(shown) > 1:
        titles = ", ".join(sheet.title for sheet in shown)
        raise UserError(
            f"{name}: geen van de bladen ({titles}) heeft een kop met bekende kolommen in de eerste {LOOK} gevulde rijen. "
            f"{NOTHING}"
        )
    found = [
        under_header(filled(book.rows(sheet), name), name, columns, sheet.title if len(sheets) > 1 else None)
        for sheet in shown
        if sheet in listed or not listed
    ]
    with_lines = [one for one in found if one.rows]
    if len(with_lines) > 1:
        titles = ", ".join(str(one.sheet) for one in with_lines)
        raise UserError(
            f"{name}: op meer dan één blad staat een lijst ({titles}). Zet alles op één blad, of sla elk blad apart op. "
            f"{NOTHING}"
        )
    return [*with_lines, *found][0]


def _has_header(book: _Book, sheet: _Sheet, columns: Columns) -> bool:
    first = islice((row for row in book.rows(sheet) if any(row[1])), LOOK)
    return any(is_header(columns, row) for row in first)


class _Book:
    """What is needed of a workbook to read its cells."""

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        self._reader = ExcelReader(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        self._archive = self._reader.archive
        self._within_bounds()
        self._reader.read_manifest()
        self._reader.read_workbook()
        self.sheets = [
            _Sheet(sheet.name, sheet.state == "visible", link.target)
            for sheet, link in self._reader.parser.find_sheets()
            if "chartsheet" not in link.Type
        ]

    def _within_bounds(self) -> None:
        """Raises UserError for another kind of book, and for one that unpacks to too much."""
        # zipfile unpacks no more than that
        parts = {part.filename: part.file_size for part in self._archive.infolist()}
        if not any(part.endswith("workbook.xml") for part in parts):
            raise UserError(
                f"{self.name} is geen gewone Excel-werkmap. Sla het op als Excel-werkmap (.xlsx). {NOTHING}"
            )
        read = {part: size for part, size in parts.items() if part.endswith((".xml", ".rels"))}
        whole = [size for part, size in read.items() if not part.startswith(("xl/worksheets/", "xl/sharedStrings"))]
        if sum(read.values()) > MAX_UNPACKED or max(whole) > MAX_WHOLE:
            raise _too_much(self.name)
        if any(b"purl.oclc.org/ooxml" in self._archive.read(part) for part in parts if part.endswith("workbook.xml")):
            raise UserError(
                f"{self.name} is opgeslagen als Strict Open XML. Kies bij Opslaan als: Excel-werkmap (*.xlsx), en niet "
                f"Strict Open XML-werkmap. {NOTHING}"
            )

    @cached_property
    def _strings(self) -> list[str]:
        part = self._reader.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is None:
            return []
        with self._archive.open(part.PartName[1:]) as source:
            return [_content(element) for element in _each(f"{_TAG}si", source, self.name)]

    @cached_property
    def _formats(self) -> list[str]:
        """The number format of each style. Read by itself: what is wrong with a colour does not matter here."""
        try:
            styles = fromstring(self._archive.read(ARC_STYLE))
        except (KeyError, SyntaxError):  # no styles, or no XML
            return []
        own = {one.get("numFmtId"): one.get("formatCode") for one in styles.iterfind(f"{_TAG}numFmts/{_TAG}numFmt")}
        usual = {str(number): code for number, code in BUILTIN_FORMATS.items()}
        used = [style.get("numFmtId") for style in styles.iterfind(f"{_TAG}cellXfs/{_TAG}xf")]
        return [own.get(number) or usual.get(number or "") or "General" for number in used]

    def rows(self, sheet: _Sheet) -> Iterator[Row]:
        """The rows of a sheet as their cells show them. Raises UserError beyond the bounds."""
        formats = self._formats
        with self._archive.open(sheet.path) as source:
            parser = _Cells(
                source,
                self._strings,
                data_only=True,
                epoch=self._reader.wb.epoch,
                date_formats={at for at, code in enumerate(formats) if is_date_format(code)},
                timedelta_formats={at for at, code in enumerate(formats) if is_timedelta_format(code)},
            )
            cells = 0
            for element in _each(ROW_TAG, source, self.name, until=DATA_TAG):
                line, those = parser.parse_row(element)
                cells += len(those)
                if cells > MAX_CELLS or line > LAST_EXCEL_ROW:
                    raise _too_much(self.name)
                yield line, self._shown(line, those)

    def _shown(self, line: int, those: list[dict[str, Any]]) -> list[str]:
        texts = {cell["column"]: text for cell in those if (text := self._text(cell))}
        last = max(texts, default=0)
        if last > MAX_COLUMNS:
            raise UserError(
                f"{self.name}, regel {line}: in kolom {last} staat iets. Een lijst heeft hooguit {MAX_COLUMNS} kolommen. "
                f"Haal weg wat er niet bij hoort. {NOTHING}"
            )
        return [texts.get(column, "") for column in range(1, last + 1)]

    def _text(self, cell: dict[str, Any]) -> str:
        if cell["data_type"] == "e":
            return SHEET_ERROR
        match cell["value"]:
            case None:
                return ""
            case bool() as truth:
                return str(truth).lower()
            case int() | float() as number:
                return self._number(number, cell["style_id"])
            case datetime() as moment:
                return moment.date().isoformat()
            case date() as day:
                return day.isoformat()
            case other:
                return one_line(_unescaped(str(other)))

    def _number(self, number: float, style: int) -> str:
        """As it is shown where that matters: with the zeros in front that its format gives it."""
        if abs(number) >= EXACT:
            return f"{number:E}"
        if int(number) != number:
            return str(number)
        code = self._formats[style] if style < len(self._formats) else ""
        return str(int(number)).zfill(len(code) if set(code) == {"0"} else 0)


class _Cells(WorkSheetParser):
    """Tells a formula that was never worked out from a cell that is empty."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            value = element.find(VALUE_TAG)
            if element.get("t") != "str" or value is None:  # else it was worked out to an empty text
                cell["value"] = NO_VALUE
        return cell


def _each(tag: str, source: IO[bytes], name: str, until: str | None = None) -> Iterator[Any]:
    """Each element of this kind, forgotten when the next one comes. Raises UserError where there is no end to it."""
    total = since = 0
    within: list[Any] = []
    for event, element in iterparse(source, events=("start", "end")):
        if event == "start":
            within.append(element)
            total, since = total + 1, since + 1
            if total > MAX_ELEMENTS or since > MAX_IN_ONE:
                raise _too_much(name)
            continue
        within.pop()
        if element.tag == tag:
            yield element
            since = 0
            within[-1].clear()
        elif element.tag == until:
            return


def _content(element: Any) -> str:
    text = Text.from_tree(element)
    return text.content if text else ""


def _unescaped(text: str) -> str:
    """A text as it was written, with the signs that XML cannot hold."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
