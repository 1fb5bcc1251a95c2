"""The command for notes of the region's team: note."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import choosing
from cli.act_values import given_on_the_line
from cli.output import Json, as_json, day, out
from flexroute import clock
from models.store.database import current
from notifications.words import who_in_words


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(note)


def note(
    reference: Annotated[str, typer.Argument(help="Het kenmerk van een casus of jeugdige; of kort: 1.")],
    by: Annotated[
        str, typer.Option(help="Wie schrijft of leest: een id of naam van een persoon van de regio. Dit wordt bewaard.")
    ],
    person: Annotated[str | None, typer.Option(help="Wie --by vervangt: de id of naam van de vervanger.")] = None,
    ask: Annotated[list[str] | None, typer.Option(metavar="VELD", help="Vraag om de notitie: --ask text.")] = None,
    with_: Annotated[
        str | None, typer.Option("--with", help="De notitie als JSON: @BESTAND, of @- voor wat u typt of doorstuurt.")
    ] = None,
    json: Json = False,
) -> None:
    """Notities voor collega's van de regio: lees ze, of schrijf er een met --ask text. Geen brief of aanbieder krijgt ze ooit."""
    from acts.engine.notes import NewNote, add_note, read_notes

    if with_ and not with_.startswith("@"):
        raise typer.BadParameter(
            "een notitie kan over een jeugdige gaan: gebruik --with @BESTAND of --ask text", param_hint="--with"
        )
    about, (whom, region) = choosing.in_full(reference), choosing.party(by)
    if ask or with_:
        add_note(current(), about, whom, given_on_the_line(NewNote, [], with_, ask or []), clock.now(), person)
        if json:
            as_json({"ok": True, "reference": about})
        else:
            out.print("Bewaard.")
        return
    found = read_notes(current(), about, whom, clock.now(), person)
    if json:
        as_json([one.model_dump() for one in found])
    elif not found:
        out.print("Notities: geen.")
    else:
        for one in found:
            out.print(f"{day(one.at)} · {who_in_words(region, one.by, one.person, stands_in=True)}")
            out.print(f"    {one.text}")
