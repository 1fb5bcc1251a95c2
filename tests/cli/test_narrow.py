"""A screen of eighty columns: no reference, date or word is broken; what a run did is told."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.output import _Screen, laid_out
from tests.cli.conftest import CASE, decide
from tests.support.commands import Run
from tests.support.flex_acts import CANNOT

ROW = {
    "kenmerk": "ZB-2026-000013 (spoed)",
    "opdracht": "C2",
    "stap": "geplaatst bij een systeem- of prestatieaanbieder",
    "aan zet": "Team Zorgbemiddeling",
    "wanneer": "start uiterlijk 12-05-2026",
    "let op": "geen tafel voor deze opdracht",
}
WORD = st.text("abcdefg-0123456789", min_size=1, max_size=18)


def shown(rows: list[dict[str, str]], width: int = 80) -> str:
    text = StringIO()
    _Screen(file=text, width=width).print(laid_out("Casussen", rows, width))
    return text.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_no_word_is_broken(width: int) -> None:
    text = shown([ROW, ROW], width)
    assert max(map(len, text.splitlines())) <= width
    for value in (*ROW, *ROW.values()):
        for word in value.split():
            assert word in text


def test_a_wide_table_becomes_blocks() -> None:
    """And is a table where it fits; what holds nothing is left out of a block."""
    assert "kenmerk: ZB-2026-000013 (spoed)" in shown([{**ROW, "let op": ""}], 60)
    assert "let op:" not in shown([{**ROW, "let op": ""}], 60)
    assert "┃ kenmerk " in shown([ROW], 140)


@given(
    st.lists(
        st.fixed_dictionaries({f"kolom{n}": st.lists(WORD, max_size=4).map(" ".join) for n in range(5)}),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_it_holds(rows: list[dict[str, str]]) -> None:
    text = shown(rows)
    assert max(map(len, text.splitlines())) <= 80
    assert not [word for row in rows for value in row.values() for word in value.split() if word not in text]


def test_a_sentence_goes_on_at_a_word() -> None:
    text = StringIO()
    screen = _Screen(file=text, width=40, force_terminal=True)
    screen.print("De casus staat nu bij: beoordeling aanbieder. Aan zet: Jeugdhulp Noord.")
    assert all(word in text.getvalue() for word in ("beoordeling", "aanbieder.", "Jeugdhulp"))
    assert max(map(len, text.getvalue().splitlines())) <= 40


def test_a_run_tells_what_it_did(one_case: Run) -> None:
    """Which letters a round made ready and sent, and about what; in words, and as JSON."""
    late = {"now": "2026-03-10T09:00"}
    said = one_case("watch", "--no-prefect", **late)
    assert "Brieven klaargezet" in said.out
    assert CASE in said.out
    assert one_case("watch", "--no-prefect", **late).out == "termijnbewaking: 0 bekeken.\n"
    said = one_case("deliver", "--no-prefect", **late)
    assert "Verstuurd" in said.out
    assert "vraag om beoordeling" in said.out
    decide(one_case, "record_assessment", "sys-noord", "2026-03-10T10:00", CANNOT)
    told = one_case("run", "--no-prefect", "--json", **late).json
    assert (told["settled"], told["queued"], told["sent"]) == ([], [], [])
    told = one_case("deliver", "--no-prefect", "--json", **late).json
    assert {about for about, _, _ in told["sent"]} == {CASE}
