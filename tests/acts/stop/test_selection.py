"""Choosing children of a dossier, whoever asks: the command line, or a page."""

from __future__ import annotations

import pytest

from acts.stop.selection import selection
from rules.shared.refusal import Refused
from rules.shared.region import Region
from tests.support.dossiers import People


def test_children_are_chosen_by_code_and_in_words(people: People, region: Region) -> None:
    """S-17, S-31: those for whom everything holds, in their order."""
    made = people.open(2)
    first, second = (people.add(made, care=care) for care in ("durable", "restorative"))
    with people.database.reading() as session:
        assert selection(session, region, made, []) == [first, second]
        assert selection(session, region, made, [("care", "duurzaam"), ("status", "waiting_for_proposal")]) == [first]


def test_what_nobody_can_choose_by_is_refused(people: People, region: Region) -> None:
    """Private data is nothing to select by; what is, is told."""
    made = people.open(1)
    with (
        people.database.reading() as session,
        pytest.raises(Refused, match="kies uit: staat, gemeente") as refused,
    ):
        selection(session, region, made, [("bsn", "999900006")])
    assert (refused.value.code, refused.value.field) == ("invalid", "bsn")
