"""Workbooks as spreadsheet programs write them: which sheet, what a cell shows, and how much may be in it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from acts.intake import xlsx_file
from flexroute.errors import UserError
from models.store.database import Database
from tests.acts.flex.referral_list.referral_lists import HEAD, LINE, cases, private
from tests.support.lists import xlsx
from tests.support.stored import counts

TITLES, CELLS = HEAD.split(";"), LINE.split(";")
LIST = [TITLES, CELLS]


def book(*sheets: tuple[str, list[list[Any]], str]) -> bytes:
    """Sheets with a title, rows and a state."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows, state in sheets:
        sheet = made.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def with_part(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same file with one part changed."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def in_sheet(find: str, put: str, rows: list[list[Any]] = LIST) -> bytes:
    return with_part(xlsx(rows), "xl/worksheets/sheet1.xml", lambda xml: xml.replace(find.encode(), put.encode()))


@pytest.mark.parametrize(
    ("sheets", "read"),
    [
        ((("Voorblad", [["Wachtlijst"]], "visible"), ("Maart", LIST, "visible")), "Maart"),
        ((("Oud", [TITLES, ["K-0", *CELLS[1:]]], "hidden"), ("Maart", LIST, "visible")), "Maart"),
        ((("Keuzes", [["wijkteam"], ["gi"]], "hidden"), ("Maart", LIST, "visible")), "Maart"),
        ((("Leeg", [], "visible"), ("Maart", LIST, "visible"), ("Uitleg", [["eigen kenmerk"], ["bsn"]], "visible")), "Maart"),
        ((("Maart", LIST, "visible"), ("April", [TITLES], "visible")), "Maart"),
        ((("Maart", [["Verwijzingen"], [], ["week", "10"], *LIST], "visible"),), None),
    ],
)  # fmt: skip
def test_the_sheet_with_the_list(take_in: Any, database: Database, sheets: Any, read: str | None) -> None:
    done = take_in(book(*sheets), name="lijst.xlsx")
    assert (len(done.new), done.wrong, done.sheet) == (1, [], read)
    assert cases(database)[0].sender_reference == "K-1"


@pytest.mark.parametrize(
    ("sheets", "told"),
    [
        ((("Maart", LIST, "visible"), ("April", LIST, "visible")), r"meer dan één blad .*\(Maart, April\)"),
        ((("Voorblad", [["Lijst"]], "visible"), ("Maart", LIST, "hidden")), r"verborgen blad \(Maart\)"),
        ((("Een", [["a", "b"]], "visible"), ("Twee", [["c"]], "visible")), r"bladen \(Een, Twee\)"),
        ((("Leeg", [], "visible"),), "is leeg"),
        ((("Maart", [CELLS, ["K-2", *CELLS[1:]], TITLES, ["K-3", *CELLS[1:]]], "visible"),), r"regel 3 .*\(regel 1, 2\)"),
    ],
)  # fmt: skip
def test_no_list_or_more_than_one(take_in: Any, database: Database, sheets: Any, told: str) -> None:
    with pytest.raises(UserError, match=told):
        take_in(book(*sheets), name="lijst.xlsx")
    assert not any(counts(database))


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("<c {at}><f>A1</f></c>", "formule zonder waarde"),
        ("<c {at}><f>A1</f><v></v></c>", "formule zonder waarde"),
        ('<c {at} t="n"><f t="shared" si="0"/><v/></c>', "formule zonder waarde"),
        ('<c {at} t="str"><f>IF(1,"","")</f><v></v></c>', None),  # worked out to nothing
        ('<c {at} t="str"><f>"ja"</f><v>ja</v></c>', None),
        ('<c {at} t="e"><f>A1/0</f><v>#SPILL!</v></c>', "fout van het rekenblad"),
        ('<c {at} t="inlineStr"><is><t>j_x0061__x000D_</t></is></c>', None),
        ('<c {at} t="inlineStr"><is><t>\ufffd</t></is></c>', "letter verloren"),
    ],
)
def test_a_cell_of_a_formula_or_an_error(take_in: Any, cell: str, reason: str | None) -> None:
    content = in_sheet(
        "</row></sheetData>", cell.replace("{at}", 'r="G2"') + "</row></sheetData>", [[*TITLES, "spoed"], CELLS]
    )
    done = take_in(content, name="lijst.xlsx")
    assert [wrong.column for wrong in done.wrong] == (["spoed"] if reason else [])
    assert reason is None or reason in done.wrong[0].reason
    assert bool(done.new) == (reason is None)


def test_zeros_that_only_the_format_shows(take_in: Any, database: Database) -> None:
    """A cell of 42 with the format 00000 shows 00042, and that is what is meant."""
    made = Workbook()
    made.worksheets[0].append([*TITLES, "bsn"])
    made.worksheets[0].append([42, *CELLS[1:5], 599, 10000008])
    made.worksheets[0]["A2"].number_format = "00000"
    out = BytesIO()
    made.save(out)
    assert take_in(out.getvalue(), name="lijst.xlsx").new
    assert (cases(database)[0].sender_reference, cases(database)[0].municipality) == ("00042", "0599")
    assert private(database) == [{"bsn": "010000008"}]


