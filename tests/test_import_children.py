"""The client list of a provider that stops: good lines in, bad ones told with line, column, reason; twice is once (S-14, S-17)."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import event
from sqlmodel import col, func, select

from acts import perform
from acts.stop.add_child import record_children
from cli import child_file
from cli.child_file import import_children
from cli.list_report import Import, Wrong
from flexroute import clock
from flexroute.errors import Unreachable, UserError
from flows.running import Runner
from models.case import Decision, Youth
from models.database import Database, using
from models.letter import Letter
from models.stop import StopChild, StopDossier
from rules.refusal import Refused
from rules.region import Region
from tests.commands import Run, Said
from tests.conftest import with_region

NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
STOP, FIRST, SECOND = "ST-2026-000001", "ST-2026-000001-0001", "ST-2026-000001-0002"
HEAD = "eigen kenmerk;gemeentecode;soort zorg;fase;zorgvorm;aanmelddatum;toewijzing tot"
LINE = "C-1;0599;duurzaam;lopende zorg;gezinshuis;15-01-2025;31-12-2026"
TABLES = (StopChild, Youth, Decision, Letter)
SECRETS = ("Proefjeugdige Kornoelje", "2014-05-09", "09-05-2014", "999900006", "999900007", "31-02-2014")
STOPS = {
    "provider": "zonnewende",
    "stop_type": "provider_decision",
    "announced_on": "2026-03-02",
    "contract_ends_on": "2026-06-30",
    "motives": "Te weinig personeel",
}
COUNTS = {"municipality": "0599", "pre_trajectory": 0, "running": 2, "finishing": 0}


def register(database: Database, **other: Any) -> str:
    """A dossier whose own news was moved."""
    reference = perform(database, "register_stop", None, "beheer", STOPS | other, NOW)
    move()
    return reference


def move() -> None:
    with Runner(None) as runner:
        runner.move_stops(None, "veegronde", NOW)


@pytest.fixture
def stop(database: Database) -> str:
    return register(database)


def _taking_in(database: Database, folder: Path) -> Callable[..., Import]:
    """Import a text, bytes, or rows (as XLSX)."""

    def run(
        content: Any,
        by: str = "zonnewende",
        stop: str = STOP,
        now: datetime = NOW,
        name: str | None = None,
        settle: Callable[[], None] = move,
    ) -> Import:
        if isinstance(content, list):
            content, name = _xlsx(content), name or "lijst.xlsx"
        path = folder / (name or "lijst.csv")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_children(database, path, stop, by, now, settle)

    return run


@pytest.fixture
def take_in(database: Database, stop: str, tmp_path: Path) -> Callable[..., Import]:
    return _taking_in(database, tmp_path)


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory, region: Region) -> Iterator[Database]:
    """One for all the tests that are about what is in a file, not about the database."""
    with with_region(tmp_path_factory.mktemp("lijst") / "lijst.db", region) as database:
        register(database)
        yield database


@pytest.fixture
def read(one_database: Database, tmp_path: Path) -> Iterator[Callable[..., Import]]:
    """As take_in, in a database that this test does not have for itself: what it takes in is for it to take away."""
    with using(one_database):
        yield _taking_in(one_database, tmp_path)


@pytest.fixture
def cli(database: Database, stop: str, flexroute: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls a command, on the day of these tests. Nothing private is ever told."""
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def run(*args: object) -> Said:
        said = flexroute(*map(str, args))
        assert not [secret for secret in SECRETS if secret in said.out + said.err]
        return said

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


def _many(number: int, first: int = 1) -> list[str]:
    return [LINE.replace("C-1", f"C-{n}") for n in range(first, first + number)]


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


def _rows(database: Database, kind: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.exec(select(kind).order_by(*kind.__table__.primary_key)).all())


def _counts(database: Database) -> list[int]:
    with database.reading() as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in TABLES]


def _unsettled(database: Database) -> list[str]:
    return [one.act for one in _rows(database, Decision) if one.settled_at is None]


# what is taken in


