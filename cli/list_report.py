"""What became of each line of a list that was taken in, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from acts.engine.recorded_before import PRIVATE, RecordedBefore
from cli import moving
from cli.list_columns import Columns, Header
from cli.list_values import OWN
from cli.output import as_json, day, out, table
from rules.shared.refusal import Refused

if TYPE_CHECKING:  # prefect takes a second to import: only when something moves
    from flows.mover import Ended

UNCHANGED = "niets gewijzigd"


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
    sheet: str | None = field(default=None, compare=False)  # that was read, where there are several

    def refuse(self, line: int, header: Header, *whys: Refused) -> None:
        """Not this line; each of these is a reason."""
        self.wrong.extend(Wrong(line, header.title(why.field or OWN), why.message) for why in whys)

    def tell_known(self, line: int, known: RecordedBefore) -> None:
        """This line was taken in before."""
        (self.known_otherwise if known.differs else self.known).append((line, str(known.subject)))
        if known.differs or known.closed_on:
            differs = tuple(field.removeprefix(PRIVATE) for field in known.differs)
            self.earlier[line] = Earlier(differs, known.closed_on)

    @property
    def ok(self) -> bool:
        """Whether nobody has to look at any line."""
        return not self.wrong and not self.known_otherwise


def show(done: Import, ended: Ended, columns: Columns, ways_on: str, json: bool) -> None:
    """Tell what became of each line and of the run after it; `ways_on`: what to do with a line that says something else.

    Raises Exit with 1 when somebody has to look at a line.
    """
    if json:
        _as_json(done, ended)
    else:
        _say(done, columns, ways_on)
        moving.say_how(ended)
    if not done.ok:
        raise typer.Exit(1)


def _as_json(done: Import, ended: Ended) -> None:
    """The keys are described in docs/json.md."""
    as_json(
        {
            "ok": done.ok,
            "sheet": done.sheet,
            "new": _lines(done.new),
            "known": [one | _ended(done, one["line"]) for one in _lines(done.known)],
            "known_otherwise": [
                one | {"differs": list(done.earlier[one["line"]].differs)} | _ended(done, one["line"])
                for one in _lines(done.known_otherwise)
            ],
            "wrong": [{"line": one.line, "column": one.column, "reason": one.reason} for one in done.wrong],
            "tracked": ended.tracked,
            "attention": ended.message if ended.attention else None,
        }
    )


def _lines(those: list[tuple[int, str]]) -> list[dict[str, Any]]:
    return [{"line": line, "reference": reference} for line, reference in those]


def _ended(done: Import, line: int) -> dict[str, date]:
    closed_on = done.earlier.get(line, Earlier()).closed_on
    return {"closed_on": closed_on} if closed_on else {}


def _say(done: Import, columns: Columns, ways_on: str) -> None:
    wrong = len({one.line for one in done.wrong})
    if not len(done.new) + len(done.known) + len(done.known_otherwise) + wrong:
        out.print("Onder de kop staan nog geen regels. Vul die eerst in.")
    if done.sheet:
        out.print(f"Gelezen: blad {done.sheet}.")
    look = f", {len(done.known_otherwise)} om naar te kijken" if done.known_otherwise else ""
    out.print(f"{len(done.new)} nieuw, {len(done.known)} al bekend, {wrong} fout{look}.")
    said = dict(done.new)
    said |= {line: f"{reference} (al bekend, {_closed(done, line) or UNCHANGED})" for line, reference in done.known}
    said |= {line: f"{reference} ({_otherwise(done, columns, line)})" for line, reference in done.known_otherwise}
    for line in sorted(said):
        out.print(f"  regel {line}: {said[line]}", markup=False)
    if done.known_otherwise:
        out.print(ways_on)
    if done.wrong:
        table("Niet overgenomen", [{"regel": w.line, "kolom": w.column, "reden": w.reason} for w in done.wrong])


def _closed(done: Import, line: int) -> str:
    closed_on = done.earlier.get(line, Earlier()).closed_on
    return f"afgesloten op {day(closed_on)}" if closed_on else ""


def _otherwise(done: Import, columns: Columns, line: int) -> str:
    """What to look at: the columns, and nothing of what is in them."""
    differs = ", ".join(columns.name_of(field) for field in done.earlier[line].differs)
    said = ("al bekend, met andere gegevens", UNCHANGED, f"anders: {differs}", _closed(done, line))
    return "; ".join(filter(None, said))
