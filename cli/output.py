"""How the command line speaks: plain Dutch for people, one JSON document for programs."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from flexroute.clock import local
from notifications.guard import HELD, held_back
from notifications.words import code_in_words

Json = Annotated[bool, typer.Option("--json", help="Antwoord als JSON, voor programma's.")]
NoPrefect = Annotated[
    bool, typer.Option("--no-prefect", help="Zonder Prefect: de casussen gaan verder, maar zijn daar niet te volgen.")
]

_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


IN_A_FILE = 160  # columns
IN_MEMORY = 1_000_000  # characters of a long list; the rest waits on the disk, in a file without a name


class Unwritten(Exception):
    """Nobody takes what is said on standard output: its disk is full, or who read it has stopped."""


def seen(text: str) -> str:
    """A text whose signs cannot steer a terminal: escape becomes ␛, and what has no picture its number."""
    return _STEERS.sub(lambda sign: _picture(ord(sign[0])), text.replace("\r\n", "\n"))


def _picture(code: int) -> str:
    if code < ord(" "):
        return chr(0x2400 + code)
    return f"\\u{code:04x}"


class _Screen(Console):
    """Shows names and messages as they are: [x] and :x: mean nothing, and no sign steers the terminal. Raises Unwritten."""

    def __init__(self, **given: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **given)

    def print(self, *objects: Any, **given: Any) -> None:
        # on a screen between words; a file and a program get whole lines
        given.setdefault("soft_wrap", not self.is_terminal)
        try:
            super().print(*(seen(one) if isinstance(one, str) else one for one in objects), **given)
        except OSError:
            if not self.stderr:  # what cannot be told there cannot be told anywhere
                raise Unwritten from None

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


out = _Screen()
err = _Screen(stderr=True)


def ready_streams() -> None:
    """For a program of its own: a sign that a code page lacks becomes a question mark, and a closed stream takes everything."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the program ends
        getattr(sys, name).reconfigure(errors="replace")


def let_go() -> None:
    """Write what waits for standard output. Raises Unwritten; then nothing tries again when the program ends."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Unwritten from None


def raw(made: bytes) -> None:
    """To standard output as it is; on a terminal it cannot steer that. Raises Unwritten."""
    if sys.stdout.isatty():
        out.print(made.decode("utf-8", "replace"), end="")
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
    except OSError:
        raise Unwritten from None


def in_json(value: Any, *, ascii_only: bool = False) -> str:
    """One JSON document on one line."""
    text = json.dumps(value, default=_plain, ensure_ascii=ascii_only)
    return _STEERS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def as_json(value: Any) -> None:
    """Print one JSON document; on a console that is not UTF-8 it says the same in ASCII. Raises Unwritten."""
    _write(in_json(value, ascii_only=not _unicode()) + "\n")


def as_json_list(rows: Any) -> None:
    """The same of what leaves the program. A text that may hold a BSN is held back and told, as a letter is (C.4): exit 1."""
    given = held_back(rows)
    as_json(given)
    if given is not rows:
        _tell_held()


def as_json_pages(pages: Iterable[Sequence[Any]]) -> None:
    """The same for a list that comes in pages, however many. Written when the last one is there: nobody gets half a document."""
    separator, held = "[", False
    with SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8") as whole:
        for row in (row for page in pages for row in page):
            given = held_back(row)
            held |= given is not row
            whole.write(separator + in_json(given, ascii_only=not _unicode()))
            separator = ", "
        whole.write("[]\n" if separator == "[" else "]\n")
        whole.seek(0)
        for part in iter(partial(whole.read, IN_MEMORY), ""):
            _write(part)
    if held:
        _tell_held()


def _tell_held() -> None:
    err.print(f"Let op: niet alles staat erin. Zoek in de uitvoer naar “{HELD}”.")
    raise typer.Exit(1)


def _unicode() -> bool:
    return (sys.stdout.encoding or "utf-8").lower().replace("-", "") in ("utf8", "utf16", "utf32")


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
    except OSError:
        raise Unwritten from None


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)


def words(code: Any) -> str:
    """A code in words; what has no words stays as it is."""
    return code_in_words(code)


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


def table(title: str, rows: Sequence[Mapping[str, Any]], *, filled_only: bool = False) -> None:
    """Rows as a table on the screen, or as blocks where it is too narrow. `filled_only`: without the columns that hold nothing."""
    if not rows:
        out.print(f"{title}: geen.")
        return
    columns = [one for one in rows[0] if not filled_only or any(row[one] not in (None, "") for row in rows)]
    shown = [{column: "" if row[column] is None else seen(str(row[column])) for column in columns} for row in rows]
    screen = _Screen(width=None if out.is_terminal else IN_A_FILE)
    screen.print(laid_out(title, shown, screen.width))


def laid_out(title: str, rows: Sequence[Mapping[str, str]], width: int) -> RenderableType:
    """A table in which no word, date or reference is broken; where that does not fit, a block of lines for each row."""
    cells = {name: (name, *(row[name] for row in rows)) for name in rows[0]}
    least = {name: max(map(_longest_word, those)) for name, those in cells.items()}
    left = width - 3 * len(cells) - 1  # without the lines
    if sum(least.values()) > left:
        return Group(*([Text(title)] if title else []), *(part for row in rows for part in _block(row)))
    shown = Table(title=title or None, title_justify="left", show_lines=False)
    wide = {name: min(max(map(_longest_line, those)), width) for name, those in cells.items()}
    while sum(wide.values()) > left:
        wide[max((name for name in wide if wide[name] > least[name]), key=wide.__getitem__)] -= 1
    for column, room in wide.items():
        shown.add_column(column, overflow="fold", width=room)
    for row in rows:
        shown.add_row(*(row[column] for column in wide))
    return shown


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


def _longest_line(text: str) -> int:
    return max(map(cell_len, text.splitlines()), default=0)


def _block(row: Mapping[str, str]) -> Iterator[RenderableType]:
    """One row, a line for each column that holds something; what does not fit goes on under itself."""
    lines = Table.grid(padding=(0, 1, 0, 0))
    lines.add_column(justify="right", no_wrap=True)
    lines.add_column(overflow="fold")
    for column, value in row.items():
        if value:
            lines.add_row(f"{column}:", value)
    yield lines
    yield Text()
