"""The command with which people say whose something is: claim."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import choosing
from cli.output import Json, as_json, out, table
from flexroute import clock
from models.store.database import current
from rules.shared.refusal import Refused


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(claim)


def claim(
    references: Annotated[list[str], typer.Argument(metavar="KENMERK...", help="Waarover: een of meer kenmerken.")],
    by: Annotated[str, typer.Option(help="Wie dit doet: een id of naam van een persoon of organisatie.")],
    person: Annotated[
        str | None, typer.Option(help="Wie dat namens --by doet: een contactpersoon, een naam, of de vervanger.")
    ] = None,
    to: Annotated[
        str | None, typer.Option(metavar="COLLEGA", help="Geef het aan deze collega: een id of naam.")
    ] = None,
    release: Annotated[bool, typer.Option("--release", help="Geef het vrij: dan is het van niemand.")] = False,
    reason: Annotated[
        str | None, typer.Option(help="Waarom. Nodig bij meer kenmerken, en als het nu van een collega is.")
    ] = None,
    json: Json = False,
) -> None:
    """Laat zien van wie iets is: neem het zelf, geef het aan een collega of geef het vrij. Wie wat mag, verandert daardoor niet."""
    from acts.engine import claims

    if to and release:
        raise typer.BadParameter("kies er één van", param_hint="--to en --release")
    named = [choosing.in_full(one) for one in references]
    by, region = choosing.party(by)
    given = {"reason": reason} if reason else {}
    if to:
        given["to"] = choosing.or_itself(region.names, to)
        answers = claims.hand_over(current(), named, by, given, clock.now(), person)
    else:
        do = claims.release if release else claims.claim
        answers = do(current(), named, by, clock.now(), person, given)
    refused = {one: why for one, why in answers.items() if isinstance(why, Refused)}
    if len(answers) == 1 and refused:
        raise next(iter(refused.values()))
    if json:
        told = [
            {"reference": one, "refused": why.code, "field": why.field, "message": why.message}
            if (why := refused.get(one))
            else {"reference": one, "refused": None}
            for one in answers
        ]
        as_json({"ok": not refused, "answers": told})
    else:
        out.print(f"Vastgelegd: {len(answers) - len(refused)} van de {len(answers)}.")
        if refused:
            table("Niet vastgelegd", [{"kenmerk": one, "reden": why.message} for one, why in refused.items()])
    if refused:
        raise typer.Exit(1)
