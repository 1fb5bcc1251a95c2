"""Whether two are the same youth (F-17), told by what somebody is known by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.shared.values import as_day
from rules.shared.vocabulary import plain

MARKS = BSN, NAME, BORN = "bsn", "name", "birth_date"


def marks(youth: Mapping[str, Any]) -> dict[str, str]:
    """What somebody is known by, so written that the same is the same; without what was not said."""
    found = {
        BSN: plain(str(youth.get(BSN) or "")).lstrip("0"),
        NAME: plain(str(youth.get(NAME) or "")),
        BORN: as_day(str(youth.get(BORN) or "")),
    }
    return {mark: told for mark, told in found.items() if told}


def same_youth(one: Mapping[str, str], other: Mapping[str, str]) -> bool | None:
    """By BSN where both have one, else by name, with the day of birth where both have that; None where nobody can say."""
    for mark in (BSN, NAME):
        if mark in one and mark in other:
            same = mark == BSN or BORN not in one or BORN not in other or one[BORN] == other[BORN]
            return one[mark] == other[mark] and same
    return None
