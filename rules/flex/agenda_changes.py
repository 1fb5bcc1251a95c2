"""What changed on an agenda since it was issued before (F-26, F-53)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AgendaChanges:
    """Between an agenda and a later one of the same meeting. Cases by reference, guests by id."""

    came: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()  # cases of which something else is said
    invited: tuple[str, ...] = ()
    not_invited: tuple[str, ...] = ()
    moved: bool = False  # another day or time
    place: bool = False  # there is one now, or none any more

    def __bool__(self) -> bool:
        return self != NO_CHANGES


NO_CHANGES = AgendaChanges()


def agenda_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> AgendaChanges:
    """What a later agenda of a meeting says otherwise, in its own order."""
    old, new = ({case["reference"]: case for case in said["cases"]} for said in (before, after))
    were, are = ([*said["invited"], *said["optional"]] for said in (before, after))
    return AgendaChanges(
        came=tuple(one for one in new if one not in old),
        left=tuple(one for one in old if one not in new),
        otherwise=tuple(one for one, case in new.items() if one in old and _said(old[one]) != _said(case)),
        invited=tuple(dict.fromkeys(one for one in are if one not in were)),
        not_invited=tuple(dict.fromkeys(one for one in were if one not in are)),
        moved=any(before[at] != after[at] for at in ("starts_at", "ends_at")),
        place=before["place_in_program"] != after["place_in_program"],
    )


def _said(case: Mapping[str, Any]) -> dict[str, Any]:
    """Without what follows from the day of the meeting."""
    return {field: value for field, value in case.items() if field != "days_left"}
