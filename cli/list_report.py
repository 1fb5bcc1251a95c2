"""What became of each line of a list that was taken in, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import typer

from cli import moving
from cli.list_columns import Header
from cli.list_values import OWN
from cli.output import as_json, out, table
from rules.refusal import Refused

if TYPE_CHECKING:  # prefect takes a second to import: only when something moves
    from flows.running import Ended


OTHERWISE = "al bekend, met andere gegevens; niets gewijzigd"


@dataclass(frozen=True)
class Wrong:
    """Why a line was not taken in: a column that is wrong, as the file calls it, and the reason in Dutch."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Import:
    """What became of each line; each is in one list. Line and reference of what is new, of what was taken in before,

    and of what was taken in before with other data, which changes nothing.
    """

    new: list[tuple[int, str]] = field(default_factory=list)
    known: list[tuple[int, str]] = field(default_factory=list)
    known_otherwise: list[tuple[int, str]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    def refuse(self, line: int, header: Header, *whys: Refused) -> None:
        """Not this line; each of these is a reason."""
        self.wrong.extend(Wrong(line, header.title(why.field or OWN), why.message) for why in whys)


def show(done: Import, ended: Ended, json: bool) -> None:
    """Tell what became of each line and of the run after it. Raises Exit with 1 when a line was wrong."""
    if json:
        as_json(
            {
                "ok": not done.wrong,
                "new": _lines(done.new),
                "known": _lines(done.known),
                "known_otherwise": _lines(done.known_otherwise),
                "wrong": [{"line": one.line, "column": one.column, "reason": one.reason} for one in done.wrong],
                "tracked": ended.tracked,
                "attention": ended.message if ended.attention else None,
            }
        )
    else:
        known = len(done.known) + len(done.known_otherwise)
        wrong = len({one.line for one in done.wrong})
        if not len(done.new) + known + wrong:
            out.print("Onder de kop staan nog geen regels. Vul die eerst in.")
        out.print(f"{len(done.new)} nieuw, {known} al bekend, {wrong} fout.")
        said = dict(done.new)
        said |= {line: f"{reference} (al bekend, niets gewijzigd)" for line, reference in done.known}
        said |= {line: f"{reference} ({OTHERWISE})" for line, reference in done.known_otherwise}
        for line in sorted(said):
            out.print(f"  regel {line}: {said[line]}", markup=False)
        if done.wrong:
            table("Niet overgenomen", [{"regel": w.line, "kolom": w.column, "reden": w.reason} for w in done.wrong])
        moving.say_how(ended)
    if done.wrong:
        raise typer.Exit(1)


def _lines(those: list[tuple[int, str]]) -> list[dict[str, Any]]:
    return [{"line": line, "reference": reference} for line, reference in those]
