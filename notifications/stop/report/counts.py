"""The numbers of both sides per municipality, with what became of their differences (S-40, S-41, S-42, S-58)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.views.dossier import ChildView, Counted, DossierView
from notifications.stop.report.children import place
from notifications.words import code_in_words
from rules.shared.region import Region
from rules.stop.route import OPEN, Category

Both = tuple[int | None, int | None]  # of the stopping provider, of the access
AGREED, EXPLAINED, UNEXPLAINED, INCOMPLETE = "geen", "verklaard", "niet verklaard", "niet compleet"
_WORST = [INCOMPLETE, UNEXPLAINED, EXPLAINED, AGREED]


@dataclass(frozen=True)
class Row:
    """The numbers of a municipality, or of several together."""

    name: str
    numbers: Mapping[str, Both]
    added: int
    open: int
    difference: str

    @property
    def counted(self) -> int:
        """All children that the stopping provider counted."""
        return sum(mine or 0 for mine, _ in self.numbers.values())


def rows(region: Region, view: DossierView, children: Iterable[ChildView]) -> list[Row]:
    """A row per municipality of the dossier: first where something is to be done, then by size."""
    still = Counter(child.municipality for child in children if child.status in OPEN)
    places = view.counts.keys() | view.added.keys()
    made = [_row(region, view, municipality, still[municipality]) for municipality in sorted(places)]
    return sorted(made, key=lambda row: (row.difference not in (INCOMPLETE, UNEXPLAINED), -row.counted, row.name))


def _row(region: Region, view: DossierView, municipality: str, still: int) -> Row:
    counts = view.counts.get(municipality, Counted())
    mine, yours = counts.provider or {}, counts.access or {}
    numbers = {category.value: (mine.get(category), yours.get(category)) for category in Category}
    difference = AGREED
    if not (mine and yours):
        difference = INCOMPLETE
    elif municipality in view.differences:
        difference = EXPLAINED if counts.explained else UNEXPLAINED
    added = sum(view.added.get(municipality, {}).values())
    return Row(place(region, municipality), numbers, added, still, difference)


def to_add(region: Region, view: DossierView) -> tuple[list[str], list[str]]:
    """Where children were counted and not added, and where added and not counted: municipality, category, number (S-17, S-41)."""
    left_out, too_many = list[str](), list[str]()
    for municipality in sorted(view.counts.keys() | view.added.keys(), key=lambda one: place(region, one)):
        counts, added = view.counts.get(municipality, Counted()).provider or {}, view.added.get(municipality, {})
        for category in Category:
            number = counts.get(category, 0) - added.get(category, 0)
            if number:
                where = f"{place(region, municipality)}: {code_in_words(category)} {abs(number)}"
                (left_out if number > 0 else too_many).append(where)
    return left_out, too_many


def together(name: str, some: Sequence[Row]) -> Row:
    """Several municipalities as one; the difference is the worst of theirs."""
    return Row(
        name,
        {category.value: _sums([row.numbers[category] for row in some]) for category in Category},
        sum(row.added for row in some),
        sum(row.open for row in some),
        min((row.difference for row in some), key=_WORST.index, default=AGREED),
    )


def _sums(numbers: Sequence[Both]) -> Both:
    mine, yours = zip(*numbers, strict=True) if numbers else ((), ())
    return _sum(mine), _sum(yours)


def _sum(side: Sequence[int | None]) -> int | None:
    known = [number for number in side if number is not None]
    return sum(known) if known else None


def folded(all_: Sequence[Row], shown: int) -> list[Row]:
    """At most so many rows: the rest goes together as "en n andere gemeenten"."""
    if len(all_) <= shown:
        return list(all_)
    rest = all_[shown - 1 :]
    return [*all_[: shown - 1], together(f"en {len(rest)} andere gemeenten", rest)]


def both(numbers: Both) -> str:
    """One number where both sides say the same, else both: "12 / 13"."""
    mine, yours = ("–" if number is None else str(number) for number in numbers)
    return mine if mine == yours else f"{mine} / {yours}"
