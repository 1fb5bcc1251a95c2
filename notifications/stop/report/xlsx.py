"""A dossier as sheets to sort and filter: the overview, the numbers, a row per child, who may take over (S-17, S-36, S-37)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from models.views.dossier import ChildView, DossierView
from notifications.stop.report import counts as dossier_counts
from notifications.stop.report.blocks import blocks
from notifications.stop.report.children import child_in_words, most_urgent_first, names, notes, place
from notifications.stop.report.duties import checklist
from notifications.stop.report.words import able, facts, figures, title
from notifications.words import care_form_in_words, care_forms_in_words, code_in_words
from rules.shared.region import Region
from rules.stop.gates import contracted
from rules.stop.route import Category

_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what a sheet cannot hold
Column = tuple[str, int]  # heading and width
Value = str | int | date | None

_COUNTS: list[Column] = [
    ("Toegang", 32),
    *((f"{code_in_words(c).capitalize()}, {side}", 24) for c in Category for side in ("aanbieder", "Toegang")),
    ("Toegevoegd", 14),
    ("Nog bij de aanbieder", 22),
    ("Verschil", 16),
]
_CHILDREN: list[Column] = [
    ("Kenmerk", 22), ("Eigen kenmerk", 22), ("Toegang", 28), ("Gemeentecode", 15), ("Soort zorg", 16), ("Fase", 16), ("Zorgvorm", 24),
    ("Locatie", 20), ("Route", 8), ("Ontvanger", 28), ("Gaat mee", 11), ("Voorstel", 36), ("Staat", 20), ("Nu bij", 28),
    ("Ontbreekt nog", 60), ("Aan zet", 28), ("Laatste dag", 13), ("Dagen", 9), ("Aangemeld", 13), ("Toewijzing tot", 16),
    ("Gestart", 13), ("Afgerond", 13), ("Flexroute", 18), ("Let op", 34),
]  # fmt: skip
_DUTIES: list[Column] = [("taak", 80), ("voor wie", 40), ("gedaan op", 13), ("gezegd door", 28), ("opmerking", 60)]
_PROVIDERS: list[Column] = [("Aanbieder", 36), ("Zorgvormen", 60), ("Contract tot", 14)]


def xlsx(region: Region, view: DossierView, children: Sequence[ChildView], today: date) -> bytes:
    """A workbook of five sheets. What people typed is text in it, never a formula."""
    book = Workbook()
    book.properties.title = _text(f"{title(region, view)} · {view.reference}")
    book.properties.creator = _text(region.name)
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101 - a new book has one
    _overview(first, region, view, children)
    _sheet(book, "Aantallen", _COUNTS, (_numbers(row) for row in dossier_counts.rows(region, view, children)))
    _sheet(book, "Jeugdigen", _CHILDREN, (_child(region, child) for child in most_urgent_first(children)))
    _sheet(book, "Aanbieders", _PROVIDERS, (_provider(region, view, who, today) for who in view.candidates))
    _sheet(book, "IGJ-taken", _DUTIES, ([row[name] or None for name, _ in _DUTIES] for row in checklist(region, view)))
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _overview(sheet: Worksheet, region: Region, view: DossierView, children: Sequence[ChildView]) -> None:
    sheet.title = "Overzicht"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 100
    said = [*facts(region, view, children), *figures(region, view)[1:]]
    said += [("Locatie", one) for one in view.locations]
    said += [("Wat houdt op" if n == 0 else "", one) for n, one in enumerate(blocks(region, view, children))]
    for number, (label, value) in enumerate(dict.fromkeys(said), 1):
        _write(sheet.cell(number, 1), label).font = Font(bold=True)
        _write(sheet.cell(number, 2), value).alignment = Alignment(wrap_text=True, vertical="top")


def _sheet(book: Workbook, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
    """A heading that stays in sight and can be filtered, and the rows."""
    sheet = book.create_sheet(name)
    for at, (heading, width) in enumerate(columns, 1):
        _write(sheet.cell(1, at), heading).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = width
    number = 1
    for number, values in enumerate(rows, 2):
        for at, value in enumerate(values, 1):
            if value not in (None, ""):
                _write(sheet.cell(number, at), value)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{number}"


def _write(cell: Cell | MergedCell, value: Value) -> Cell | MergedCell:
    """Text stays text, also when it looks like a formula and somebody edits it later."""
    if not isinstance(value, str):
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "DD-MM-YYYY"
        return cell
    cell.value = _text(value)
    cell.data_type = "s"
    cell.quotePrefix = value.lstrip().startswith(("=", "+", "-", "@"))
    return cell


def _text(value: str) -> str:
    return _NO_XML.sub("", value)


def _numbers(row: dossier_counts.Row) -> list[Value]:
    return [row.name, *(n for both in row.numbers.values() for n in both), row.added, row.open, row.difference]


def _child(region: Region, child: ChildView) -> list[Value]:
    receiver, said = child.receiving_provider, child_in_words(region, child)
    return [
        child.reference,
        child.sender_reference,
        place(region, child.municipality),
        child.municipality,
        code_in_words(child.care),
        code_in_words(child.category),
        care_form_in_words(child.care_form, region),
        child.location,
        child.route,
        region.name_of(receiver) if receiver else None,
        "ja" if child.moves_along else None,
        said["proposal"],
        code_in_words(child.status),
        region.name_of(child.held_by),
        said["missing"],
        names(region, child.waiting_for),
        child.due,
        child.due_in,
        child.registered_on,
        child.allocation_ends_on,
        child.started_on,
        child.finished_on,
        ", ".join(child.flex_cases),
        notes(child),
    ]


def _provider(region: Region, view: DossierView, who: str, today: date) -> list[Value]:
    """Who may take over, which care of what stops, and until when (S-30, S-37)."""
    forms = [form for form in view.care_forms if contracted(region, who, form, today)]
    contracts = (c for c in region.organisation[who].contracts if c.kind != "flex" and c.holds(today))
    until = [contract.valid_to for contract in contracts if set(contract.care_forms) & set(forms)]
    [name] = able(region, [who], view.stopping)
    return [name, care_forms_in_words(forms, region), max(until, default=None)]
