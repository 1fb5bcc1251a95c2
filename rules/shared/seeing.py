"""Who may see what of a subject. A process says which part somebody has in it, and which parts read what was said in each act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from rules.shared.refusal import Refused
from rules.shared.region import Region

Parts = frozenset[str]  # that somebody has in a subject: "owner", "team"; none: it is not theirs to see


class Spoken(NamedTuple):
    """A decision as these rules look at it: its act, for whom it was taken, and its values."""

    act: str
    by: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Sight:
    """Who may see a subject of one kind, as data of its process."""

    # the facts, who, and what was said (empty: the subject)
    parts: Callable[[Any, str, Region, Mapping[str, Any]], Parts]
    readers: Mapping[str, Parts]  # by act: the parts that read what was said in it
    youth: Parts  # the parts that may read who it is about (C.4)
    who: str  # in Dutch: who may see it
    who_youth: str  # in Dutch: who may read who it is about
    facts: Callable[[Any, str], Any]  # session, reference: what `parts` looks at, None where there is no such subject
    # session, reference: who it is about; empty where nothing is kept
    about_youth: Callable[[Any, str], Mapping[str, Any]]
    # session, reference: in which row of `youth` that is kept (`case_id` or `child_id`); empty: it is about no youth
    youth_of: Callable[[Any, str], dict[str, int]] = lambda _session, _reference: {}


def may_read(sight: Sight, facts: Any, who: str, region: Region, spoken: Spoken) -> bool:
    """Whether somebody may read what was said: by its part in the subject, and always its own words."""
    readers = sight.readers.get(spoken.act, frozenset())  # nobody else, of an act that there is no more
    return spoken.by == who or not readers.isdisjoint(sight.parts(facts, who, region, spoken.values))


def not_theirs(sight: Sight, facts: Any, who: str, region: Region, *, spoke: bool, youth: bool) -> Refused | None:
    """Why somebody may not see a subject, or not who it is about; None where it is theirs. `spoke`: something in it is their own word."""
    mine = sight.parts(facts, who, region, {})
    if not (mine or spoke):
        return Refused("forbidden", f"Dit mag u niet lezen. Dat mag alleen: {sight.who}.")
    if youth and sight.youth.isdisjoint(mine):
        return Refused("forbidden", f"Wie de jeugdige is, leest alleen: {sight.who_youth}.", "youth")
    return None
