"""CSV as programs write it: encodings read with doubt, Excel's own first line, titles above the header."""

from __future__ import annotations

from typing import Any

import pytest

from acts.intake import csv_file
from flexroute.errors import UserError
from models.store.database import Database
from tests.acts.flex.referral_list.referral_lists import HEAD, LINE, cases, listed, private, with_cell
from tests.support.stored import counts

NAMES = ("Zoë Testé", "José van 't Hof", "Çağla", "FRANÇOIS", "Jürgen – Ö’Neill €", "Łukasz")
READABLE = [
    (name, encoding)
    for name in NAMES
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")
    if encoding != "cp1252" or name.encode("cp1252", "replace").decode("cp1252") == name
]


@pytest.mark.parametrize(("name", "encoding"), READABLE)
def test_a_name_is_read_as_it_was_written(take_in: Any, database: Database, name: str, encoding: str) -> None:
    assert take_in(with_cell("naam", name).encode(encoding)).new
    assert private(database) == [{"name": name}]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        *((name, encoding) for name in ("Zoë Testé", "José", "Jürgen") for encoding in ("cp850", "cp437", "mac-roman")),
        ("Renê", "cp850"),
        ("Łukasz", "cp1250"),
    ],
)  # fmt: skip
def test_a_name_is_never_another_name(take_in: Any, database: Database, name: str, encoding: str) -> None:
    """Refused, with what to do and where: files of MS-DOS and old Macs are nearly always valid Windows text."""
    with pytest.raises(UserError, match=r"vanaf regel 2.*sla het op als CSV UTF-8"):
        take_in(with_cell("naam", name).encode(encoding))
    assert not any(counts(database))


@pytest.mark.parametrize("mixed", ["Zoë;Provoën", "Ötzi;Böll", "D’Arc;Böll"])
def test_two_encodings_in_one_file(take_in: Any, database: Database, mixed: str) -> None:
    first, second = mixed.split(";")
    content = with_cell("naam", first).encode() + LINE.replace("K-1", "K-2").encode() + f";{second}".encode("cp1252")
    with pytest.raises(UserError, match="CSV UTF-8"):
        take_in(content)
    assert not any(counts(database))


@pytest.mark.parametrize(
    "above",
    ["sep=;\r\n", "SEP=;\n", '"sep=;"\r\n', "\ufeffsep=;\r\n", "sep=;;;;\r\n", "\r\nVerwijzingen week 10;;;\r\n;\r\n",
     "Verwijzer;Wijkteam Centrum\r\nnaam lijst;maart\r\n"],
)  # fmt: skip
def test_what_stands_above_the_header(take_in: Any, above: str) -> None:
    done = take_in(above + listed(LINE, LINE.replace("K-1", "")))
    assert (len(done.new), len(done.wrong)) == (1, 1)
    assert done.new[0][0] == above.count("\n") + 2
    assert done.wrong[0].line == above.count("\n") + 3


def test_the_separator_that_the_first_line_names(take_in: Any) -> None:
    assert take_in("sep=|\r\n" + listed(LINE).replace(";", "|")).new


def test_a_separator_that_is_named_wrong_does_not_matter(take_in: Any) -> None:
    assert take_in("sep=,\r\n" + listed(LINE)).new


def test_lines_above_the_header_are_not_passed_over(take_in: Any, database: Database) -> None:
    """A list that was sorted with its header in it."""
    with pytest.raises(UserError, match=r"boven de kop op regel 2 staan gevulde regels \(regel 1\)"):
        take_in(f"{LINE}\n{HEAD}\n{LINE.replace('K-1', 'K-2')}\n")
    assert not any(counts(database))


def test_zeros_marks_and_line_ends_of_other_programs(take_in: Any, database: Database) -> None:
    line = 'K-1_x000D_;"\'wijkteam";B;sys-noord;\'02-03-2026 0:00;="0599"'
    assert take_in(listed(line)).new
    assert (cases(database)[0].sender_reference, cases(database)[0].municipality) == ("K-1", "0599")


@pytest.mark.parametrize(
    ("bsn", "kept", "told"),
    [
        ("10000008", "010000008", ""),
        ("10000008.0", "010000008", ""),
        ("010000008", "010000008", ""),
        ("10000009", "", "nul vooraan"),
        ("1000000", "", "nul vooraan"),
        ("00000000", "", "elfproef"),
        ("999900007", "", "elfproef"),
    ],
)
def test_a_bsn_that_lost_its_zero(take_in: Any, database: Database, bsn: str, kept: str, told: str) -> None:
    done = take_in(with_cell("bsn", bsn))
    assert [youth["bsn"] for youth in private(database)] == ([kept] if kept else [])
    assert kept or told in done.wrong[0].reason


@pytest.mark.parametrize("day", ["02-03-2026 00:00:00.000", "2-3-2026 0:00", "2026-03-02T00:00"])
def test_a_day_at_midnight_is_that_day(take_in: Any, database: Database, day: str) -> None:
    assert take_in(with_cell("ontvangen op", day)).new
    assert cases(database)[0].received_on.isoformat() == "2026-03-02"


def test_a_moment_is_no_day(take_in: Any) -> None:
    assert take_in(with_cell("ontvangen op", "2026-03-02T23:30:00")).wrong
    assert take_in(with_cell("ontvangen op", "2026-03-02T00:00:00Z")).wrong


def test_lines_and_cells_are_bounded(take_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="veel te lang"):
        take_in(listed(LINE) + ";" * 1_000_001)
    with pytest.raises(UserError, match="in kolom 301 staat iets"):
        take_in(listed(LINE, ";" * 300 + "x"))
    monkeypatch.setattr(csv_file, "MAX_CELLS", 10)
    with pytest.raises(UserError, match="te veel cellen"):
        take_in(listed(LINE))
