"""Codes by what people call them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.shared.region import Region
from rules.shared.vocabulary import Vocabulary, plain

STATES = Vocabulary(
    {"queued": ("staat klaar",), "failed": ("mislukt",), "change_a": ("gewijzigd",), "change_b": ("gewijzigd",)}
)
NAMES = st.text("abé -_X", min_size=1, max_size=8).filter(plain)


@pytest.mark.parametrize("said", ["queued", "QUEUED", "staat klaar", "Staat-Klaar", " staat_klaar "])
def test_case_spaces_and_hyphens_are_free(said: str) -> None:
    assert STATES.code(said) == "queued"


def test_a_word_for_several_is_refused_with_what_to_choose_from() -> None:
    """Nothing is guessed; where the names are the same the codes are told."""
    with pytest.raises(
        ValueError, match=r"'gewijzigd' .*gewijzigd \(change_a\) of gewijzigd \(change_b\); kies er één"
    ):
        STATES.code("gewijzigd")


def test_the_nearest_right_ones_are_told() -> None:
    assert STATES.code("misluk") == "misluk"  # not known: who asked says what is wrong
    assert STATES.nearest("misluk") == ["failed"]
    assert STATES.instead("misluk").startswith("bedoelt u mislukt? Kies uit: staat klaar, mislukt, ")
    assert Vocabulary({str(n): () for n in range(99)}).instead("naam") == ""
    assert STATES.refusal("dit kan niet", "misluk").startswith("dit kan niet; bedoelt u mislukt? Kies uit: ")
    assert Vocabulary({str(n): () for n in range(99)}).refusal("dit kan niet", "naam") == "dit kan niet"
    assert (STATES.meant("misluk"), STATES.meant("zzz")) == ("bedoelt u mislukt?", "")


@given(names=st.dictionaries(st.text("pqrs", min_size=1, max_size=6), st.tuples(NAMES), min_size=1, max_size=6))
def test_every_code_and_every_name_of_its_own_is_read(names: dict[str, tuple[str]]) -> None:
    """A code is always itself; a name that one code has is that code; of several nothing is chosen."""
    known = Vocabulary(names)
    for code, (name,) in names.items():
        assert known.code(code) == known.code(code.upper()) == code
        same = {other for other, (called,) in names.items() if plain(called) == plain(name)}
        assert {*known.codes(name.upper())} == same
        assert {*known.nearest(f"{name}")} & same


@pytest.mark.parametrize(
    ("names", "said", "code"),
    [
        ("table_names", "BC", "T_BC"), ("table_names", "t_bc", "T_BC"), ("table_names", "c2-overleg", "T_C2"),
        ("names", "Anna de Vries", "tz-anna"), ("names", "jeugdhulp noord", "sys-noord"), ("names", "90000101", "sys-noord"),
        ("place_names", "rotterdam", "0599"), ("opdracht_names", "c1", "C1"),
    ],
)  # fmt: skip
def test_what_a_region_calls_things(region: Region, names: str, said: str, code: str) -> None:
    assert getattr(region, names).code(said) == code


def test_one_undertaking_that_is_two_organisations(region: Region) -> None:
    """AMB-22: its AGB code stands for both; both tables of B and C have a name of their own."""
    assert {*region.names.codes("90000002")} == {"oa-dubbel", "flex-dubbel"}
    assert "X" not in region.opdracht_names.of
    assert {"B", "C", "C1", "C2", "E"} == {*region.opdracht_names.of}
