"""The lines of a list that can be read, each with a number of its own; the others are told as wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from acts.intake.columns import Header
from acts.intake.report import Import
from acts.intake.rows import Row
from acts.intake.values import OWN, Unreadable, given_by
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region

Given = dict[str, Any]
Scope = str | None  # whose own numbers: None where nobody can say


def good_lines(
    header: Header,
    rows: Sequence[Row],
    region: Region,
    done: Import,
    scope_of: Callable[[Mapping[str, str]], Scope] = lambda _: "",
) -> Iterator[tuple[int, Given]]:
    """The values by line. Within one file a number stays with its row, also where that row is refused: else a child is lost.

    `scope_of`: from the cells of a line, within what its own number means one thing.
    """
    earlier: dict[str, list[tuple[Scope, int, Given | None, Sequence[str]]]] = defaultdict(list)
    for line, cells in rows:
        given, whys = _read(header, cells, region)
        titled = header.titled(cells)
        own, scope = titled.get(OWN, ""), scope_of(titled)
        for other, at, its, raw in earlier[own] if own else ():
            if None in (other, scope) or other == scope:
                if (its != given) if its and given else (raw != cells):
                    whys = [invalid(OWN, f"dit eigen kenmerk staat ook op regel {at}, met andere gegevens"), *whys]
                break
        else:
            earlier[own].append((scope, line, given, cells))
        if whys:
            done.refuse(line, header, *whys)
        elif given:
            yield line, given


def _read(header: Header, cells: Sequence[str], region: Region) -> tuple[Given | None, list[Refused]]:
    try:
        return given_by(header.columns, header.filled(cells), region), []
    except Unreadable as unreadable:
        return None, unreadable.cells
    except Refused as refused:
        return None, [refused]
