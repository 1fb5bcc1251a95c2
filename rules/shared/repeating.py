"""The same again: what somebody decided is recorded and mailed once, also by who was not sure that it arrived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.shared.region import Region


@dataclass(frozen=True, slots=True)
class LastDecision:
    """The last decision of one kind about a case or a child; `just_now`: nothing about it was settled since."""

    by: str
    values: Mapping[str, Any]
    just_now: bool


def says_the_same(by: str, values: Mapping[str, Any], said: LastDecision | None, region: Region) -> bool:
    """Whether a decision has the side and all the values, reason included, of one that is there (F-25, S-31)."""
    return said is not None and values == said.values and _side(by, region) == _side(said.by, region)


def same_again(by: str, values: Mapping[str, Any], said: LastDecision | None, region: Region) -> bool:
    """Whether a decision only repeats the one before it: then the route has not asked for it again (F-25, S-31)."""
    return said is not None and said.just_now and says_the_same(by, values, said, region)


def _side(who: str, region: Region) -> str | None:
    """An organisation is a side of its own; the region's own people act for the region, whoever of them it is."""
    return None if who in region.person else who
