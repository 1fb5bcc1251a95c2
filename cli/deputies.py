"""Commands for who stands in for whom: contract administration names one, from and to."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import choosing
from cli.contacts import By, Person
from cli.output import Json, as_json, day, out, table
from flexroute import clock
from models.region.directory import load_region
from models.store.database import current

deputies_app = typer.Typer(
    no_args_is_help=True, help="Vervangers: wie een tijd het werk van een persoon van de regio doet."
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    deputies_app.command("list")(list_)
    deputies_app.command()(name)
    deputies_app.command()(end)
    app.add_typer(deputies_app, name="deputies")


def list_(
    past: Annotated[bool, typer.Option("--past", help="Ook wat voorbij is.")] = False,
    json: Json = False,
) -> None:
    """Wie vervangt wie, en van wanneer tot wanneer?"""
    from acts.engine.people import deputies

    with current().reading() as session:
        region = load_region(session)
        found = deputies(session, None if past else clock.local_date(clock.now()))
    if not past:
        found = [one for one in found if one.ended_at is None]
    if json:
        as_json([one.model_dump() for one in found])
        return
    table(
        "Vervangers",
        [
            {
                "nummer": one.id,
                "wie": region.name_of(one.person),
                "wordt vervangen door": region.name_of(one.deputy),
                "eerste dag": day(one.first),
                "laatste dag": day(one.last),
                "aangewezen door": region.name_of(one.named_by),
                "beëindigd": day(one.ended_at) if one.ended_at else "",
            }
            for one in found
        ],
        filled_only=True,
    )


def name(
    person_: Annotated[str, typer.Argument(metavar="WIE", help="Wie wordt vervangen: een id of naam.")],
    deputy: Annotated[str, typer.Argument(metavar="VERVANGER", help="Wie het werk dan doet: een id of naam.")],
    first: Annotated[str, typer.Option("--from", metavar="DAG", help="De eerste dag.")],
    last: Annotated[str, typer.Option("--to", metavar="DAG", help="De laatste dag; die telt nog mee.")],
    by: By,
    person: Person = None,
    json: Json = False,
) -> None:
    """Wijs een vervanger aan. Werk en brieven gaan in die tijd naar de vervanger, die mag wat de ander mag."""
    from acts.engine.people import name_deputy

    by, region = choosing.party(by)
    whom, who = (choosing.or_itself(region.names, one) for one in (person_, deputy))
    given = {
        "person": whom,
        "deputy": who,
        "first": choosing.a_day(first, "--from"),
        "last": choosing.a_day(last, "--to"),
    }
    named = name_deputy(current(), given, by, clock.now(), person)
    if json:
        as_json({"ok": True, **named.model_dump()})
        return
    days = f"van {day(named.first)} tot en met {day(named.last)}"
    out.print(
        f"Aangewezen: {region.name_of(named.deputy)} vervangt {region.name_of(named.person)} {days} (nummer {named.id})."
    )


def end(
    number: Annotated[
        int, typer.Argument(metavar="NUMMER", help="Het nummer van de vervanging (flexroute deputies list).")
    ],
    by: By,
    person: Person = None,
    json: Json = False,
) -> None:
    """Beëindig een vervanging vóór de laatste dag. Wat is besloten, blijft staan."""
    from acts.engine.people import end_deputy

    end_deputy(current(), number, choosing.party(by)[0], clock.now(), person)
    if json:
        as_json({"ok": True, "number": number})
    else:
        out.print(f"Beëindigd: vervanging {number}.")
