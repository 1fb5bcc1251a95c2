"""What may be a mistake in a referral: a question, never a refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.flex.doubts import Sent, already_registered, repeats, unknown_opdracht
from rules.shared.region import Region
from rules.shared.youth import marks, same_youth

SENT = Sent("ref-lt", "sys-noord", date(2026, 3, 2), "B", None, None, {})
YOUTH = {"name": "Proefjeugdige Kornoelje", "birth_date": "2014-05-09", "bsn": "999900006"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (YOUTH, YOUTH, True),
        (YOUTH, {"bsn": "999900006"}, True),
        (YOUTH, {"bsn": "999900018", "name": YOUTH["name"]}, False),
        (YOUTH, {"name": "proefjeugdige  kornoelje"}, True),
        (YOUTH, {"name": YOUTH["name"], "birth_date": "9-5-2014"}, True),
        (YOUTH, {"name": YOUTH["name"], "birth_date": "10-05-2014"}, False),
        (YOUTH, {"name": "Iemand Anders"}, False),
        (YOUTH, {}, None),
        ({}, {}, None),
    ],
)
def test_the_same_youth(one: dict[str, Any], other: dict[str, Any], same: bool | None) -> None:
    """F-17: by BSN, else by name and day of birth; where it was not said nobody knows."""
    first, second = marks(one), marks(other)
    assert same_youth(first, second) is same_youth(second, first) is same


def test_without_a_youth_all_else_must_be_the_same() -> None:
    """F-17: and neither has a number of its own."""
    assert repeats(SENT, SENT)
    for other in (
        {"referrer": "ref-gi"}, {"provider": "sys-zuid"}, {"received_on": date(2026, 3, 3)}, {"opdracht": "C"},
        {"care_form": "residential"}, {"sender_reference": "K-1"},
    ):  # fmt: skip
        assert not repeats(replace(SENT, **other), SENT)
        assert not repeats(SENT, replace(SENT, **other))


@given(
    opdracht=st.sampled_from(["B", "C"]),
    own=st.none() | st.just("K-9"),
    provider=st.sampled_from(["sys-noord", "sys-zuid"]),
)
def test_the_same_youth_is_asked_about_whatever_else_is_said(opdracht: str, own: str | None, provider: str) -> None:
    """F-17."""
    there = replace(SENT, youth=YOUTH)
    assert repeats(replace(there, opdracht=opdracht, sender_reference=own, provider=provider), there)
    assert not repeats(replace(there, youth={**YOUTH, "bsn": "999900018"}), there)


@pytest.mark.parametrize(
    ("theirs", "others", "asked"),
    [
        ([], 0, None),
        (["ZB-1", "ZB-2"], 0, "deze jeugdige is al aangemeld: ZB-1, ZB-2"),
        ([], 2, "deze jeugdige is al aangemeld; vraag Team Zorgbemiddeling"),
        (["ZB-1"], 1, "deze jeugdige is al aangemeld: ZB-1; ook door een ander: vraag Team Zorgbemiddeling"),
    ],
)
def test_a_youth_that_is_on_its_way(theirs: list[str], others: int, asked: str | None) -> None:
    """F-17, C.4: of a case that is somebody else's no reference is told."""
    assert already_registered(theirs, others) == asked


def test_an_opdracht_that_the_region_has_nowhere(region: Region) -> None:
    """F-27, AMB-03: with the nearest right one; a norm for every opdracht names none."""
    assert unknown_opdracht("C2", region) is None
    asked = unknown_opdracht("C3", region) or ""
    assert asked.startswith("opdracht C3 staat in deze regio bij geen tafel, norm of contract; bedoelt u C")
    assert "*" not in region.opdracht_names.of
    names = {code: f"Opdracht {code}" for code in (*region.opdracht_names.of, "C3")}
    listed = Region.model_validate(region.model_dump(mode="json", by_alias=True) | {"opdrachten": names})
    assert unknown_opdracht("C3", listed) is None