def test_a_dutch_csv_with_everything(take_in: Any, database: Database) -> None:
    """S-17: one row for each child; what is about the youth stands in its own table, and nowhere else."""
    done = take_in(
        "Eigen kenmerk;Gemeente;Soort zorg;Fase;Zorgvorm;Locatie;Aangemeld op;Einddatum toewijzing;Naam jeugdige;Geboortedatum;BSN\n"
        "C-1;0606;Herstelgericht;Lopend;Ambulant individueel;Noord;2-3-2025;30-6-2026;Proefjeugdige Kornoelje;09-05-2014;999900006\n"
        "C-2;0599;duurzaam;voortraject;gezinshuis;;02-03-2026;;;;\n"
    )
    assert done == Import(new=[(2, FIRST), (3, SECOND)])
    one, two = _rows(database, StopChild)
    assert (one.sender_reference, one.municipality, one.care, one.category) == ("C-1", "0606", "restorative", "running")
    assert (one.care_form, one.location) == ("outpatient_individual", "Noord")
    assert (one.registered_on, one.allocation_ends_on) == (date(2025, 3, 2), date(2026, 6, 30))
    assert (two.care, two.category, two.care_form) == ("durable", "pre_trajectory", "family_home")
    assert (two.location, two.allocation_ends_on) == (None, None)
    [youth] = _rows(database, Youth)
    assert youth.child_id == one.id
    assert youth.data == {"name": "Proefjeugdige Kornoelje", "birth_date": "2014-05-09", "bsn": "999900006"}
    decided = [json.dumps(one.data) for one in _rows(database, Decision)]
    assert not [secret for secret in SECRETS if secret in "".join(decided)]


def test_an_english_header_and_the_codes_themselves(take_in: Any, database: Database) -> None:
    done = take_in(
        "Sender Reference,municipality,CARE,category,care form,registered-on,allocation_ends_on,name,birth_date,bsn\n"
        "C-1,0599,durable,finishing,family_home,2025-01-15,2026-12-31,,,\n"
    )
    assert done.new == [(2, FIRST)]
    [child] = _rows(database, StopChild)
    assert (child.care, child.category, child.care_form) == ("durable", "finishing", "family_home")
    assert _rows(database, Youth) == []


def test_an_xlsx_with_numbers_and_dates(take_in: Any, database: Database) -> None:
    done = take_in(
        [
            [*HEAD.split(";"), "Geboortedatum", "BSN"],
            [1201.0, 599.0, "duurzaam", "lopend", "gezinshuis", NOW.replace(tzinfo=None), date(2026, 12, 31)],
            [],
            [1202, "0606", "Duurzaam", "Afronding", "Gezins-huis", "15-01-2025", "31-12-2026", date(2014, 5, 9), 999900006],
            [1203, "0606", "duurzaam", "afronding", "gezinshuis", 46000, "31-12-2026"],
        ]
    )  # fmt: skip
    assert done.new == [(2, FIRST), (4, SECOND)]
    assert [(wrong.line, wrong.column) for wrong in done.wrong] == [(5, "aanmelddatum")]
    one, two = _rows(database, StopChild)
    assert (one.sender_reference, one.municipality, one.registered_on) == ("1201", "0599", date(2026, 3, 9))
    assert (two.sender_reference, two.category, two.care_form) == ("1202", "finishing", "family_home")
    assert [row.data for row in _rows(database, Youth)] == [{"birth_date": "2014-05-09", "bsn": "999900006"}]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiters_and_encodings(read: Any, one_database: Database, delimiter: str, encoding: str) -> None:
    text = _with("náám", "José; de Böer, jr.", delimiter).replace("C-1", f"{encoding} {ord(delimiter)}")
    assert read(text.encode(encoding)).new
    assert _rows(one_database, Youth)[-1].data == {"name": "José; de Böer, jr."}


@pytest.mark.parametrize(
    ("column", "field", "words"),
    [
        ("soort zorg", "care", {"herstelgericht": "restorative", "DUURZAAM": "durable", "restorative": "restorative"}),
        (
            "fase",
            "category",
            {
                "voortraject": "pre_trajectory", "Voor-traject": "pre_trajectory", "lopend": "running",
                "lopende zorg": "running", "afronding": "finishing", "Afronding zorg": "finishing", "running": "running",
            },
        ),
        ("zorgvorm", "care_form", {"Gezinshuis": "family_home", "ambulant  individueel": "outpatient_individual"}),
        ("gemeentecode", "municipality", {"599": "0599", "606.0": "0606"}),
    ],
)  # fmt: skip
def test_words(read: Any, one_database: Database, column: str, field: str, words: dict[str, str]) -> None:
    for written, code in words.items():
        [(_, reference)] = read(_with(column, written).replace("C-1", f"woord {written}")).new
        [child] = [one for one in _rows(one_database, StopChild) if one.reference == reference]
        assert getattr(child, field) == code, written


