"""Whatever is in a file: an answer, and twice is once."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acts.flex.referral_list import import_referrals
from flexroute.errors import UserError
from models.store.database import Database
from tests.acts.flex.referral_list.referral_lists import HEAD, LINE, listed
from tests.support.lists import LATER, NOW, with_changes, xlsx
from tests.support.stored import counts

CELLS = st.one_of(
    st.sampled_from(
        ["", "K-1", "K-2", "wijkteam", "gi", "B", "C", "sys-noord", "flex-anker", "90000101.0", "2026-03-02", "02-03-2026",
         "0001-01-01", "9999-12-31", "0599", "599.0", "ja", "x", "ref-lt", "ref-gp", "12", "family_home", "4-11", "999900006",
         "#N/A", "Proef"]
    ),
    st.text(max_size=12),
)  # fmt: skip
TITLES = [
    "eigen kenmerk", "verwijzer", "verwijsroute", "opdracht", "forensisch", "verblijf", "aanbieder", "ontvangen op",
    "gemeente", "treeknorm weken", "zorgvorm", "leeftijdsgroep", "spoed", "naam", "geboortedatum", "bsn",
]  # fmt: skip
GOOD = ("K-1", "ref-lt", "wijkteam", "B", "", "", "sys-noord", "2026-03-02", "599", "", "", "", "", "", "", "")
SOME = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def _twice_is_once(database: Database, path: Path, by: str) -> None:
    """UserError or a report; and the second time nothing changes and everything is known or wrong."""
    try:
        first = import_referrals(database, path, by, NOW)
    except UserError:
        first = None
    before = counts(database)
    try:
        again = import_referrals(database, path, by, LATER)
    except UserError:
        assert first is None
    else:
        assert first is not None
        assert again.new == []
        assert again.wrong == first.wrong
        assert sorted(again.known) == sorted(first.new + first.known)
        assert again.known_otherwise == first.known_otherwise
    assert counts(database) == before


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
    path.write_bytes(listed(LINE).encode() + junk if behind else junk)
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
    path = tmp_path / "cells.csv"
    path.write_bytes(with_changes(TITLES, GOOD, changes, delimiter))
    _twice_is_once(shared_database, path, by)


@SOME
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_whatever_happens_to_an_xlsx(shared_database: Database, tmp_path: Path, at: int, byte: int) -> None:
    content = bytearray(xlsx([HEAD.split(";"), LINE.split(";")]))
    content[at % len(content)] = byte
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(content)
    _twice_is_once(shared_database, path, "ref-lt")
