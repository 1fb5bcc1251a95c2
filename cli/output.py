"""How the command line speaks: plain Dutch for people, one JSON document for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from flexroute.clock import local
from notifications.words import WORDS

Json = Annotated[bool, typer.Option("--json", help="Antwoord als JSON, voor programma's.")]
NoPrefect = Annotated[
    bool, typer.Option("--no-prefect", help="Zonder Prefect: de casussen gaan verder, maar zijn daar niet te volgen.")
]

# names and messages are shown as they are: [x] and :x: mean nothing
out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def as_json(value: Any) -> None:
    """Print one JSON document on one line."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False) + "\n")


def as_json_list(pages: Iterable[Sequence[Any]]) -> None:
    """The same for a list that comes in pages: each is printed when it is there."""
    sys.stdout.write("[")
    separator = ""
    for page in pages:
        for value in page:
            sys.stdout.write(separator + json.dumps(value, default=_plain, ensure_ascii=False))
            separator = ", "
    sys.stdout.write("]\n")


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)


def words(code: Any) -> str:
    """A code in words; what has no words stays as it is."""
    return WORDS.get(str(code), str(code)) if code not in (None, "") else ""


def day(value: date | datetime | None) -> str:
    """A date as people write it: 09-03-2026."""
    if isinstance(value, datetime):
        return local(value).strftime("%d-%m-%Y %H:%M")
    return value.strftime("%d-%m-%Y") if value else ""


def tables(title: str, pages: Iterable[Sequence[Mapping[str, Any]]]) -> None:
    """Rows that come in pages: a table for each, printed when it is there; the title stands above the first."""
    first = True
    for page in pages:
        if page:
            table(title if first else "", page)
            first = False
    if first:
        table(title, [])


def table(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as a table on the screen; as wide as the screen allows, or 160 in a file."""
    if not rows:
        out.print(f"{title}: geen.")
        return
    shown = Table(title=title or None, title_justify="left", show_lines=False)
    for column in rows[0]:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*("" if value is None else str(value) for value in row.values()))
    Console(highlight=False, markup=False, emoji=False, width=None if out.is_terminal else 160).print(shown)
