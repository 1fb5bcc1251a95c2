"""Referrals from a file: what is taken in, and twice is once."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook
from sqlmodel import select

from acts import perform
from acts.intake.report import Import, Wrong
from models.store.database import Database
from models.store.letter import Letter
from rules.shared.refusal import Refused
from tests.acts.flex.referral_list.referral_lists import HEAD, LINE, cases, listed, private, with_cell
from tests.support.lists import LATER, NOW
from tests.support.stored import counts


def test_a_dutch_csv_with_everything(take_in: Any, database: Database) -> None:
    done = take_in(
        "Eigen kenmerk;Verwijzer;Verwijsroute;Opdracht;Forensisch;Verblijf;Aanbieder;Ontvangstdatum;Gemeente;"
        "Treeknorm weken;Zorgvorm;Leeftijdsgroep;Spoed;Naam jeugdige;Geboortedatum;BSN\n"
        "K-1;ref-gi;GI;C;ja;x;Zuiderzorg Jeugd;2-3-2026;0606;"
        "6;Gezinshuis;12–15;nee;Proefjeugdige Kornoelje;09-05-2014;999900006\n",
        by="tz-anna",
    )
    assert done == Import(new=[(2, "ZB-2026-000001")])
    [case] = cases(database)
    assert (case.sender_reference, case.referrer_id) == ("K-1", "ref-gi")
    assert (case.referral_route, case.opdracht) == ("certified_institution", "C")
    assert (case.forensic, case.residential, case.urgent) == (True, True, False)
    assert (case.provider_id, case.received_on, case.municipality) == ("sys-zuid", date(2026, 3, 2), "0606")
    assert (case.treeknorm_weeks, case.care_form, case.age_band) == (6, "family_home", "12-15")
    assert private(database) == [{"name": "Proefjeugdige Kornoelje", "birth_date": "2014-05-09", "bsn": "999900006"}]


def test_an_english_header_and_the_codes_themselves(take_in: Any, database: Database) -> None:
    done = take_in(
        "Sender Reference,referral_route,OPDRACHT,provider,received-on,municipality,care form,urgent,birth_date\n"
        "K-1,medical,B,sys-oost,2026-03-02,0599,outpatient_individual,true,\n",
        by="ref-gp",
    )
    assert done.new == [(2, "ZB-2026-000001")]
    [case] = cases(database)
    assert (case.referral_route, case.referrer_id) == ("medical", "ref-gp")
    assert (case.care_form, case.urgent) == ("outpatient_individual", True)
    assert private(database) == []


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiters_and_encodings(take_in: Any, database: Database, delimiter: str, encoding: str) -> None:
    assert take_in(with_cell("náám", "José; de Böer, jr.", delimiter).encode(encoding)).new
    assert private(database) == [{"name": "José; de Böer, jr."}]


def test_another_delimiter_inside_a_title_does_not_confuse(take_in: Any) -> None:
    done = take_in(f"{HEAD};a,b,c,d,e,f,g,h,i\n{LINE};\n")
    assert (len(done.new), done.ignored) == (1, [(7, "a,b,c,d,e,f,g,h,i")])


def test_the_line_is_where_the_record_begins(take_in: Any) -> None:
    text = (
        "\n\neigen kenmerk;verwijsroute;opdracht;aanbieder;ontvangen op;gemeentecode;naam\n"
        'K-1;wijkteam;B;sys-noord;2026-03-02;0599;"Proef\njeugdige"\n\n;;;;;;\n  \n'
        'K-2;wijkteam;B;sys-noord;2026-03-02;0599;"Nog\n\neen"\nK-3;wijkteam;B;nergens;2026-03-02;0599;\n'
    )
    done = take_in(text)
    assert [line for line, _ in done.new] == [4, 9]
    assert [(one.line, one.column) for one in done.wrong] == [(12, "aanbieder")]


def test_old_mac_line_ends(take_in: Any) -> None:
    assert [line for line, _ in take_in(listed(LINE, LINE.replace("K-1", "K-2")).replace("\r\n", "\r")).new] == [2, 3]


def test_an_xlsx_with_numbers_dates_and_booleans(take_in: Any, database: Database) -> None:
    head = [
        "Kenmerk",
        "Verwijsroute",
        "Opdracht",
        "Aanbieder",
        "Ontvangen op",
        "Gemeentecode",
        "Treeknorm_weken",
        "Forensisch",
        "Spoed",
        "Geboortedatum",
        "BSN",
    ]
    done = take_in(
        [
            head,
            [
                1201.0,
                "lokaal team",
                "B",
                90000101.0,
                NOW.replace(tzinfo=None),
                599.0,
                8.0,
                True,
                False,
                date(2014, 5, 9),
                999900018.0,
            ],
            [],
            [1202, "Lokaal_team", "B", "90000104", "02-03-2026", "0606", None, None, "X", None, None, None, None],
            ["1203", "lokaal team", "B", "sys-noord", 46000, 599],
        ]
    )
    assert done.new == [(2, "ZB-2026-000001"), (4, "ZB-2026-000002")]
    assert done.wrong == [
        Wrong(5, "Ontvangen op", "schrijf een bestaande dag als dag-maand-jaar, bijvoorbeeld 09-03-2026")
    ]
    first, second = cases(database)
    assert (first.sender_reference, first.provider_id, first.received_on) == ("1201", "sys-noord", date(2026, 3, 9))
    assert (first.municipality, first.treeknorm_weeks, first.forensic, first.urgent) == ("0599", 8, True, False)
    assert (second.sender_reference, second.provider_id, second.urgent) == ("1202", "prest-west", True)
    assert private(database) == [{"birth_date": "2014-05-09", "bsn": "999900018"}]


def test_only_the_first_sheet_counts_and_its_dimensions_are_not_believed(take_in: Any) -> None:
    book = Workbook(write_only=True)  # writes no dimensions
    for rows in ([HEAD.split(";"), LINE.split(";")], [["iets", "anders"]]):
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    assert take_in(out.getvalue(), name="Verwijzingen.XLSX").new == [(2, "ZB-2026-000001")]


@pytest.mark.parametrize(
    ("given_as", "ident"),
    [
        ("sys-noord", "sys-noord"),
        ("90000101", "sys-noord"),
        ("90000101.0", "sys-noord"),
        ("jeugdhulp NOORD", "sys-noord"),
    ],
)
def test_an_organisation_by_id_agb_code_or_name(take_in: Any, database: Database, given_as: str, ident: str) -> None:
    assert take_in(with_cell("aanbieder", given_as)).new
    assert cases(database)[0].provider_id == ident


def test_an_agb_code_of_a_subcontractor_and_a_flex_provider_means_the_one_with_a_contract(take_in: Any) -> None:
    [wrong] = take_in(with_cell("aanbieder", "90000002")).wrong  # oa-dubbel and flex-dubbel
    assert "flex-aanbieder" in wrong.reason


def test_a_referrer_by_name(take_in: Any, database: Database) -> None:
    assert take_in(with_cell("verwijzer", "Wijkteam centrum"), by="tz-bram").new
    assert cases(database)[0].referrer_id == "ref-lt"


@pytest.mark.parametrize(
    ("written", "route"),
    [
        ("local_team", "local_team"),
        ("Lokaal team", "local_team"),
        ("wijkteam", "local_team"),
        ("medical", "medical"),
        ("Medische verwijzer", "medical"),
        ("huisarts", "medical"),
        ("certified_institution", "certified_institution"),
        ("gi", "certified_institution"),
        ("Gecertificeerde  Instelling", "certified_institution"),
    ],
)
def test_referral_routes(take_in: Any, database: Database, written: str, route: str) -> None:
    assert take_in(with_cell("verwijsroute", written)).new
    assert cases(database)[0].referral_route == route


@pytest.mark.parametrize(
    ("written", "truth"), [("ja", True), ("NEE", False), ("True", True), ("false", False), ("x", True), ("", False)]
)
def test_yes_and_no(take_in: Any, database: Database, written: str, truth: bool) -> None:
    assert take_in(with_cell("forensisch", written)).new
    assert cases(database)[0].forensic is truth


def test_a_second_import_changes_nothing(take_in: Any, database: Database) -> None:
    text = listed(LINE, LINE.replace("K-1", " K-2 "), "K-3;wijkteam;B;nergens;2026-03-02;0599")
    first = take_in(text)
    before = counts(database)
    again = take_in(text, now=LATER)
    assert again.new == []
    assert again.known == first.new
    assert again.wrong == first.wrong
    assert counts(database) == before


def test_the_same_reference_twice_in_one_file(take_in: Any) -> None:
    assert take_in(listed(LINE, LINE)) == Import(new=[(2, "ZB-2026-000001")], known=[(3, "ZB-2026-000001")])


def test_the_same_reference_of_two_referrers_is_two_referrals(take_in: Any) -> None:
    head, other = f"{HEAD};verwijzer\n", f"{LINE};ref-gp\n"
    done = take_in(f"{head}{LINE};ref-lt\n{other}{other}", by="tz-anna")
    assert (len(done.new), done.known) == (2, [(4, done.new[1][1])])


def test_a_mended_line_is_taken_in_the_second_time(take_in: Any) -> None:
    assert take_in(with_cell("gemeentecode", "Rotterdm")).wrong
    assert take_in(listed(LINE)).new


def test_a_direct_flex_referral_is_wrong_and_told_to_the_referrer_once(take_in: Any, database: Database) -> None:
    text = listed("K-1;huisarts;B;Anker Flex;2026-03-02;0599", "K-2;huisarts;B;flex-anker;2026-03-02;0599")
    done = take_in(text, by="ref-gp")
    assert [(one.line, one.column) for one in done.wrong] == [(2, "aanbieder"), (3, "aanbieder")]
    assert take_in(text, by="ref-gp", now=LATER).wrong == done.wrong
    with database.reading() as session:
        letters = session.exec(select(Letter)).all()
        assert [(one.kind, one.recipient) for one in letters] == [("direct_flex_rejected", "ref-gp")] * 2
        assert not any("K-1" in f"{one.key}{one.subject}{one.context}" for one in letters)


@pytest.mark.parametrize("own", [{}, {"sender_reference": "K-1"}])
def test_a_rejected_referral_says_under_what_its_letter_is_filed(database: Database, own: dict[str, str]) -> None:
    asked = {
        "referral_route": "medical",
        "opdracht": "B",
        "provider": "flex-anker",
        "received_on": "2026-03-02",
        "municipality": "0599",
        **own,
    }
    for now in (NOW, LATER):
        with pytest.raises(Refused) as refused:
            perform(database, "register_referral", None, "ref-gp", asked, now)
        with database.reading() as session:
            letter = session.exec(select(Letter).where(Letter.subject == refused.value.subject)).one()
        assert letter.recipient == "ref-gp"
    assert counts(database) == [0, 0, 0, 0, 1 if own else 2]
