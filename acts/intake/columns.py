"""The columns of a list that people send in: what each may be called in Dutch or English, and how its cells are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from flexroute.errors import UserError
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.vocabulary import plain

TYPING_ERROR = 0.81  # how alike two titles are of which one is a typing error: verwijsrute, but not gemeentenaam
SHOWN = 40  # signs of a title
ANYTHING = "¿"  # is no value of a column of which something is demanded

Reader = Callable[[str, Region], Any]  # from the text of a cell to a value of the act; raises ValueError in Dutch


def _as_it_is(text: str, _region: Region) -> str:
    return text


@dataclass(frozen=True)
class Column:
    """What people call it in Dutch, the usual name first. `private`: about the youth, and stays in the case database."""

    names: tuple[str, ...]
    read: Reader = _as_it_is
    strict: Reader | None = None  # raises ValueError for what cannot be its value, where `read` leaves that to the act
    required: bool = False
    private: bool = False


@dataclass(frozen=True)
class Columns:
    """The columns of one kind of list, by their name in English: the field of the act."""

    of: Mapping[str, Column]

    @cached_property
    def _fields(self) -> dict[str, str]:
        return {plain(name): field for field, column in self.of.items() for name in (field, *column.names)}

    def field_of(self, title: str) -> str | None:
        """The field that a title stands for, in Dutch or English; None for a title that is not known."""
        return self._fields.get(plain(title))

    def name_of(self, field: str) -> str:
        """The usual name in Dutch."""
        return self.of[field].names[0] if field in self.of else field

    def resembled(self, title: str) -> str | None:
        """The field whose title is most like this one, where it is so like it that it may be a typing error."""
        near = get_close_matches(plain(title), self._fields, n=1, cutoff=TYPING_ERROR)
        return self._fields[near[0]] if near else None

    @property
    def required(self) -> tuple[str, ...]:
        """The fields without which a list is of no use."""
        return tuple(field for field, column in self.of.items() if column.required)


@dataclass(frozen=True)
class Header:
    """The header of a file: the field of each position (None: no title), and each field's title as it was written."""

    columns: Columns
    fields: tuple[str | None, ...]
    titles: Mapping[str, str]
    unknown: tuple[tuple[int, str], ...] = ()  # columns that no field has: place from 1, and title; they are not read

    def title(self, field: str) -> str:
        """What the file calls a field; the usual Dutch name where the file does not have it."""
        return self.titles.get(field) or self.columns.name_of(field)

    def filled(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of a row that hold something, by field. Raises Refused for one without a title above it."""
        unread = {place - 1 for place, _ in self.unknown}
        for place, cell in enumerate(cells):
            if cell and place not in unread and (place >= len(self.fields) or self.fields[place] is None):
                raise invalid(f"kolom {place + 1}", "boven deze cel staat geen kop; is er een scheidingsteken te veel?")
        return self.titled(cells)

    def titled(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells that hold something and have a title above them, by field."""
        return {field: cell for field, cell in zip(self.fields, cells, strict=False) if cell and field}


def read_header(
    columns: Columns,
    line: int,
    cells: Sequence[str],
    needed: Collection[str],
    rows: Sequence[tuple[int, Sequence[str]]],
    region: Region,
) -> Header:
    """Which column is what; one that no field has is passed over, unless it may be meant for one that has another title.

    Raises UserError with everything that is there twice, is missing from `needed`, has nearly the title of a known column, or holds
    the values of one that is needed and missing or empty.
    """
    written = [" ".join(cell.split()) for cell in cells]
    fields = tuple(columns.field_of(title) for title in written)
    known, titles = sum(field is not None for field in fields), sum(title != "" for title in written)
    if known < 3 and 2 * known < titles:  # probably no header but somebody's data: its cells may not be shown
        example = "; ".join(columns.name_of(field) for field in columns.of if field in needed)
        raise UserError(
            f"Regel {line} is geen kop met bekende kolommen. Zet boven de gegevens een kop, bijvoorbeeld: "
            f"{example}. Scheid kolommen in een CSV met ; of , of een tab."
        )
    places = list(enumerate(zip(written, fields, strict=True), 1))
    unknown = tuple((place, title[:SHOWN]) for place, (title, field) in places if title and not field)
    empty = [
        field
        for field in needed
        if not any(cell for _, row in rows for there, cell in zip(fields, row, strict=False) if there == field)
    ]
    problems, meant = list[str](), set[int]()
    for place, title in unknown:
        like = columns.resembled(title)
        held = next((field for field in empty if _holds(columns.of[field], place - 1, rows, region)), None)
        if like or held:
            meant.add(place)
            told = "lijkt op" if like else "heeft de waarden van"
            problems.append(
                f"kolom {place} ({title}) {told} {columns.name_of(like or held or '')}; geef de kolom die naam"
            )
    for field in columns.of:
        if fields.count(field) > 1:
            same = [f"{place} ({title})" for place, (title, there) in places if there == field]
            problems.append(f"kolommen {' en '.join(same)} betekenen hetzelfde; laat er één staan")
        elif field in needed and field not in fields:
            problems.append(f"de kolom {columns.name_of(field)} ({field}) ontbreekt")
    if problems:
        problems += [f"kolom {place} ({title}) is onbekend" for place, title in unknown if place not in meant]
        raise UserError(
            "De kop van het bestand klopt niet. Er is niets overgenomen.\n"
            + "\n".join(f"  regel {line}: {problem}" for problem in problems)
        )
    titled = {field: title for field, title in zip(fields, written, strict=True) if field}
    return Header(columns, fields, titled, unknown)


def _holds(column: Column, place: int, rows: Sequence[tuple[int, Sequence[str]]], region: Region) -> bool:
    """Whether everything that stands there can be a value of this column, where not just anything can."""
    read, found = column.strict or column.read, [row[place] for _, row in rows if place < len(row) and row[place]]
    return bool(found) and not _reads(read, ANYTHING, region) and all(_reads(read, cell, region) for cell in found)


def _reads(read: Reader, text: str, region: Region) -> bool:
    try:
        read(text, region)
    except ValueError:
        return False
    return True