def test_a_number_that_a_spreadsheet_cannot_hold(take_in: Any) -> None:
    [wrong] = take_in([TITLES, [1234567890123456, *CELLS[1:]]]).wrong
    assert (wrong.line, wrong.column) == (2, "eigen kenmerk")
    assert "afgerond" in wrong.reason


def test_broken_styles_do_not_matter(take_in: Any, database: Database) -> None:
    from datetime import date

    rows: list[list[Any]] = [TITLES, [*CELLS[:4], date(2026, 3, 2), CELLS[5]]]
    for broken in (b'<color rgb="geen kleur"/>', b"<onbekend/>"):

        def spoiled(xml: bytes, put: bytes = broken) -> bytes:
            return xml.replace(b"<fonts", put + b"<fonts", 1)

        content = with_part(xlsx(rows), "xl/styles.xml", spoiled)
        assert take_in(content, name="lijst.xlsx").ok
    assert cases(database)[0].received_on == date(2026, 3, 2)
    [wrong] = take_in(with_part(xlsx(rows), "xl/styles.xml", lambda xml: b"<"), name="lijst.xlsx").wrong
    assert wrong.column == "ontvangen op"


def test_no_word_of_a_library(take_in: Any) -> None:
    """Lists to choose from on another sheet, comments, headers and footers: openpyxl warns of what it passes over."""
    more = (
        '</sheetData><headerFooter><oddHeader>&amp;Q</oddHeader></headerFooter><extLst><ext uri="{CCE6A557}"/></extLst>'
    )
    made = Workbook()
    for row in LIST:
        made.worksheets[0].append(row)
    made.worksheets[0]["A2"].comment = Comment("let op", "iemand")
    out = BytesIO()
    made.save(out)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert take_in(in_sheet("</sheetData>", more), name="lijst.xlsx").new
        assert take_in(out.getvalue(), name="lijst.xlsx").known
    assert [str(warning.message) for warning in said] == []


def test_far_columns_do_not_cost_memory(take_in: Any, database: Database) -> None:
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(3, 50_000))
    content = in_sheet("</sheetData>", f"{rows}</sheetData>")
    with pytest.raises(UserError, match="regel 3: in kolom 16384 staat iets"):
        take_in(content, name="lijst.xlsx")
    empty = rows.replace("<v>1</v>", "")
    assert take_in(in_sheet("</sheetData>", f"{empty}</sheetData>"), name="lijst.xlsx").new  # only layout


def test_texts_that_cells_share(take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Excel itself writes them."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    texts = [*TITLES, *CELLS[:5], "<r><t>05</t></r><r><t>99</t></r>"]
    shared = "".join(f"<si>{text}</si>" if text.startswith("<") else f"<si><t>{text}</t></si>" for text in texts)
    cells = [f'<c t="s"><v>{at}</v></c>' for at in range(12)]
    rows = f"<row>{''.join(cells[:6])}</row><row>{''.join(cells[6:])}</row>"
    made = BytesIO(xlsx(LIST))
    with ZipFile(made) as old, ZipFile(content := BytesIO(), "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                part = f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'
            if name == "[Content_Types].xml" and "sharedStrings" not in part:
                kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
                part = part.replace(
                    "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
                )
            if name != "xl/sharedStrings.xml":
                new.writestr(name, part)
        new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{namespace}">{shared}</sst>')
    assert take_in(content.getvalue(), name="lijst.xlsx").new == [(2, "ZB-2026-000001")]
    assert cases(database)[0].municipality == "0599"
    monkeypatch.setattr(xlsx_file, "MAX_ELEMENTS", 25)
    with pytest.raises(UserError, match="uitgepakt te groot"):
        take_in(content.getvalue(), name="lijst.xlsx")


def test_what_is_unpacked_is_bounded(take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = f'<row r="3">{"<c/>" * 100_001}</row>'
    with pytest.raises(UserError, match="uitgepakt te groot"):
        take_in(in_sheet("</sheetData>", f"{cells}</sheetData>"), name="lijst.xlsx")
    for bound, small in (("MAX_UNPACKED", 1000), ("MAX_WHOLE", 1000), ("MAX_CELLS", 3), ("MAX_ELEMENTS", 10)):
        with monkeypatch.context() as bounded:
            bounded.setattr(xlsx_file, bound, small)
            with pytest.raises(UserError, match="uitgepakt te groot"):
                take_in(LIST)
    assert not any(counts(database))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "wachtwoord of is van een oude Excel"),
        (b"<html><table></table></html>", "geen leesbaar Excel-bestand"),
        (f"{HEAD}\n{LINE}\n".encode(), "geen leesbaar Excel-bestand"),
    ],
)
def test_another_kind_of_file(take_in: Any, content: bytes, told: str) -> None:
    with pytest.raises(UserError, match=told):
        take_in(content, name="lijst.xlsx")


def test_an_excel_file_that_is_called_csv(take_in: Any) -> None:
    with pytest.raises(UserError, match="is een Excel-bestand en geen CSV"):
        take_in(xlsx(LIST), name="lijst.csv")


def test_a_zip_that_is_no_workbook(take_in: Any) -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(UserError, match="geen gewone Excel-werkmap"):
        take_in(out.getvalue(), name="lijst.xlsx")
