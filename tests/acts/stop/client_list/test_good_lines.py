"""The client list of a provider that stops: what is taken in, and twice is once (S-14, S-17)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from acts import perform
from acts.intake.report import Earlier, Import, Wrong
from acts.intake.rows import Sent
from acts.stop.child_list import import_children
from acts.stop.child_template import template
from models.stop.dossier import StopChild
from models.store.database import Database
from models.store.decision import Decision
from models.store.youth import Youth
from tests.support.client_lists import FIRST, HEAD, LINE, SECOND, STOP, listed, many, move, with_cell
from tests.support.lists import LATER, NOW
from tests.support.private import SECRETS
from tests.support.stored import counts, rows


def test_a_dutch_csv_with_everything(take_in: Any, database: Database) -> None:
    """S-17: one row for each child; what is about the youth stands in its own table, and nowhere else."""
    done = take_in(
        "Eigen kenmerk;Gemeente;Soort zorg;Fase;Zorgvorm;Locatie;Aangemeld op;Einddatum toewijzing;Naam jeugdige;Geboortedatum;BSN\n"
        "C-1;0606;Herstelgericht;Lopend;Ambulant individueel;Noord;2-3-2025;30-6-2026;Proefjeugdige Kornoelje;09-05-2014;999900006\n"
        "C-2;0599;duurzaam;voortraject;gezinshuis;;02-03-2026;;;;\n"
    )
    assert done == Import(new=[(2, FIRST), (3, SECOND)])
    one, two = rows(database, StopChild)
    assert (one.sender_reference, one.municipality, one.care, one.category) == ("C-1", "0606", "restorative", "running")
    assert (one.care_form, one.location) == ("outpatient_individual", "Noord")
    assert (one.registered_on, one.allocation_ends_on) == (date(2025, 3, 2), date(2026, 6, 30))
    assert (two.care, two.category, two.care_form) == ("durable", "pre_trajectory", "family_home")
    assert (two.location, two.allocation_ends_on) == (None, None)
    [youth] = rows(database, Youth)
    assert youth.child_id == one.id
    assert youth.data == {"name": "Proefjeugdige Kornoelje", "birth_date": "2014-05-09", "bsn": "999900006"}
    decided = [json.dumps(one.data) for one in rows(database, Decision)]
    assert not [secret for secret in SECRETS if secret in "".join(decided)]


def test_an_english_header_and_the_codes_themselves(take_in: Any, database: Database) -> None:
    done = take_in(
        "Sender Reference,municipality,CARE,category,care form,registered-on,allocation_ends_on,name,birth_date,bsn\n"
        "C-1,0599,durable,finishing,family_home,2025-01-15,2026-12-31,,,\n"
    )
    assert done.new == [(2, FIRST)]
    [child] = rows(database, StopChild)
    assert (child.care, child.category, child.care_form) == ("durable", "finishing", "family_home")
    assert rows(database, Youth) == []


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
    one, two = rows(database, StopChild)
    assert (one.sender_reference, one.municipality, one.registered_on) == ("1201", "0599", date(2026, 3, 9))
    assert (two.sender_reference, two.category, two.care_form) == ("1202", "finishing", "family_home")
    assert [row.data for row in rows(database, Youth)] == [{"birth_date": "2014-05-09", "bsn": "999900006"}]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiters_and_encodings(read: Any, one_database: Database, delimiter: str, encoding: str) -> None:
    text = with_cell("náám", "José; de Böer, jr.", delimiter).replace("C-1", f"{encoding} {ord(delimiter)}")
    assert read(text.encode(encoding)).new
    assert rows(one_database, Youth)[-1].data == {"name": "José; de Böer, jr."}


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
        [(_, reference)] = read(with_cell(column, written).replace("C-1", f"woord {written}")).new
        [child] = [one for one in rows(one_database, StopChild) if one.reference == reference]
        assert getattr(child, field) == code, written


def test_a_second_import_changes_nothing(take_in: Any, database: Database) -> None:
    """S-17: nobody counts twice; what is known is told with its reference."""
    text = listed(LINE, LINE.replace("C-1", " C-2 "), LINE.replace("C-1", "C-3").replace("0599", "Rotterdm"))
    first = take_in(text)
    move()
    before = counts(database)
    again = take_in(text, now=LATER)
    assert again == Import(known=first.new, wrong=first.wrong)
    assert counts(database) == before


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
    differs = Earlier(("category", "registered_on", "allocation_ends_on"))
    assert take_in(listed(*many(2))) == Import(known_otherwise=[(2, FIRST)], new=[(3, SECOND)], earlier={2: differs})
    assert rows(database, StopChild)[0].category == "pre_trajectory"


def test_the_same_line_twice_is_known(take_in: Any) -> None:
    assert take_in(listed(LINE, LINE)) == Import(new=[(2, FIRST)], known=[(3, FIRST)])


def test_two_children_with_one_reference_are_told(take_in: Any, database: Database) -> None:
    """S-17: the second child would be lost without a word."""
    done = take_in(listed(LINE, *many(1, 2), LINE.replace("0599", "0606")))
    assert [line for line, _ in done.new] == [2, 3]
    assert done.wrong == [Wrong(4, "eigen kenmerk", "dit eigen kenmerk staat ook op regel 2, met andere gegevens")]


def test_a_mended_line_is_taken_in_the_second_time(take_in: Any) -> None:
    assert take_in(listed(LINE.replace("gezinshuis", "verblijf"))).wrong
    assert take_in(listed(LINE)).new == [(2, FIRST)]


def test_a_template_is_bytes_that_are_taken_in_without_a_file(take_in: Any, database: Database, stop: str) -> None:
    """S-14, S-17: what a page gives to fill in, and what it gets back."""
    line = "C-1;0599;duurzaam;lopende zorg;gezinshuis;;15-01-2025;31-12-2026"
    sent = Sent("lijst.csv", template("lijst.csv", None) + line.encode())
    assert import_children(database, sent, stop, "zonnewende", NOW, lambda: None) == Import(new=[(2, FIRST)])
    assert take_in(listed(LINE)) == Import(known=[(2, FIRST)])
