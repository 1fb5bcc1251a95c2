"""`--full`: everything that was said about a case, a dossier or a child, on the screen and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Annotated, Any

import typer

from cli import choosing
from cli.output import day, out
from flexroute import clock
from models.store.database import current
from models.views.in_full import InFull, InWords, Said
from notifications.words import code_in_words, who_in_words
from rules.shared.region import Region

WIDTH = 80
NOT_THEIRS = "(wat hierbij is gezegd, is niet voor u)"
Full = Annotated[
    bool,
    typer.Option("--full", help="Toon alles wat is gezegd: elke toelichting, reden en dag. Zeg met --by wie leest."),
]
By = Annotated[
    str | None, typer.Option(help="Met --full: wie leest, een id van een persoon of organisatie. Dit wordt bewaard.")
]
Person = Annotated[
    str | None,
    typer.Option(help="Met --full: wie er namens de organisatie leest, de id van een contactpersoon of een naam."),
]
YouthToo = Annotated[
    bool, typer.Option("--youth", help="Met --full: toon ook wie de jeugdige is. Dat mag niet iedereen.")
]


def hold(full: bool, by: str | None, person: str | None, youth: bool) -> None:
    """Raises typer.BadParameter for an option that another one is missing with."""
    if full and not by:
        raise typer.BadParameter("zeg met --by wie leest; dat wordt bewaard", param_hint="--full")
    for option, given in (("--by", by), ("--person", person), ("--youth", youth)):
        if given and not full:
            raise typer.BadParameter("dit hoort bij --full", param_hint=option)


def read(reference: str, by: str, person: str | None, youth: bool) -> InFull:
    """What somebody may read. Raises Refused."""
    from acts.engine.read import read_in_full

    return read_in_full(current(), reference, choosing.party(by)[0], clock.now(), person, youth=youth)


def as_keys(view: InFull | None) -> dict[str, Any]:
    """What `--json` says more with `--full` (docs/json.md)."""
    return {"in_full": view.model_dump()} if view else {}


def show(region: Region, view: InFull | None) -> None:
    """Everything that was said, a block for each decision."""
    if view is None:
        return
    if view.youth is not None:
        out.print("Wie de jeugdige is")
        _lines(view.youth or {"gegevens": "niet vastgelegd"})
    out.print("Wat er is gezegd")
    for one in view.decisions:
        _wrapped(" · ".join(_head(region, one, view.reference)), 0)
        if one.said is None:
            out.print(f"    {NOT_THEIRS}")
        else:
            _lines(one.said)
    if view.read_before:
        out.print("Wie dit eerder las")
        for read_ in view.read_before:
            who = who_in_words(region, read_.by, read_.person, False, read_.stands_in, read_.confirmed)
            out.print(f"    {day(read_.at)} · {who}" + (" · ook wie de jeugdige is" if read_.youth else ""))


def _head(region: Region, one: Said, about: str) -> Iterator[str]:
    yield day(one.at)
    yield code_in_words(one.act, about)
    yield who_in_words(region, one.by, one.person, one.at_request, one.stands_in, one.confirmed)
    if one.round and one.round > 1:
        yield f"ronde {one.round}"
    if one.exception:
        yield f"uitzondering: {one.exception}"


def _lines(said: InWords, indent: int = 4, mark: str = "") -> None:
    """A line for each label; `mark` stands before the first, where several parties answered."""
    for number, (label, told) in enumerate(said.items()):
        margin = indent if number else indent - len(mark)
        label = label if number else f"{mark}{label}"
        if isinstance(told, str):
            _wrapped(f"{label}: {told}", margin)
            continue
        out.print(f"{' ' * margin}{label}:")
        for one in told:
            if isinstance(one, str):
                _wrapped(f"- {one}", indent + 2)
            else:
                _lines(one, indent + 4, "- ")


def _wrapped(text: str, indent: int) -> None:
    """Words and dates stay whole; what somebody typed on several lines stays so."""
    for number, line in enumerate(text.splitlines()):
        margin = " " * (indent + (2 if number else 0))
        parts = wrap(line, WIDTH, initial_indent=margin, subsequent_indent=" " * (indent + 2), break_long_words=False,
                     break_on_hyphens=False)  # fmt: skip
        out.print("\n".join(parts))
