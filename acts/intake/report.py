"""What became of each line of a list that was taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from acts.engine.recorded_before import PREFIX, RecordedBefore
from acts.intake.columns import Header
from acts.intake.rows import Row
from acts.intake.values import OWN
from rules.shared.refusal import Refused


@dataclass(frozen=True)
class Wrong:
    """Why a line was not taken in: a column that is wrong, as the file calls it, and the reason in Dutch."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Earlier:
    """What was taken in before under the number of a line: the fields that say something else now, and when it ended."""

    differs: tuple[str, ...] = ()
    closed_on: date | None = None


@dataclass(frozen=True)
class Import:
    """What became of each line; each is in one list. Line and reference of what is new, of what was taken in before,

    and of what was taken in before with other data, which changes nothing and is to be looked at.
    """

    new: list[tuple[int, str]] = field(default_factory=list)
    known: list[tuple[int, str]] = field(default_factory=list)
    known_otherwise: list[tuple[int, str]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    earlier: dict[int, Earlier] = field(default_factory=dict)  # by line: of what is known, what there is to say
    # columns that were not read: place, title
    ignored: list[tuple[int, str]] = field(default_factory=list, compare=False)
    sheet: str | None = field(default=None, compare=False)  # that was read, where there are several
    header: Header | None = field(default=None, compare=False)
    rows: Sequence[Row] = field(default=(), compare=False)  # all that was read under it

    def refuse(self, line: int, header: Header, *whys: Refused) -> None:
        """Not this line; each of these is a reason."""
        self.wrong.extend(Wrong(line, header.title(why.field or OWN), why.message) for why in whys)

    def tell_known(self, line: int, known: RecordedBefore) -> None:
        """This line was taken in before."""
        (self.known_otherwise if known.differs else self.known).append((line, str(known.subject)))
        if known.differs or known.closed_on:
            differs = tuple(field.removeprefix(PREFIX) for field in known.differs)
            self.earlier[line] = Earlier(differs, known.closed_on)

    @property
    def ok(self) -> bool:
        """Whether nobody has to look at any line."""
        return not self.wrong and not self.known_otherwise

    def read(self) -> dict[int, dict[str, str]]:
        """What was read on each line that is wrong, under the titles of the file; nothing that is about the youth (C.4)."""
        if self.header is None:
            return {}
        wrong, header = {one.line for one in self.wrong}, self.header
        return {
            line: {
                header.title(field): cell
                for field, cell in header.titled(cells).items()
                if not header.columns.of[field].private
            }
            for line, cells in self.rows
            if line in wrong
        }
