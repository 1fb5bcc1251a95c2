"""C.4: data of a youth never stand on the command line, where the list of processes shows them."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Run
from tests.support.flex_acts import REFERRAL, WITHOUT_PRIVATE
from tests.support.private import PRIVATE

ACT = ("act", "register_referral", "--by", "ref-lt", "--no-prefect")
FIELDS = [f"{name}={value}" for name, value in WITHOUT_PRIVATE.items()]
WHOLE = json.dumps(REFERRAL)
IN_WORDS = json.dumps({**WITHOUT_PRIVATE, "Gegevens van de jeugdige": PRIVATE})


def kept(home: Path, what: str = "data FROM youth") -> list[Any]:
    with closing(sqlite3.connect(home / "home" / "flexroute.db")) as connection:
        return [row[0] for row in connection.execute(f"SELECT {what}")]


def sent(text: str) -> io.TextIOWrapper:
    """What comes in on standard input, on a console that is not UTF-8."""
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="cp850")


@pytest.mark.parametrize(
    "given",
    [
        [*FIELDS, f"private={json.dumps(PRIVATE)}"],
        [*FIELDS, "private="],
        [*FIELDS, f"gegevens-van-de-jeugdige={json.dumps(PRIVATE)}"],
        ["--with", WHOLE],
        ["--with", f" {WHOLE}"],
        ["--with", IN_WORDS],
    ],
    ids=["field", "empty", "field in words", "json", "json after a space", "json in words"],
)
def test_on_the_line_they_are_refused(practice: Run, given: list[str]) -> None:
    """With how to do it; nothing is recorded, and what was typed is not repeated."""
    said = practice(*ACT, *given)
    assert (said.code, said.out) == (2, "")
    for way in ("--with @-", "--with @BESTAND", "--ask private"):
        assert way in said.err
    assert practice("cases", "--json").json == []


def test_from_a_file(practice: Run, tmp_path: Path) -> None:
    """Also one that begins with a byte order mark."""
    file = tmp_path / "verwijzing.json"
    file.write_text(WHOLE, encoding="utf-8-sig")
    assert practice(*ACT, "--with", f"@{file}").code == 0
    assert [json.loads(data) for data in kept(tmp_path)] == [PRIVATE]


def test_from_standard_input(practice: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """UTF-8, whatever the console is."""
    monkeypatch.setattr("sys.stdin", sent(WHOLE))
    assert practice(*ACT, "--with", "@-").code == 0
    assert [json.loads(data) for data in kept(tmp_path)] == [PRIVATE]


def test_asked_for(practice: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One by one; what is left empty is not kept. Any other field can be asked for as well."""
    monkeypatch.setattr("sys.stdin", sent(f"{PRIVATE['name']}\n\n{PRIVATE['bsn']}\nK-7\n"))
    said = practice(*ACT, *FIELDS, "--ask", "private", "--ask", "sender_reference", "--json")
    assert (said.code, said.json["ok"]) == (0, True)
    assert [json.loads(data) for data in kept(tmp_path)] == [{"name": PRIVATE["name"], "bsn": PRIVATE["bsn"]}]
    assert kept(tmp_path, "sender_reference FROM escalation_case") == ["K-7"]


def test_who_stops_answering_records_nothing(practice: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", sent(""))
    assert practice(*ACT, *FIELDS, "--ask", "private").code == 1
    assert "kan niet; kies uit" in practice(*ACT, *FIELDS, "--ask", "naam").err
    assert practice("cases", "--json").json == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none(practice: Run, number: str) -> None:
    """JSON has none of these."""
    said = practice(*ACT, "--with", f'{{"treeknorm_weeks": {number}}}')
    assert (said.code, said.out) == (2, "")
    assert "geen bruikbare JSON" in said.err