# a second time


def test_a_second_import_changes_nothing(take_in: Any, database: Database) -> None:
    """S-17: nobody counts twice; what is known is told with its reference."""
    text = _lines(LINE, LINE.replace("C-1", " C-2 "), LINE.replace("C-1", "C-3").replace("0599", "Rotterdam"))
    first = take_in(text)
    move()
    before = _counts(database)
    again = take_in(text, now=LATER)
    assert again == Import(known=first.new, wrong=first.wrong)
    assert _counts(database) == before


def test_a_child_that_was_added_by_hand_is_known(take_in: Any, database: Database) -> None:
    by_hand = {
        "municipality": "0599",
        "care": "durable",
        "category": "pre_trajectory",
        "care_form": "family_home",
        "registered_on": "2026-03-02",
        "sender_reference": "C-1",
    }
    assert perform(database, "add_child", STOP, "zonnewende", by_hand, NOW) == FIRST
    assert take_in(_lines(*_many(2))) == Import(known=[(2, FIRST)], new=[(3, SECOND)])
    assert _rows(database, StopChild)[0].category == "pre_trajectory"


def test_the_same_line_twice_is_known(take_in: Any) -> None:
    assert take_in(_lines(LINE, LINE)) == Import(new=[(2, FIRST)], known=[(3, FIRST)])


def test_two_children_with_one_reference_are_told(take_in: Any, database: Database) -> None:
    """S-17: the second child would be lost without a word."""
    done = take_in(_lines(LINE, *_many(1, 2), LINE.replace("0599", "0606")))
    assert [line for line, _ in done.new] == [2, 3]
    assert done.wrong == [Wrong(4, "eigen kenmerk", "dit eigen kenmerk staat ook op regel 2, met andere gegevens")]


def test_a_mended_line_is_taken_in_the_second_time(take_in: Any) -> None:
    assert take_in(_lines(LINE.replace("gezinshuis", "verblijf"))).wrong
    assert take_in(_lines(LINE)).new == [(2, FIRST)]


# wrong lines


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("eigen kenmerk", "", "vul dit veld in; zonder eigen kenmerk kan deze regel dubbel meetellen"),
        ("eigen kenmerk", "k" * 81, "te lang"),
        ("gemeentecode", "", "vul dit veld in"),
        ("gemeentecode", "Rotterdam", "niet de goede vorm"),
        ("gemeentecode", "0344", "kent de regio geen Toegang"),
        ("soort zorg", "", "vul dit veld in"),
        ("soort zorg", "licht", "kies een van: herstelgericht, duurzaam"),
        ("fase", "", "vul dit veld in"),
        ("fase", "klaar", "kies een van: voortraject, lopende zorg, afronding zorg"),
        ("fase", "#N/B", "fout van het rekenblad"),
        ("zorgvorm", "", "vul dit veld in"),
        ("zorgvorm", "op maat!", "niet bekend; in dit dossier gaat het om: ambulant individueel, gezinshuis"),
        ("zorgvorm", "verblijf", "krijgt geen zorg die in dit dossier stopt"),
        ("aanmelddatum", "", "vul dit veld in"),
        ("aanmelddatum", "31-02-2026", "schrijf een bestaande dag"),
        ("aanmelddatum", "2026-03-10", "ligt in de toekomst"),
        ("toewijzing tot", "", "vul in tot wanneer de toewijzing loopt; alleen wie wacht heeft er geen"),
        ("toewijzing tot", "zomer", "schrijf een bestaande dag"),
        ("Locatie", "l" * 4001, "te lang"),
        ("naam", "#N/A", "fout van het rekenblad"),
        ("Geboorte datum", "31-02-2014", "schrijf de datum"),
        ("BSN", "999900007", "elfproef"),
        ("BSN", "99990000", "9 cijfers"),
    ],
)  # fmt: skip
def test_a_wrong_line_says_line_column_and_reason(
    read: Any, one_database: Database, column: str, value: str, reason: str
) -> None:
    before = _counts(one_database)
    done = read(_with(column, value))
    assert (done.new, done.known) == ([], [])
    [wrong] = done.wrong
    assert (wrong.line, wrong.column) == (2, column)
    assert reason in wrong.reason
    assert _counts(one_database) == before


