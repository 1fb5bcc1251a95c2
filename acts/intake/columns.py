"""The columns of a list that people send in: what each may be called in Dutch or English, and how its cells are read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flexroute.errors import UserError
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.vocabulary import plain

Reader = Callable[[str, Region], Any]  # from the text of a cell to a value of the act; raises ValueError in Dutch


def _as_it_is(text: str, _region: Region) -> str:
    return text


@dataclass(frozen=True)
class Column:
    """What people call it in Dutch, the usual name first. `private`: about the youth, and stays in the case database."""

    names: tuple[str, ...]
    read: Reader = _as_it_is
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

    def title(self, field: str) -> str:
        """What the file calls a field; the usual Dutch name where the file does not have it."""
        return self.titles.get(field) or self.columns.name_of(field)

    def filled(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of a row that hold something, by field. Raises Refused for one without a title above it."""
        for place, cell in enumerate(cells):
            if cell and (place >= len(self.fields) or self.fields[place] is None):
                raise invalid(f"kolom {place + 1}", "boven deze cel staat geen kop; is er een scheidingsteken te veel?")
        return self.titled(cells)

    def titled(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells that hold something and have a title above them, by field."""
        return {field: cell for field, cell in zip(self.fields, cells, strict=False) if cell and field}


def read_header(columns: Columns, line: int, cells: Sequence[str], needed: Collection[str]) -> Header:
    """Which column is what. Raises UserError with everything that is unknown, there twice, or missing from `needed`."""
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
    problems = [f"kolom {place} ({title[:40]}) is onbekend" for place, (title, field) in places if title and not field]
    for field in columns.of:
        if fields.count(field) > 1:
            same = [f"{place} ({title})" for place, (title, there) in places if there == field]
            problems.append(f"kolommen {' en '.join(same)} betekenen hetzelfde; laat er één staan")
        elif field in needed and field not in fields:
            problems.append(f"de kolom {columns.name_of(field)} ({field}) ontbreekt")
    if problems:
        raise UserError(
            "De kop van het bestand klopt niet. Er is niets overgenomen.\n"
            + "\n".join(f"  regel {line}: {problem}" for problem in problems)
        )
    return Header(columns, fields, {field: title for field, title in zip(fields, written, strict=True) if field})
