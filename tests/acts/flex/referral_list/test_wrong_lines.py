"""What is wrong is told with line, column and reason; the rest goes in."""

from __future__ import annotations

from typing import Any

import pytest

from models.store.database import Database
from tests.acts.flex.referral_list.referral_lists import HEAD, LINE, listed, with_cell
from tests.support.private import SECRETS
from tests.support.stored import counts


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("eigen kenmerk", "", "vul dit veld in"),
        ("eigen kenmerk", "k" * 81, "te lang"),
        ("verwijsroute", "buurman", "kies een van"),
        ("verwijsroute", "", "vul dit veld in"),
        ("opdracht", "jeugd", "schrijf de opdracht als hoofdletter, bijvoorbeeld B of C2"),
        ("aanbieder", "Bestaat Niet", "niet bekend"),
        ("aanbieder", "12345678", "niet bekend"),
        ("aanbieder", "ref-gp", "geen systeem- of prestatieaanbieder"),
        ("ontvangen op", "31-02-2026", "schrijf een bestaande dag"),
        ("ontvangen op", "2026-03-10", "ligt in de toekomst"),
        ("gemeentecode", "Rotterdm", "een gemeentecode heeft 4 cijfers, bijvoorbeeld 0599"),
        ("Verwijzer", "ref-gp", "alleen eigen verwijzingen"),
        ("Verwijzer", "Onbekend", "niet bekend"),
        ("Forensisch", "misschien", "kies ja of nee"),
        ("Treeknorm weken", "0", "te klein; het minste is 1"),
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
    done = take_in(with_cell(column, value))
    assert (done.new, done.known) == ([], [])
    [wrong] = done.wrong
    assert (wrong.line, wrong.column) == (2, column)
    assert reason in wrong.reason
    assert counts(database) == [0] * 5


def test_a_care_mediator_says_who_referred(take_in: Any) -> None:
    [wrong] = take_in(with_cell("verwijzer", ""), by="tz-anna").wrong
    assert (wrong.column, wrong.reason) == ("verwijzer", "vul in welke verwijzer heeft verwezen")


def test_a_cell_without_a_title_above_it(take_in: Any) -> None:
    done = take_in(
        f"{HEAD};;\n{LINE};;\n{LINE.replace('K-1', 'K-2')};;;\n{LINE.replace('K-1', 'K-3')};;te veel\n"
        f"{LINE.replace('K-1', 'K-4')};;;;te veel\n"
    )
    assert [line for line, _ in done.new] == [2, 3]
    assert [(one.line, one.column) for one in done.wrong] == [(4, "kolom 8"), (5, "kolom 10")]


def test_good_lines_go_in_next_to_bad_ones(take_in: Any) -> None:
    done = take_in(listed("K-1;wijkteam", LINE.replace("K-1", "K-2"), LINE.replace("K-1", "")))
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