def test_a_column_is_named_as_the_file_names_it(read: Any) -> None:
    [wrong] = read(_with("toewijzing tot", "").replace("toewijzing tot", "Allocation ends on")).wrong
    assert wrong.column == "Allocation ends on"
    [wrong] = read(_with("toewijzing tot", "").replace(";toewijzing tot", "").replace("31-12-2026;", "")).wrong
    assert wrong.column == "toewijzing tot"


def test_where_the_dossier_names_locations_a_child_has_one(database: Database, tmp_path: Path) -> None:
    """S-01, AMB-52: only who gets the care, at the place, that stops."""
    register(database, locations=["Locatie Noord", "Zuid"])
    take_in = _taking_in(database, tmp_path)
    with pytest.raises(UserError, match=r"de kolom locatie \(location\) ontbreekt"):
        take_in(_lines(LINE))
    lines = [f"{line};{at}" for line, at in zip(_many(4), ("Locatie Noord", "locatie noord", "", "West"), strict=True)]
    done = take_in("\n".join((f"{HEAD};locatie", *lines)))
    assert [line for line, _ in done.new] == [2, 3]
    assert {child.location for child in _rows(database, StopChild)} == {"Locatie Noord"}
    assert [(wrong.line, wrong.column) for wrong in done.wrong] == [(4, "locatie"), (5, "locatie")]
    assert done.wrong[0].reason == "vul in op welke locatie: Locatie Noord, Zuid"
    assert "krijgt geen zorg die in dit dossier stopt" in done.wrong[1].reason


