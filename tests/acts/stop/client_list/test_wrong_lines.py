"""What is wrong is told with line, column and reason; the rest goes in (S-14, S-17)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from acts.stop import child_list
from acts.stop.child_list import import_children
from flexroute.errors import UserError
from models.stop.dossier import StopChild, StopDossier
from models.store.database import Database
from rules.shared.refusal import Refused
from tests.support.client_lists import (
    FIRST,
    HEAD,
    LINE,
    listed,
    many,
    move,
    register,
    taking_in,
    with_cell,
)
from tests.support.lists import NOW
from tests.support.private import SECRETS
from tests.support.stored import counts, rows


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("eigen kenmerk", "", "vul dit veld in; zonder eigen kenmerk kan deze regel dubbel meetellen"),
        ("eigen kenmerk", "k" * 81, "te lang"),
        ("gemeentecode", "", "vul dit veld in"),
        ("gemeentecode", "Rotterdm", "een gemeentecode heeft 4 cijfers, bijvoorbeeld 0599"),
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
    before = counts(one_database)
    done = read(with_cell(column, value))
    assert (done.new, done.known) == ([], [])
    [wrong] = done.wrong
    assert (wrong.line, wrong.column) == (2, column)
    assert reason in wrong.reason
    assert counts(one_database) == before


def test_all_cells_of_a_line_that_cannot_be_read_are_told(read: Any) -> None:
    """S-14: nobody sends a list three times to hear of three mistakes."""
    done = read(
        listed(LINE.replace("duurzaam", "licht").replace("lopende zorg", "klaar").replace("gezinshuis", "hotel"))
    )
    assert done.new == []
    assert [(wrong.line, wrong.column) for wrong in done.wrong] == [(2, "soort zorg"), (2, "fase"), (2, "zorgvorm")]


def test_a_column_is_named_as_the_file_names_it(read: Any) -> None:
    [wrong] = read(with_cell("toewijzing tot", "").replace("toewijzing tot", "Allocation ends on")).wrong
    assert wrong.column == "Allocation ends on"
    [wrong] = read(with_cell("toewijzing tot", "").replace(";toewijzing tot", "").replace("31-12-2026;", "")).wrong
    assert wrong.column == "toewijzing tot"


def test_where_the_dossier_names_locations_a_child_has_one(database: Database, tmp_path: Path) -> None:
    """S-01, AMB-52: only who gets the care, at the place, that stops."""
    register(database, locations=["Locatie Noord", "Zuid"])
    take_in = taking_in(database, tmp_path)
    with pytest.raises(UserError, match=r"de kolom locatie \(location\) ontbreekt"):
        take_in(listed(LINE))
    lines = [f"{line};{at}" for line, at in zip(many(4), ("Locatie Noord", "locatie noord", "", "West"), strict=True)]
    done = take_in("\n".join((f"{HEAD};locatie", *lines)))
    assert [line for line, _ in done.new] == [2, 3]
    assert {child.location for child in rows(database, StopChild)} == {"Locatie Noord"}
    assert [(wrong.line, wrong.column) for wrong in done.wrong] == [(4, "locatie"), (5, "locatie")]
    assert done.wrong[0].reason == "vul in op welke locatie: Locatie Noord, Zuid"
    assert "krijgt geen zorg die in dit dossier stopt" in done.wrong[1].reason


def test_good_lines_go_in_next_to_bad_ones(take_in: Any, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-17: a list with mistakes is taken in as far as it goes, in transactions that each hold a part."""
    monkeypatch.setattr(child_list, "CHUNK", 2)
    lines = many(7)
    lines[1] = lines[1].replace("gezinshuis", "verblijf")
    lines[3] = lines[3].replace("0599", "Rotterdm")
    lines[4] = lines[4].replace("duurzaam", "licht")
    lines[6] = f"{lines[6]};te veel"
    done = take_in(listed(*lines))
    assert [line for line, _ in done.new] == [2, 4, 7]
    assert [(one.line, one.column) for one in done.wrong] == [
        (3, "zorgvorm"), (5, "gemeentecode"), (6, "soort zorg"), (8, "kolom 8"),
    ]  # fmt: skip
    assert [child.sender_reference for child in rows(database, StopChild)] == ["C-1", "C-3", "C-6"]


def test_everything_that_is_wrong_with_a_header_is_told_at_once(take_in: Any, database: Database) -> None:
    with pytest.raises(UserError) as error:
        take_in(f"kenmerk;Eigen_Kenmerk;soort zorg;fase;Huisdier;naam;opdracht\n{LINE}\n")
    told = str(error.value)
    for part in (
        "kolom 5 (Huisdier) heeft de waarden van zorgvorm; geef de kolom die naam",
        "kolom 7 (opdracht) heeft de waarden van aanmelddatum",
        "kolommen 1 (kenmerk) en 2 (Eigen_Kenmerk) betekenen hetzelfde",
        "de kolom gemeentecode (municipality) ontbreekt",
        "de kolom zorgvorm (care_form) ontbreekt",
        "de kolom aanmelddatum (registered_on) ontbreekt",
    ):
        assert f"regel 1: {part}" in told
    assert "locatie" not in told
    assert rows(database, StopChild) == []


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
    assert take_in(listed(LINE)).new == [(2, FIRST)]
    for reference in ("ST-2026-000009", FIRST, "ZB-2026-000001", ""):
        with pytest.raises(Refused) as refused:
            take_in(listed(LINE), stop=reference)
        assert refused.value.code == "not_found"


def test_a_closed_dossier_takes_nothing_in(take_in: Any, database: Database) -> None:
    with database.writing() as session:
        session.exec(select(StopDossier)).one().closed_on = date(2026, 3, 1)
    with pytest.raises(Refused) as refused:
        take_in(listed(LINE))
    assert refused.value.code == "wrong_step"
    assert rows(database, StopChild) == []


def test_a_number_stays_with_its_row_also_where_that_was_refused(take_in: Any, database: Database) -> None:
    """S-17: the second child would be taken for the first, once that row is mended."""
    for first in (LINE.replace("0599", "9999"), LINE.replace("duurzaam", "licht"), f"{LINE};te veel"):
        done = take_in(listed(first, LINE))
        assert done.new == []
        assert [one.reason for one in done.wrong if one.line == 3][:1] == [
            "dit eigen kenmerk staat ook op regel 2, met andere gegevens"
        ]
    assert rows(database, StopChild) == []
