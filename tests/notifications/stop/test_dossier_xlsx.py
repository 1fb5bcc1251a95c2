"""The dossier as sheets: four of them, real dates and numbers, nothing that becomes a formula (S-17, S-36)."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter

from models.views.dossier import ChildView, DossierView
from notifications.stop.report.xlsx import xlsx
from tests.support.dossier_views import LAST, TODAY, a_child, a_region, a_view, numbers, settled, transferring


def book(view: DossierView, children: list[ChildView], name: str = "") -> Workbook:
    return load_workbook(BytesIO(xlsx(a_region(name=name), view, children, TODAY)))


def lines_of(made: Workbook, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet by their headings."""
    heading, *lines = made[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, heading), line, strict=True)) for line in lines]


def test_a_row_per_child() -> None:
    """S-17, S-36: the most urgent first, days as days and numbers as numbers."""
    done = settled(3, date(2027, 2, 1))
    child = transferring(
        2,
        sender_reference="K-2",
        due=date(2027, 6, 1),
        moves_along=True,
        signals=["term_at_risk"],
        flex_cases=["ZB-2026-000009"],
    )
    made = book(a_view(), [a_child(1), done, child])
    first, second, third = lines_of(made, "Jeugdigen")
    assert first == {
        "Kenmerk": "ST-2026-000001-0002",
        "Eigen kenmerk": "K-2",
        "Toegang": "Toegang Rotterdam",
        "Gemeentecode": "0599",
        "Soort zorg": "duurzaam",
        "Fase": "lopende zorg",
        "Zorgvorm": "ambulant individueel",
        "Locatie": None,
        "Route": 2,
        "Ontvanger": "Bosrand",
        "Gaat mee": "ja",
        "Voorstel": None,
        "Staat": "overdracht bezig",
        "Nu bij": "Zonnewende",
        "Ontbreekt nog": "informatie aan het gezin, toestemming, warme overdracht, compleet dossier, "
        "acceptatie door de ontvangende aanbieder, toewijzing",
        "Aan zet": "Zonnewende",
        "Laatste dag": datetime(2027, 6, 1),  # noqa: DTZ001 - as a sheet keeps it
        "Dagen": 92,
        "Aangemeld": datetime(2025, 3, 3),  # noqa: DTZ001
        "Toewijzing tot": datetime.combine(LAST, datetime.min.time()),
        "Gestart": None,
        "Afgerond": None,
        "Flexroute": "ZB-2026-000009",
        "Let op": "termijn in gevaar, in de flexroute",
    }
    assert second["Eigen kenmerk"] is None
    assert second["Kenmerk"] == "ST-2026-000001-0001"
    assert third["Afgerond"] == datetime(2027, 2, 1)  # noqa: DTZ001
    assert made["Jeugdigen"]["Q2"].number_format == "DD-MM-YYYY"


def test_the_numbers_and_who_may_take_over() -> None:
    """S-37, S-40 … S-42."""
    counts = {
        "0599": {"provider": numbers(2), "access": numbers(3), "explained": False},
        "0606": {"provider": None, "access": None},
    }
    view = a_view(counts=counts, differences={"0599": {"running": [2, 3]}}, care_forms=["outpatient_individual", "family_home"],
                  candidates=["sys-zuid", "bosrand"])  # fmt: skip
    made = book(view, [a_child(1)])
    here, there = lines_of(made, "Aantallen")
    assert (here["Lopende zorg, aanbieder"], here["Lopende zorg, Toegang"], here["Verschil"]) == (
        2,
        3,
        "niet verklaard",
    )
    assert (here["Toegevoegd"], here["Nog bij de aanbieder"]) == (3, 1)
    assert (there["Lopende zorg, aanbieder"], there["Verschil"]) == (None, "niet compleet")
    south, wood = lines_of(made, "Aanbieders")
    assert south["Zorgvormen"] == "ambulant individueel, gezinshuis"
    assert (wood["Aanbieder"], wood["Zorgvormen"]) == ("Bosrand", "ambulant individueel")
    assert wood["Contract tot"] == datetime(2028, 12, 31)  # noqa: DTZ001


def test_the_overview_says_what_the_screen_says() -> None:
    made = book(a_view(locations=["Huis Oost"]), [a_child(1)])
    said = {label: value for label, value in made["Overzicht"].iter_rows(values_only=True) if label}
    assert said["Aanbieder"] == "Zonnewende"
    assert said["Locatie"] == "Huis Oost"
    assert said["Wat houdt op"] == "Voor 1 jeugdige is er nog geen voorstel voor een route. Aan zet: Zonnewende."


@pytest.mark.parametrize("children", [0, 3])
def test_headings_stay_and_can_be_filtered(children: int) -> None:
    made = book(a_view(), [a_child(n) for n in range(children)])
    assert made.sheetnames == ["Overzicht", "Aantallen", "Jeugdigen", "Aanbieders", "IGJ-taken"]
    for name in made.sheetnames[1:]:
        assert made[name].freeze_panes == "A2"
        assert made[name].auto_filter.ref == f"A1:{get_column_letter(made[name].max_column)}{made[name].max_row}"
        assert all(width.width >= 8 for width in made[name].column_dimensions.values())
    assert made["Jeugdigen"].max_row == children + 1


@pytest.mark.parametrize(
    "typed", ["=1+1", "+31", "-1", "@SUM(A1)", " =HYPERLINK(1)", "=cmd|' /C calc'!A0", "x\x07\uffffy"]
)
def test_what_people_typed_is_no_formula(typed: str) -> None:
    """Names and places are text, in Excel too once somebody edits the cell; letters that a sheet cannot hold are left out."""
    name = typed.replace("\x07\uffff", "").strip()  # in a name of a region they are refused
    made = book(a_view(locations=[typed], candidates=["bosrand"]), [transferring(1, location=typed)], name=name)
    cells: list[Cell] = [cell for sheet in made for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "f" not in {cell.data_type for cell in cells}
    held = [cell for cell in cells if typed.replace("\x07\uffff", "") in str(cell.value)]
    assert len(held) >= 2
    assert all(cell.quotePrefix for cell in held if str(cell.value).lstrip()[0] in "=+-@")