def test_good_lines_go_in_next_to_bad_ones(take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-17: a list with mistakes is taken in as far as it goes, in transactions that each hold a part."""
    monkeypatch.setattr(child_file, "CHUNK", 2)
    lines = _many(7)
    lines[1] = lines[1].replace("gezinshuis", "verblijf")
    lines[3] = lines[3].replace("0599", "Rotterdam")
    lines[4] = lines[4].replace("duurzaam", "licht")
    lines[6] = f"{lines[6]};te veel"
    done = take_in(_lines(*lines))
    assert [line for line, _ in done.new] == [2, 4, 7]
    assert [(one.line, one.column) for one in done.wrong] == [
        (3, "zorgvorm"), (5, "gemeentecode"), (6, "soort zorg"), (8, "kolom 8"),
    ]  # fmt: skip
    assert [child.sender_reference for child in _rows(database, StopChild)] == ["C-1", "C-3", "C-6"]


# headers and files that are refused


def test_everything_that_is_wrong_with_a_header_is_told_at_once(take_in: Any, database: Database) -> None:
    with pytest.raises(UserError) as error:
        take_in(f"kenmerk;Eigen_Kenmerk;soort zorg;fase;Huisdier;naam;opdracht\n{LINE}\n")
    told = str(error.value)
    for part in (
        "kolom 5 (Huisdier) is onbekend",
        "kolom 7 (opdracht) is onbekend",
        "kolommen 1 (kenmerk) en 2 (Eigen_Kenmerk) betekenen hetzelfde",
        "de kolom gemeentecode (municipality) ontbreekt",
        "de kolom zorgvorm (care_form) ontbreekt",
        "de kolom aanmelddatum (registered_on) ontbreekt",
    ):
        assert f"regel 1: {part}" in told
    assert "locatie" not in told
    assert _rows(database, StopChild) == []


def test_a_file_without_a_header_does_not_show_its_first_child(read: Any) -> None:
    with pytest.raises(UserError, match="geen kop met bekende kolommen") as error:
        read("C-1;0599;duurzaam;lopend;gezinshuis;15-01-2025;Proefjeugdige Kornoelje;09-05-2014;999900006\n")
    assert "eigen kenmerk; gemeentecode; soort zorg" in str(error.value)
    assert not any(secret in str(error.value) for secret in SECRETS)


def test_only_the_provider_of_the_dossier(database: Database, stop: str, tmp_path: Path) -> None:
    """S-14: another provider, also one that stops itself, is told before its file is read."""
    assert register(database, provider="bosrand", contract_ends_on="2026-12-31") == "ST-2026-000002"
    for by in ("bosrand", "sys-noord", "beheer", "toegang-rotterdam", "niemand"):
        with pytest.raises(Refused) as refused:
            import_children(database, tmp_path / "bestaat-niet.csv", stop, by, NOW, move)
        assert refused.value.code == "forbidden"


def test_a_dossier_that_is_not_there(take_in: Any) -> None:
    assert take_in(_lines(LINE)).new == [(2, FIRST)]
    for reference in ("ST-2026-000009", FIRST, "ZB-2026-000001", ""):
        with pytest.raises(Refused) as refused:
            take_in(_lines(LINE), stop=reference)
        assert refused.value.code == "not_found"


def test_a_closed_dossier_takes_nothing_in(take_in: Any, database: Database) -> None:
    with database.writing() as session:
        session.exec(select(StopDossier)).one().closed_on = date(2026, 3, 1)
    with pytest.raises(Refused) as refused:
        take_in(_lines(LINE))
    assert refused.value.code == "wrong_step"
    assert _rows(database, StopChild) == []


# what happens around it


def test_what_was_decided_about_the_dossier_just_before_is_settled_first(take_in: Any, database: Database) -> None:
    perform(database, "record_counts", STOP, "zonnewende", COUNTS, NOW)
    assert take_in(_lines(LINE)).new == [(2, FIRST)]
    assert _unsettled(database) == ["add_child"]


def test_also_in_the_midst_of_a_list(take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line is told as what it was: those before stay new, those after it go on."""

    def counted_after_the_first(*args: Any) -> Any:
        if args[3][0]["sender_reference"] == "C-3" and not _counted(database):
            perform(database, "record_counts", STOP, "zonnewende", COUNTS, NOW)
        return record_children(*args)

    monkeypatch.setattr(child_file, "CHUNK", 2)
    monkeypatch.setattr(child_file, "record_children", counted_after_the_first)
    done = take_in(_lines(*_many(5)))
    assert [line for line, _ in done.new] == [2, 3, 4, 5, 6]
    assert (done.known, done.wrong) == ([], [])


def _counted(database: Database) -> bool:
    return any(one.act == "record_counts" for one in _rows(database, Decision))


def test_a_dossier_that_stays_stuck_is_told(take_in: Any, database: Database) -> None:
    perform(database, "record_counts", STOP, "zonnewende", COUNTS, NOW)
    with pytest.raises(Refused, match="nog niet is verwerkt"):
        take_in(_lines(LINE), settle=lambda: None)
    assert _rows(database, StopChild) == []
    assert take_in(_lines(LINE)).new


def test_a_database_that_goes_away_is_told_and_a_second_try_takes_in_the_rest(
    take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_at_the_second(*args: Any) -> Any:
        if args[3][0]["sender_reference"] == "C-3":
            raise Unreachable("weg")
        return record_children(*args)

    text = _lines(*_many(3))
    with monkeypatch.context() as broken:
        broken.setattr(child_file, "CHUNK", 2)
        broken.setattr(child_file, "record_children", fails_at_the_second)
        with pytest.raises(Unreachable):
            take_in(text)
    done = take_in(text)
    assert done == Import(known=[(2, FIRST), (3, SECOND)], new=[(4, "ST-2026-000001-0003")])


def test_two_imports_at_once(database: Database, stop: str, tmp_path: Path) -> None:
    """S-17: two lists that overlap, at the same moment; every child once, every reference once."""
    barrier = Barrier(2)

    def take_in(first: int) -> Import:
        folder = tmp_path / str(first)
        folder.mkdir()
        barrier.wait(30)
        return _taking_in(database, folder)(_lines(*_many(150, first)))

    with ThreadPoolExecutor(2) as threads:
        one, two = threads.map(take_in, (1, 101))
    assert not one.wrong + two.wrong
    children = _rows(database, StopChild)
    assert sorted(child.reference for child in children) == [f"{STOP}-{n:04d}" for n in range(1, 251)]
    assert {child.sender_reference for child in children} == {f"C-{n}" for n in range(1, 251)}
    assert (len(one.new) + len(two.new), len(one.known) + len(two.known)) == (250, 50)


def test_a_long_list_asks_no_more_of_the_database_for_each_line(take_in: Any, database: Database) -> None:
    """S-14: the whole client base of a large provider, in time that grows with its lines and no faster."""

    def statements(lines: list[str]) -> int:
        asked: list[int] = []

        def count(*_: Any) -> None:
            asked.append(1)

        event.listen(database.engine, "before_cursor_execute", count)
        assert len(take_in(_lines(*lines)).new) == len(lines)
        event.remove(database.engine, "before_cursor_execute", count)
        return len(asked)

    few = statements(_many(200))
    assert statements(_many(400, 201)) <= 2 * few


# the command


def test_the_command_tells_of_each_line_and_moves_the_news(cli: Run, database: Database, tmp_path: Path) -> None:
    """S-14, S-17: good lines in, wrong ones told with exit 1, known ones with their reference; no cell is repeated."""
    file = tmp_path / "lijst.csv"
    file.write_text(
        f"{HEAD};naam;geboortedatum;bsn\n{LINE};Proefjeugdige Kornoelje;09-05-2014;999900006\n"
        f"{LINE.replace('C-1', 'C-2')};Proefjeugdige Kornoelje;31-02-2014;\n"
        f"{LINE.replace('C-1', 'C-3')};Proefjeugdige Kornoelje;;999900007\n"
        f"{LINE.replace('C-1', 'C-4').replace('0599', '999900006')};;;\n"
    )
    args = ("import-children", file, "--stop", STOP, "--by", "zonnewende", "--no-prefect")
    said = cli(*args)
    assert said.code == 1
    assert "1 nieuw, 0 al bekend, 3 fout." in said.out
    assert f"regel 2: {FIRST}\n" in said.out
    assert _unsettled(database) == []
    said = cli(*args)
    assert said.code == 1
    assert "0 nieuw, 1 al bekend, 3 fout." in said.out
    assert f"regel 2: {FIRST} (al bekend, niets gewijzigd)" in said.out
    said = cli(*args, "--json")
    told = said.json
    assert (said.code, told["ok"], told["new"], told["tracked"]) == (1, False, [], False)
    assert told["known"] == [{"line": 2, "reference": FIRST}]
    wrong = [(one["line"], one["column"]) for one in told["wrong"]]
    assert wrong == [(3, "geboortedatum"), (4, "bsn"), (5, "gemeentecode")]


def test_a_list_without_mistakes_ends_well(cli: Run, database: Database, tmp_path: Path) -> None:
    """More than fifty at once are moved together with whatever else has news."""
    file = tmp_path / "lijst.csv"
    file.write_text(_lines(*_many(60)))
    perform(database, "record_counts", STOP, "zonnewende", COUNTS, NOW)
    said = cli("import-children", file, "--stop", STOP, "--by", "zonnewende", "--no-prefect", "--json")
    assert (said.code, len(said.json["new"])) == (0, 60)
    assert _unsettled(database) == []


def test_an_import_moves_what_an_earlier_one_left(cli: Run, take_in: Any, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "lijst.csv"
    file.write_text(_lines(LINE))
    take_in(_lines(LINE))
    assert _unsettled(database) == ["add_child"]
    said = cli("import-children", file, "--stop", STOP, "--by", "zonnewende", "--no-prefect")
    assert said.code == 0
    assert "0 nieuw, 1 al bekend, 0 fout." in said.out
    assert _unsettled(database) == []


def test_what_cannot_be_taken_in_at_all(cli: Run, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "lijst.csv"
    before = _counts(database)
    for stop, by, content, told in (
        (STOP, "bosrand", HEAD, "Geweigerd (forbidden): Dit mag alleen: de stoppende aanbieder."),
        ("ST-2026-000009", "zonnewende", HEAD, "Er is geen dossier of jeugdige met kenmerk ST-2026-000009."),
        (STOP, "zonnewende", "kleur;vorm\nrood;rond\n", "geen kop"),
        (STOP, "zonnewende", "", "is leeg"),
    ):
        file.write_text(content)
        said = cli("import-children", file, "--stop", stop, "--by", by, "--no-prefect")
        assert (said.code, said.out) == (1, "")
        assert told in said.err
        assert _counts(database) == before


# the template


def _filled(path: Path, *rows: list[Any]) -> bytes:
    """A template that somebody filled in, in a spreadsheet program: there a choice that begins with = stays text."""
    book = load_workbook(path)
    for row in rows:
        book.worksheets[0].append(row)
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_template_that_is_filled_in_can_be_imported(cli: Run, database: Database, tmp_path: Path) -> None:
    """S-14, S-17: everything that may be chosen in the template is understood, and nothing in it counts as a child."""
    stop = register(database, contract_ends_on="2026-12-31", locations=["Locatie Noord", "=Zuid, hof"])
    file = tmp_path / "sjabloon.xlsx"
    said = cli("children-template", file, "--stop", stop)
    assert (said.code, said.out) == (0, f"Weggeschreven naar {file}.\n")
    take_in = _taking_in(database, tmp_path)
    assert take_in(file.read_bytes(), stop=stop, name="leeg.xlsx") == Import()
    choices = _choices(file)
    assert choices == {
        "soort zorg": ["herstelgericht", "duurzaam"],
        "fase": ["voortraject", "lopende zorg", "afronding zorg"],
        "zorgvorm": ["ambulant individueel", "gezinshuis"],
        "locatie": ["Locatie Noord", "=Zuid, hof"],
    }
    days, youth = [date(2025, 1, 15), date(2026, 12, 31)], ["Proef", date(2014, 5, 9), "999900006"]
    rows = [
        [f"00{care}{phase}{form}", "0599", care, phase, form, "=Zuid, hof", *days, *youth]
        for care in choices["soort zorg"]
        for phase in choices["fase"]
        for form in choices["zorgvorm"]
    ]
    done = take_in(_filled(file, *rows), stop=stop, name="vol.xlsx")
    assert (len(done.new), done.wrong) == (12, [])
    assert {child.sender_reference for child in _rows(database, StopChild)} == {row[0] for row in rows}


def _choices(path: Path) -> dict[str, list[str]]:
    """What the lists of the first sheet offer, by title."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        column = str(rule.sqref).partition("2")[0]
        name, _, where = rule.formula1.replace("$", "").partition("!")
        cells = [cell for (cell,) in book[name][where]]
        assert {cell.data_type for cell in cells} == {"s"}  # no formula, whatever somebody called a location
        found[sheet[f"{column}1"].value] = [cell.value for cell in cells]
        assert str(rule.sqref) == f"{column}2:{column}1048576"
    return found


def test_the_template_keeps_zeros_and_shows_days_as_people_write_them(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "sjabloon.xlsx"
    assert cli("children-template", file, "--json").json == {"ok": True, "file": str(file)}
    book = load_workbook(file)
    sheet, told = book.worksheets[:2]
    titles = [cell.value for cell in sheet[1]]
    assert titles == [
        "eigen kenmerk", "gemeentecode", "soort zorg", "fase", "zorgvorm", "locatie", "aanmelddatum", "toewijzing tot",
        "naam", "geboortedatum", "bsn",
    ]  # fmt: skip
    assert (sheet.max_row, sheet.freeze_panes, told.title) == (1, "A2", "Uitleg")
    formats = {cell.value: sheet.column_dimensions[cell.column_letter].number_format for cell in sheet[1]}
    assert {title for title, shown in formats.items() if shown == "@"} == {"eigen kenmerk", "gemeentecode", "bsn"}
    days = {"aanmelddatum", "toewijzing tot", "geboortedatum"}
    assert {title for title, shown in formats.items() if shown == "dd-mm-yyyy"} == days
    assert list(_choices(file)) == ["soort zorg", "fase"]


def test_the_template_explains_each_column(cli: Run, database: Database, tmp_path: Path) -> None:
    """Every column with what must, what may, and an example that itself would be taken in."""
    file = tmp_path / "sjabloon.xlsx"
    cli("children-template", file, "--stop", STOP)
    told = [[str(cell.value or "") for cell in row] for row in load_workbook(file)["Uitleg"].iter_rows()]
    assert any(f"--stop {STOP}" in row[0] for row in told)
    start = next(number for number, row in enumerate(told) if row[0] == "kolom")
    about = {row[0]: dict(zip(told[start], row, strict=True)) for row in told[start + 1 :]}
    assert list(about) == [cell.value for cell in load_workbook(file).worksheets[0][1]]
    assert {name for name, row in about.items() if row["invullen"] == "ja"} == {*HEAD.split(";")} - {"toewijzing tot"}
    assert all(row[key] for row in about.values() for key in ("invullen", "uitleg", "wat mag", "voorbeeld"))
    assert about["zorgvorm"]["wat mag"] == "kies een van: ambulant individueel / gezinshuis"
    examples = [list(about), [row["voorbeeld"] for row in about.values()]]
    assert len(_taking_in(database, tmp_path)(examples).new) == 1


def test_a_template_as_csv(cli: Run, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "sjabloon.CSV"
    assert cli("children-template", file).code == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")  # else Excel reads accents wrong
    line = "C-1;0599;duurzaam;lopend;gezinshuis;;15-01-2025;31-12-2026;José;;\r\n"
    done = _taking_in(database, tmp_path)(file.read_bytes() + line.encode())
    assert done == Import(new=[(2, FIRST)])
    assert _rows(database, Youth)[0].data == {"name": "José"}


def test_a_template_never_takes_the_place_of_a_file(cli: Run, tmp_path: Path) -> None:
    for name in ("mijn.xlsx", "mijn.csv"):
        file = tmp_path / name
        file.write_text("werk van een week")
        said = cli("children-template", file)
        assert (said.code, said.out) == (1, "")
        assert "bestaat al en blijft zoals het is" in said.err
        assert file.read_text() == "werk van een week"


def test_a_template_that_cannot_be_written(cli: Run, tmp_path: Path) -> None:
    for name, more, told in (
        ("lijst.ods", (), "eindigt op .csv of .xlsx"),
        ("geen map/lijst.xlsx", (), "kan niet worden geschreven"),
        ("lijst.xlsx", ("--stop", "ST-2026-000009"), "Er is geen dossier"),
    ):
        said = cli("children-template", tmp_path / name, *more)
        assert (said.code, said.out) == (1, "")
        assert told in said.err
        assert not (tmp_path / name).exists()


# junk

CELLS = st.one_of(
    st.sampled_from(
        ["", "C-1", "C-2", "599", "599.0", "0599", "duurzaam", "lopend", "voortraject", "gezinshuis", "verblijf", "Noord",
         "2026-03-02", "02-03-2026", "0001-01-01", "9999-12-31", "999900006", "#N/A", "Proef"]
    ),
    st.text(max_size=12),
)  # fmt: skip
GOOD = ("C-1", "0599", "duurzaam", "lopend", "gezinshuis", "", "15-01-2025", "31-12-2026", "", "", "")
TITLES = [*HEAD.split(";")[:5], "locatie", *HEAD.split(";")[5:], "naam", "geboortedatum", "bsn"]
SOME = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@SOME
@given(
    changes=st.lists(st.dictionaries(st.integers(0, len(TITLES)), CELLS, max_size=4), max_size=5),
    delimiter=st.sampled_from([";", ",", "\t"]),
)
def test_whatever_cells_there_are(
    read: Any, one_database: Database, changes: list[dict[int, str]], delimiter: str
) -> None:
    """Every line is told once; the second time nothing changes and everything is known or wrong."""
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(TITLES)
    for change in changes:
        writer.writerow([change.get(place, cell) for place, cell in enumerate((*GOOD, ""))])
    content = out.getvalue().encode("utf-8", "replace")
    try:
        first = read(content)
    except UserError:
        return
    before = _counts(one_database)
    again = read(content, now=LATER)
    assert again.new == []
    assert again.wrong == first.wrong
    assert sorted(again.known) == sorted(first.new + first.known)
    told = [line for line, _ in first.new + first.known] + [wrong.line for wrong in first.wrong]
    assert len(told) == len(set(told))
    assert _counts(one_database) == before
    with one_database.reading() as session:
        assert not session.exec(select(StopChild).where(col(StopChild.sender_reference) == "")).all()
