"""Who may see what of a dossier and of a child in it: no other provider, no other municipality (A.8, C.4)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.shared.process import named
from rules.shared.region import Region
from rules.shared.seeing import Spoken, may_read, not_theirs
from rules.stop import seeing
from rules.stop.facts import ChildFacts
from tests.support.parties import ACCESS, ACCESS_THERE, ADMINISTRATION, HERE, RECEIVER, STOPPER, THERE
from tests.support.stop_facts import COUNTED_ALIKE, TRANSFER, a_child, a_dossier

DOSSIER, CHILD = named("stop").sights["stop"], named("stop").sights["child"]
BOTH = a_dossier(counts={HERE: COUNTED_ALIKE, THERE: COUNTED_ALIKE})
EVERYBODY = (ADMINISTRATION, STOPPER, ACCESS, ACCESS_THERE, RECEIVER, "heidehof", "tz-anna", "cm-bc", "sys-noord")


@pytest.mark.parametrize(
    ("values", "readers"),
    [
        ({}, {ADMINISTRATION, STOPPER, ACCESS, ACCESS_THERE}),
        ({"municipality": HERE}, {ADMINISTRATION, STOPPER, ACCESS}),
        ({"municipality": THERE}, {ADMINISTRATION, STOPPER, ACCESS_THERE}),
    ],
)
def test_numbers_are_of_one_municipality(region: Region, values: dict[str, Any], readers: set[str]) -> None:
    """S-40 … S-42: an access reads its own, and how they are explained."""
    said = Spoken("explain_difference", "nobody", values)
    assert {who for who in EVERYBODY if may_read(DOSSIER, BOTH, who, region, said)} == readers


def test_who_sees_a_dossier(region: Region) -> None:
    """S-35, S-36: an access once its municipality has a part in it; a dossier is about no youth."""
    see = {who for who in EVERYBODY if not not_theirs(DOSSIER, a_dossier(), who, region, spoke=False, youth=False)}
    assert see == {ADMINISTRATION, STOPPER, ACCESS}
    assert all(not_theirs(DOSSIER, BOTH, who, region, spoke=False, youth=True) for who in EVERYBODY)


@pytest.mark.parametrize(
    ("child", "act", "readers"),
    [
        (a_child(), "propose_route", {ADMINISTRATION, STOPPER, ACCESS, "tz-anna"}),
        (a_child(waiting=TRANSFER), "add_child", {ADMINISTRATION, STOPPER, ACCESS, "tz-anna", RECEIVER}),
        (a_child(agreed=TRANSFER), "record_consent", {ADMINISTRATION, STOPPER, ACCESS, RECEIVER}),
        (a_child(agreed=TRANSFER), "decide_route", {ADMINISTRATION, STOPPER, ACCESS, "tz-anna"}),
        (a_child(municipality=THERE), "sign_off", {ADMINISTRATION, STOPPER, ACCESS_THERE}),
    ],
)
def test_readers_of_a_child(region: Region, child: ChildFacts, act: str, readers: set[str]) -> None:
    """S-32, S-44, S-55, S-56: what each side must know of a child."""
    said = Spoken(act, "nobody", {})
    assert {who for who in EVERYBODY if may_read(CHILD, (BOTH, child), who, region, said)} == readers


@pytest.mark.parametrize(
    ("child", "may"),
    [
        (a_child(), {STOPPER, ACCESS, "tz-anna"}),
        (a_child(waiting=TRANSFER), {STOPPER, ACCESS, "tz-anna"}),
        (a_child(agreed=TRANSFER), {STOPPER, ACCESS, "tz-anna", RECEIVER}),
    ],
)
def test_youth(region: Region, child: ChildFacts, may: set[str]) -> None:
    """C.4, S-45: the receiver learns who it is once the access agreed; contract administration never here."""
    found = {w for w in EVERYBODY if not not_theirs(CHILD, (BOTH, child), w, region, spoke=False, youth=True)}
    assert found == may


@given(act=st.sampled_from([*seeing.OF_CHILD]), who=st.sampled_from(EVERYBODY), there=st.booleans())
def test_another_provider_or_municipality_reads_nothing(region: Region, act: str, who: str, there: bool) -> None:
    """A.8."""
    child = a_child(municipality=THERE if there else HERE)
    strangers = {RECEIVER, "heidehof", "cm-bc", "sys-noord", ACCESS if there else ACCESS_THERE}
    if who in strangers:
        assert not may_read(CHILD, (BOTH, child), who, region, Spoken(act, "nobody", {}))
        assert not_theirs(CHILD, (BOTH, child), who, region, spoke=False, youth=False)
