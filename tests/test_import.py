"""Referrals from a file: good lines in, bad ones reported with line, column and reason; twice is as good as once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlmodel import func, select

from acts import perform
from cli import list_rows, referral_file
from cli.list_report import Import, Wrong
from cli.referral_file import import_referrals
from flexroute.errors import Unreachable, UserError
from models.case import Case, Decision, Youth
from models.database import Database, using
from models.directory import store_region
from models.letter import Letter
from models.region_file import read_region
from models.schema import migrate
from rules.refusal import Refused

WORLD = Path(__file__).parent / "scenarios" / "world.yaml"
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
HEAD = "eigen kenmerk;verwijsroute;opdracht;aanbieder;ontvangen op;gemeentecode"
LINE = "K-1;wijkteam;B;sys-noord;2026-03-02;0599"
TABLES = (Case, Youth, Decision, Letter)
SECRETS = ("Proefjeugdige Kornoelje", "2014-05-09", "09-05-2014", "999900006", "999900007", "31-02-2014")


def _empty_database(home: Path) -> Iterator[Database]:
    with using(Database(f"sqlite:///{home / 'import.db'}")) as made:
        migrate(made)
        with made.writing() as session:
            store_region(session, read_region(WORLD))
        yield made


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    yield from _empty_database(tmp_path)


@pytest.fixture(scope="module")
def shared_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    yield from _empty_database(tmp_path_factory.mktemp("junk"))


@pytest.fixture
def take_in(database: Database, tmp_path: Path) -> Any:
    """Import a text, bytes, or rows (as XLSX)."""

    def run(content: Any, by: str = "ref-lt", now: datetime = NOW, name: str | None = None) -> Import:
        if isinstance(content, list):
            content, name = _xlsx(content), name or "verwijzingen.xlsx"
        path = tmp_path / (name or "verwijzingen.csv")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_referrals(database, path, by, now)

    return run


def _xlsx(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(*lines: str) -> str:
    return "\r\n".join((HEAD, *lines)) + "\r\n"


def _with(column: str, value: str, by: str = ";") -> str:
    """A good line with one more column, or with another value in one of the usual ones."""
    titles, cells = HEAD.split(";"), LINE.split(";")
    if column in titles:
        cells[titles.index(column)] = value
    else:
        titles, cells = [*titles, column], [*cells, value]
    out = StringIO()
    csv.writer(out, delimiter=by).writerows([titles, cells])
    return out.getvalue()


def _counts(database: Database) -> list[int]:
    with database.reading() as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in TABLES]


def _cases(database: Database) -> list[Case]:
    with database.reading() as session:
        return list(session.exec(select(Case).order_by(Case.reference)).all())


def _private(database: Database) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [row.data for row in session.exec(select(Youth)).all()]


# what is taken in


def test_a_dutch_csv_with_everything(take_in: Any, database: Database) -> None:
    done = take_in(
        "Eigen kenmerk;Verwijzer;Verwijsroute;Opdracht;Forensisch;Verblijf;Aanbieder;Ontvangstdatum;Gemeente;"
        "Treeknorm weken;Zorgvorm;Leeftijdsgroep;Spoed;Naam jeugdige;Geboortedatum;BSN\n"
        "K-1;ref-gi;GI;C;ja;x;Zuiderzorg Jeugd;2-3-2026;0606;"
        "6;Gezinshuis;12–15;nee;Proefjeugdige Kornoelje;09-05-2014;999900006\n",
        by="tz-anna",
    )
    assert done == Import(new=[(2, "ZB-2026-000001")])
    [case] = _cases(database)
    assert (case.sender_reference, case.referrer_id) == ("K-1", "ref-gi")
    assert (case.referral_route, case.opdracht) == ("certified_institution", "C")
    assert (case.forensic, case.residential, case.urgent) == (True, True, False)
    assert (case.provider_id, case.received_on, case.municipality) == ("sys-zuid", date(2026, 3, 2), "0606")
    assert (case.treeknorm_weeks, case.care_form, case.age_band) == (6, "family_home", "12-15")
    assert _private(database) == [{"name": "Proefjeugdige Kornoelje", "birth_date": "2014-05-09", "bsn": "999900006"}]


def test_an_english_header_and_the_codes_themselves(take_in: Any, database: Database) -> None:
    done = take_in(
        "Sender Reference,referral_route,OPDRACHT,provider,received-on,municipality,care form,urgent,birth_date\n"
        "K-1,medical,B,sys-oost,2026-03-02,0599,outpatient_individual,true,\n",
        by="ref-gp",
    )
    assert done.new == [(2, "ZB-2026-000001")]
    [case] = _cases(database)
    assert (case.referral_route, case.referrer_id) == ("medical", "ref-gp")
    assert (case.care_form, case.urgent) == ("outpatient_individual", True)
    assert _private(database) == []


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiters_and_encodings(take_in: Any, database: Database, delimiter: str, encoding: str) -> None:
    assert take_in(_with("náám", "José; de Böer, jr.", delimiter).encode(encoding)).new
    assert _private(database) == [{"name": "José; de Böer, jr."}]


def test_another_delimiter_inside_a_title_does_not_confuse(take_in: Any) -> None:
    with pytest.raises(UserError, match=r"kolom 7 \(a,b,c,d,e,f,g,h,i\) is onbekend"):
        take_in(f"{HEAD};a,b,c,d,e,f,g,h,i\n{LINE};\n")


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
    assert [line for line, _ in take_in(_lines(LINE, LINE.replace("K-1", "K-2")).replace("\r\n", "\r")).new] == [2, 3]


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
        Wrong(5, "Ontvangen op", "schrijf een bestaande dag als jjjj-mm-dd of dd-mm-jjjj, bijvoorbeeld 2026-03-09")
    ]
    first, second = _cases(database)
    assert (first.sender_reference, first.provider_id, first.received_on) == ("1201", "sys-noord", date(2026, 3, 9))
    assert (first.municipality, first.treeknorm_weeks, first.forensic, first.urgent) == ("0599", 8, True, False)
    assert (second.sender_reference, second.provider_id, second.urgent) == ("1202", "prest-west", True)
    assert _private(database) == [{"birth_date": "2014-05-09", "bsn": "999900018"}]


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
    assert take_in(_with("aanbieder", given_as)).new
    assert _cases(database)[0].provider_id == ident


def test_an_agb_code_of_a_subcontractor_and_a_flex_provider_means_the_one_with_a_contract(take_in: Any) -> None:
    [wrong] = take_in(_with("aanbieder", "90000002")).wrong  # oa-dubbel and flex-dubbel
    assert "flex-aanbieder" in wrong.reason


def test_a_referrer_by_name(take_in: Any, database: Database) -> None:
    assert take_in(_with("verwijzer", "Wijkteam centrum"), by="tz-bram").new
    assert _cases(database)[0].referrer_id == "ref-lt"


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
    assert take_in(_with("verwijsroute", written)).new
    assert _cases(database)[0].referral_route == route


@pytest.mark.parametrize(
    ("written", "truth"), [("ja", True), ("NEE", False), ("True", True), ("false", False), ("x", True), ("", False)]
)
def test_yes_and_no(take_in: Any, database: Database, written: str, truth: bool) -> None:
    assert take_in(_with("forensisch", written)).new
    assert _cases(database)[0].forensic is truth


# a second time


def test_a_second_import_changes_nothing(take_in: Any, database: Database) -> None:
    text = _lines(LINE, LINE.replace("K-1", " K-2 "), "K-3;wijkteam;B;nergens;2026-03-02;0599")
    first = take_in(text)
    before = _counts(database)
    again = take_in(text, now=LATER)
    assert again.new == []
    assert again.known == first.new
    assert again.wrong == first.wrong
    assert _counts(database) == before


def test_the_same_reference_twice_in_one_file(take_in: Any) -> None:
    assert take_in(_lines(LINE, LINE)) == Import(new=[(2, "ZB-2026-000001")], known=[(3, "ZB-2026-000001")])


def test_the_same_reference_of_two_referrers_is_two_referrals(take_in: Any) -> None:
    head, other = f"{HEAD};verwijzer\n", f"{LINE};ref-gp\n"
    done = take_in(f"{head}{LINE};ref-lt\n{other}{other}", by="tz-anna")
    assert (len(done.new), done.known) == (2, [(4, done.new[1][1])])


def test_a_mended_line_is_taken_in_the_second_time(take_in: Any) -> None:
    assert take_in(_with("gemeentecode", "Rotterdam")).wrong
    assert take_in(_lines(LINE)).new


# straight to a flex provider


def test_a_direct_flex_referral_is_wrong_and_told_to_the_referrer_once(take_in: Any, database: Database) -> None:
    text = _lines("K-1;huisarts;B;Anker Flex;2026-03-02;0599", "K-2;huisarts;B;flex-anker;2026-03-02;0599")
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
    assert _counts(database) == [0, 0, 0, 1 if own else 2]


# wrong lines


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("eigen kenmerk", "", "vul dit veld in"),
        ("eigen kenmerk", "k" * 81, "te lang"),
        ("verwijsroute", "buurman", "kies een van"),
        ("verwijsroute", "", "vul dit veld in"),
        ("opdracht", "jeugd", "niet de goede vorm"),
        ("aanbieder", "Bestaat Niet", "niet bekend"),
        ("aanbieder", "12345678", "niet bekend"),
        ("aanbieder", "ref-gp", "geen systeem- of prestatieaanbieder"),
        ("ontvangen op", "31-02-2026", "schrijf een bestaande dag"),
        ("ontvangen op", "2026-03-10", "ligt in de toekomst"),
        ("gemeentecode", "Rotterdam", "niet de goede vorm"),
        ("Verwijzer", "ref-gp", "alleen eigen verwijzingen"),
        ("Verwijzer", "Onbekend", "niet bekend"),
        ("Forensisch", "misschien", "kies ja of nee"),
        ("Treeknorm weken", "0", "te klein"),
        ("Treeknorm weken", "veel", "heel getal"),
        ("Zorgvorm", "op maat!", "niet de goede vorm"),
        ("Leeftijdsgroep", "5", "kies een van"),
        ("Spoed", "#N/B", "fout van het rekenblad"),
        ("naam jeugdige", "#N/A", "fout van het rekenblad"),
        ("Geboorte datum", "31-02-2014", "schrijf de datum"),
        ("BSN", "999900007", "elfproef"),
        ("BSN", "99990000", "9 cijfers"),
        ("BSN", "999.900.006", "9 cijfers"),
        ("BSN", "٩٩٩٩٠٠٠٠٦", "9 cijfers"),
    ],
)
def test_a_wrong_line_says_line_column_and_reason(
    take_in: Any, database: Database, column: str, value: str, reason: str
) -> None:
    done = take_in(_with(column, value))
    assert (done.new, done.known) == ([], [])
    [wrong] = done.wrong
    assert (wrong.line, wrong.column) == (2, column)
    assert reason in wrong.reason
    assert _counts(database) == [0, 0, 0, 0]


def test_a_care_mediator_says_who_referred(take_in: Any) -> None:
    [wrong] = take_in(_with("verwijzer", ""), by="tz-anna").wrong
    assert (wrong.column, wrong.reason) == ("verwijzer", "vul in welke verwijzer heeft verwezen")


def test_a_cell_without_a_title_above_it(take_in: Any) -> None:
    done = take_in(
        f"{HEAD};;\n{LINE};;\n{LINE.replace('K-1', 'K-2')};;;\n{LINE.replace('K-1', 'K-3')};;te veel\n"
        f"{LINE.replace('K-1', 'K-4')};;;;te veel\n"
    )
    assert [line for line, _ in done.new] == [2, 3]
    assert [(one.line, one.column) for one in done.wrong] == [(4, "kolom 8"), (5, "kolom 10")]


def test_good_lines_go_in_next_to_bad_ones(take_in: Any) -> None:
    done = take_in(_lines("K-1;wijkteam", LINE.replace("K-1", "K-2"), LINE.replace("K-1", "")))
    assert done.new == [(3, "ZB-2026-000001")]
    assert [(one.line, one.column) for one in done.wrong] == [(2, "opdracht"), (4, "eigen kenmerk")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("bsn", "999900007"),
        ("geboortedatum", "31-02-2014"),
        ("aanbieder", "999900006"),
        ("spoed", "999900006"),
        ("opdracht", "Proefjeugdige Kornoelje"),
    ],
)
def test_no_reason_repeats_anything_private(take_in: Any, column: str, value: str) -> None:
    head = f"{HEAD};spoed;naam;geboortedatum;bsn".split(";")
    cells = [*LINE.split(";"), "", "Proefjeugdige Kornoelje", "09-05-2014", "999900006"]
    cells[head.index(column)] = value
    [wrong] = take_in(f"{';'.join(head)}\n{';'.join(cells)}\n").wrong
    assert not any(secret in f"{wrong.column} {wrong.reason}" for secret in SECRETS)


# headers and files that are refused


def test_everything_that_is_wrong_with_a_header_is_told_at_once(take_in: Any, database: Database) -> None:
    with pytest.raises(UserError) as error:
        take_in(f"kenmerk;Eigen_Kenmerk;verwijsroute;opdracht;Huisdier;naam;gemeente;kleur\n{LINE};;\n", by="tz-anna")
    told = str(error.value)
    for part in (
        "kolom 5 (Huisdier) is onbekend",
        "kolom 8 (kleur) is onbekend",
        "kolommen 1 (kenmerk) en 2 (Eigen_Kenmerk) betekenen hetzelfde",
        "aanbieder (provider) ontbreekt",
        "ontvangen op (received_on) ontbreekt",
        "verwijzer (referrer) ontbreekt",
    ):
        assert f"regel 1: {part}" in told.replace("de kolom ", "")
    assert "gemeentecode" not in told
    assert _counts(database) == [0, 0, 0, 0]


def test_a_referrer_needs_no_column_referrer_but_a_care_mediator_does(take_in: Any) -> None:
    with pytest.raises(UserError, match="verwijzer"):
        take_in(_lines(LINE), by="tz-anna")
    assert take_in(_lines(LINE), by="ref-lt").new


def test_a_file_without_a_header_does_not_show_its_first_referral(take_in: Any) -> None:
    with pytest.raises(UserError) as error:
        take_in("K-1;wijkteam;B;sys-noord;2026-03-02;0599;verblijf;Proefjeugdige Kornoelje;09-05-2014;999900006\n")
    assert "geen kop" in str(error.value)
    assert not any(secret in str(error.value) for secret in SECRETS)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("verwijzingen.txt", HEAD.encode()),
        ("verwijzingen.xls", b"\xd0\xcf\x11\xe0"),
        ("verwijzingen", HEAD.encode()),
        ("leeg.csv", b""),
        ("leeg.csv", b"\xef\xbb\xbf\r\n ;; \r\n"),
        ("leeg.xlsx", _xlsx([])),
        ("geen.xlsx", b"eigen kenmerk;opdracht"),
        ("half.xlsx", _xlsx([HEAD.split(";"), LINE.split(";")])[:2000]),
        ("utf16.csv", _lines(LINE).encode("utf-16")),
        ("binair.csv", bytes(range(256))),
        ("binair.csv", b"\x81\x8d\x8f"),
        ("quote.csv", _lines(LINE, '"K-2;wijkteam').encode()),
        ("quote.csv", f'"{HEAD}'.encode()),
    ],
)
def test_files_that_cannot_be_used(take_in: Any, database: Database, name: str, content: bytes) -> None:
    with pytest.raises(UserError):
        take_in(content, name=name)
    assert _counts(database) == [0, 0, 0, 0]


def test_a_quote_too_many_says_where(take_in: Any, database: Database) -> None:
    with pytest.raises(UserError, match="regel 3"):
        take_in(_lines(LINE, '"K-2;wijkteam;B;sys-noord;2026-03-02;0599', LINE.replace("K-1", "K-3")))
    assert _counts(database) == [0, 0, 0, 0]


def test_files_that_are_not_there(database: Database, tmp_path: Path) -> None:
    (tmp_path / "map.csv").mkdir()
    for name in ("weg.csv", "map.csv", "weg.xlsx", "raar\0.csv"):
        with pytest.raises(UserError):
            import_referrals(database, tmp_path / name, "ref-lt", NOW)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_there_is_a_limit_to_the_lines(
    take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(list_rows, "MAX_LINES", 3)
    rows = [HEAD.split(";"), *(LINE.replace("K-1", f"K-{number}").split(";") for number in range(4))]
    for size, fits in ((5, False), (4, True)):
        content: Any = rows[:size] if kind == "xlsx" else "\n".join(";".join(row) for row in rows[:size])
        if fits:
            assert len(take_in(content).new) == 3
        else:
            with pytest.raises(UserError, match="meer dan 3 regels"):
                take_in(content)
            assert _counts(database) == [0, 0, 0, 0]


def test_a_file_that_is_too_big(take_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_rows, "MAX_BYTES", 10)
    with pytest.raises(UserError, match="te groot"):
        take_in(_lines(LINE))


# who, and the database


@pytest.mark.parametrize("by", ["sys-noord", "cm-bc", "beheer", "niemand"])
def test_who_may_not_register_is_told_before_anything(database: Database, tmp_path: Path, by: str) -> None:
    with pytest.raises(Refused) as refused:
        import_referrals(database, tmp_path / "bestaat-niet.csv", by, NOW)
    assert refused.value.code == "forbidden"


def test_a_database_that_goes_away_is_told_and_a_second_try_takes_in_the_rest(
    take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_at_the_second(*args: Any) -> str:
        if args[4]["sender_reference"] == "K-2":
            raise Unreachable("weg")
        return perform(*args)

    text = _lines(LINE, LINE.replace("K-1", "K-2"))
    with monkeypatch.context() as broken:
        broken.setattr(referral_file, "perform", fails_at_the_second)
        with pytest.raises(Unreachable):
            take_in(text)
    done = take_in(text)
    assert (done.known, done.new) == ([(2, "ZB-2026-000001")], [(3, "ZB-2026-000002")])


# junk

CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "K-1",
            "K-2",
            "wijkteam",
            "gi",
            "B",
            "C",
            "sys-noord",
            "flex-anker",
            "90000101.0",
            "2026-03-02",
            "02-03-2026",
            "0001-01-01",
            "9999-12-31",
            "0599",
            "599.0",
            "ja",
            "x",
            "ref-lt",
            "ref-gp",
            "12",
            "family_home",
            "4-11",
            "999900006",
            "#N/A",
            "Proef",
        ]
    ),
    st.text(max_size=12),
)
TITLES = [
    "eigen kenmerk",
    "verwijzer",
    "verwijsroute",
    "opdracht",
    "forensisch",
    "verblijf",
    "aanbieder",
    "ontvangen op",
    "gemeente",
    "treeknorm weken",
    "zorgvorm",
    "leeftijdsgroep",
    "spoed",
    "naam",
    "geboortedatum",
    "bsn",
]
GOOD = ("K-1", "ref-lt", "wijkteam", "B", "", "", "sys-noord", "2026-03-02", "599", "", "", "", "", "", "", "")
SOME = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def _twice_is_once(database: Database, path: Path, by: str) -> None:
    """UserError or a report; and the second time nothing changes and everything is known or wrong."""
    try:
        first = import_referrals(database, path, by, NOW)
    except UserError:
        first = None
    before = _counts(database)
    try:
        again = import_referrals(database, path, by, LATER)
    except UserError:
        assert first is None
    else:
        assert first is not None
        assert again.new == []
        assert again.wrong == first.wrong
        assert sorted(again.known) == sorted(first.new + first.known)
    assert _counts(database) == before


@SOME
@given(
    junk=st.binary(max_size=300) | st.text(list('K;,\t"\r\n x1é\0'), max_size=120).map(str.encode),
    behind=st.booleans(),
    kind=st.sampled_from(["csv", "xlsx"]),
)
def test_whatever_bytes_there_are(
    shared_database: Database, tmp_path: Path, junk: bytes, behind: bool, kind: str
) -> None:
    path = tmp_path / f"junk.{kind}"
    path.write_bytes(_lines(LINE).encode() + junk if behind else junk)
    _twice_is_once(shared_database, path, "ref-lt")


@SOME
@given(
    changes=st.lists(st.dictionaries(st.integers(0, len(TITLES)), CELLS, max_size=4), max_size=5),
    by=st.sampled_from(["ref-lt", "tz-anna"]),
    delimiter=st.sampled_from([";", ",", "\t"]),
)
def test_whatever_cells_there_are(
    shared_database: Database, tmp_path: Path, changes: list[dict[int, str]], by: str, delimiter: str
) -> None:
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(TITLES)
    for change in changes:
        writer.writerow([change.get(place, cell) for place, cell in enumerate((*GOOD, ""))])
    path = tmp_path / "cells.csv"
    path.write_bytes(out.getvalue().encode("utf-8", "replace"))
    _twice_is_once(shared_database, path, by)


@SOME
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_whatever_happens_to_an_xlsx(shared_database: Database, tmp_path: Path, at: int, byte: int) -> None:
    content = bytearray(_xlsx([HEAD.split(";"), LINE.split(";")]))
    content[at % len(content)] = byte
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(content)
    _twice_is_once(shared_database, path, "ref-lt")
