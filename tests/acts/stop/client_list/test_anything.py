"""Whatever cells there are, each line is told once."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from flexroute.errors import UserError
from models.stop.dossier import StopChild
from models.store.database import Database
from tests.support.client_lists import HEAD
from tests.support.lists import LATER, with_changes
from tests.support.stored import counts

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
    content = with_changes(TITLES, GOOD, changes, delimiter)
    try:
        first = read(content)
    except UserError:
        return
    before = counts(one_database)
    again = read(content, now=LATER)
    assert again.new == []
    assert again.wrong == first.wrong
    assert sorted(again.known) == sorted(first.new + first.known)
    told = [line for line, _ in first.new + first.known] + [*{wrong.line for wrong in first.wrong}]
    assert len(told) == len(set(told))
    assert counts(one_database) == before
    with one_database.reading() as session:
        assert not session.exec(select(StopChild).where(col(StopChild.sender_reference) == "")).all()
