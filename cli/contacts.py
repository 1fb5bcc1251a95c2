"""Commands for the contacts of organisations: contract administration lists, adds and ends them."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import choosing
from cli.output import Json, as_json, day, out, table
from flexroute import clock
from models.region.directory import load_region
from models.store.database import current

contacts_app = typer.Typer(
    no_args_is_help=True,
    help="Contactpersonen van organisaties: wie er voor een organisatie antwoordt, of alleen leest.",
)
By = Annotated[str, typer.Option(help="Wie van contractbeheer dit doet: een id of naam.")]
Person = Annotated[str | None, typer.Option(help="Wie --by vervangt: de id of naam van de vervanger.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    contacts_app.command("list")(list_)
    contacts_app.command()(add)
    contacts_app.command()(end)
    app.add_typer(contacts_app, name="contacts")


def list_(
    organisation: Annotated[str | None, typer.Argument(help="Alleen van deze organisatie: een id of naam.")] = None,
    json: Json = False,
) -> None:
    """Wie zijn de contactpersonen, en wie heeft hen toegevoegd?"""
    from acts.engine.people import contacts

    with current().reading() as session:
        region = load_region(session)
        found = contacts(session, choosing.somebody(region, organisation))
    if json:
        as_json(
            [
                {
                    "organisation": one.organisation,
                    **one.contact.model_dump(),
                    "changed_at": one.changed_at,
                    "changed_by": one.changed_by,
                    "person": one.person,
                }
                for one in found
            ]
        )
        return
    table(
        "Contactpersonen",
        [
            {
                "organisatie": region.name_of(one.organisation),
                "id": one.contact.id,
                "naam": one.contact.name,
                "e-mailadres": one.contact.mail,
                "mag": "antwoorden" if one.contact.may_answer else "lezen",
                "toegevoegd": f"{day(one.changed_at)}, {region.name_of(one.changed_by)}" if one.changed_by else "",
            }
            for one in found
        ],
        filled_only=True,
    )


def add(
    organisation: Annotated[str, typer.Argument(help="Voor welke organisatie: een id of naam.")],
    name: Annotated[str, typer.Option(help="Hoe deze persoon heet.")],
    mail: Annotated[str, typer.Option(help="Het e-mailadres van deze persoon.")],
    by: By,
    read_only: Annotated[bool, typer.Option("--read-only", help="Mag alleen lezen, niet antwoorden.")] = False,
    ident: Annotated[
        str | None,
        typer.Option("--id", help="Een eigen id; zonder: gemaakt van de naam. Ook om iemand terug te laten komen."),
    ] = None,
    person: Person = None,
    json: Json = False,
) -> None:
    """Voeg een contactpersoon toe: die mag voor de organisatie antwoorden. Een regiobestand van later haalt die niet weg."""
    from acts.engine.people import add_contact

    by, region = choosing.party(by)
    whom = choosing.or_itself(region.organisation_names, organisation)
    given = {
        "organisation": whom,
        "name": name,
        "mail": mail,
        "may_answer": not read_only,
        **({"id": ident} if ident else {}),
    }
    contact = add_contact(current(), given, by, clock.now(), person)
    if json:
        as_json({"ok": True, "organisation": whom, **contact.model_dump()})
    else:
        out.print(f"Toegevoegd: {contact.name} ({contact.id}), voor {region.name_of(whom)}.")


def end(
    ident: Annotated[str, typer.Argument(metavar="ID", help="De id van de contactpersoon (flexroute contacts list).")],
    by: By,
    person: Person = None,
    json: Json = False,
) -> None:
    """Beëindig een contactpersoon: die mag niet meer antwoorden of lezen. Wat is vastgelegd, blijft staan."""
    from acts.engine.people import end_contact

    end_contact(current(), ident, choosing.party(by)[0], clock.now(), person)
    if json:
        as_json({"ok": True, "id": ident})
    else:
        out.print(f"Beëindigd: {ident}. Ook een regiobestand van later brengt deze contactpersoon niet terug.")
