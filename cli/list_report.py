"""How the command line tells what became of each line of a list, to people and to programs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acts.intake import in_words
from acts.intake.columns import Columns
from acts.intake.report import Earlier, Import
from cli import moving
from cli.output import as_json, out, table

if TYPE_CHECKING:  # prefect takes a second to import: only when something moves
    from flows.mover import Ended

Person = Annotated[  # at every list that comes in
    str | None, typer.Option(help="Wie dat namens de organisatie doet: de id van een contactpersoon, of een naam.")
]


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
            "ignored": [{"column": place, "title": title} for place, title in done.ignored],
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
    for told in in_words.told(done):
        out.print(told)
    for line, (reference, said) in in_words.of_lines(done, columns).items():
        out.print(f"  regel {line}: {reference}{said and f' ({said})'}", markup=False)
    if done.known_otherwise:
        out.print(ways_on)
    if done.wrong:
        table("Niet overgenomen", [{"regel": w.line, "kolom": w.column, "reden": w.reason} for w in done.wrong])
