"""When a decision only says again what was said before."""

from __future__ import annotations

import pytest

from rules.shared.region import Region
from rules.shared.repeating import LastDecision, same_again, says_the_same

VALUES = {"subcontractor": "oa-dubbel"}


@pytest.mark.parametrize(
    ("by", "before", "same"),
    [
        ("sys-noord", "sys-noord", True),
        ("sys-zuid", "sys-noord", False),  # each organisation is a side of its own
        ("tz-bram", "tz-anna", True),  # the region's own people are one
        ("tz-anna", "sys-noord", False),
    ],
)
def test_the_same_side_and_the_same_values(region: Region, by: str, before: str, same: bool) -> None:
    """AMB-21, F-25, S-31: of all values, and of whoever speaks for that side."""
    said = LastDecision(before, VALUES, just_now=True)
    assert same_again(by, {**VALUES}, said, region) is same
    assert not same_again(by, {**VALUES, "reason": "x"}, said, region)


def test_what_was_settled_in_between_makes_it_new(region: Region) -> None:
    """S-44: only what waits may be compared with something further back."""
    said = LastDecision("sys-noord", VALUES, just_now=False)
    assert says_the_same("sys-noord", VALUES, said, region)
    assert not same_again("sys-noord", VALUES, said, region)
    assert not same_again("sys-noord", VALUES, None, region)
