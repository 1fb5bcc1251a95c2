"""The list of work: what is to be done, by whom, for when."""

from __future__ import annotations

import pytest

from tests.cli.conftest import CASE
from tests.support.commands import Run


def test_what_is_to_be_done(one_case: Run) -> None:
    """F-21: everybody's, or that of one; in words and as JSON."""
    said = one_case("work", "--for", "sys-noord")
    assert said.code == 0
    for part in (CASE, "Flexroute", "Jeugdhulp Noord", "beoordeling-gegeven", "02-03-2026", "09-03-2026"):
        assert part in said.out
    assert one_case("work", "--json").json == [
        {
            "reference": CASE,
            "process": "flex",
            "kind": "case",
            "acts": ["record_assessment"],
            "who": ["sys-noord"],
            "requirement": "F-21",
            "since": "2026-03-02",
            "due": "2026-03-09",
            "urgent": False,
            "claimed_by": None,
            "claimed_name": None,
        }
    ]


def test_who_decided_for_whom(one_case: Run) -> None:
    """A name that was typed with the act stands in what happened; nobody's name stands where none was given."""
    given = ("can_deliver=ja", "earliest_start=2026-03-06", "--no-prefect")
    said = one_case("act", "record_assessment", "--case", CASE, "--by", "sys-noord", "--person", "J. Bos", *given)
    assert said.code == 0
    assert "J. Bos (zelf genoemd), voor Jeugdhulp Noord" in " ".join(one_case("case", CASE).out.split())
    told = one_case("case", CASE, "--json").json["timeline"]
    assert [one.get("person") for one in told] == [None, "J. Bos"]


def test_in_words(one_case: Run) -> None:
    """Who is named, and the act as it can be typed."""
    assert "beoordeling-gegeven" in one_case("work", "--for", "jeugdhulp noord").out
    assert "Bedoelt u Jeugdhulp Noord (sys-noord)?" in one_case("work", "--for", "jeugdhulp nord").err


def test_nothing_to_do(one_case: Run) -> None:
    assert one_case("work", "--for", "flex-anker").out.strip() == "Werklijst: geen."


def test_there_is_more(one_case: Run) -> None:
    """A list that is cut off says so."""
    assert "Dit zijn de eerste 1. Meer: --first AANTAL" in one_case("work", "--first", "1").out


@pytest.mark.parametrize(
    ("args", "told"),
    [(("--for", "niemand"), "'niemand' is geen organisatie of persoon"), (("--first", "0"), "--first")],
)
def test_wrong_use(one_case: Run, args: tuple[str, ...], told: str) -> None:
    said = one_case("work", *args)
    assert said.code in (1, 2)
    assert told in said.err
