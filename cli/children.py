"""Commands for the client list of a provider that stops: take one in, or write an empty one to fill in (S-14, S-17)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import choosing, list_report, moving
from cli.output import Json, NoPrefect, as_json, out
from flexroute import clock
from models.region.directory import load_region
from models.store.database import current

WAYS_ON = (
    "Is het een andere jeugdige? Geef die regel een eigen kenmerk dat nieuw is en lees de lijst opnieuw in. "
    "Is het dezelfde jeugdige, dan blijft staan wat al was vastgelegd; verbeter dat met flexroute act correct_child."
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import-children")(import_children)
    app.command("children-template")(children_template)


def import_children(
    file: Annotated[Path, typer.Argument(help="CSV of XLSX met een kopregel in het Nederlands of Engels.")],
    stop: Annotated[str, typer.Option(help="Het kenmerk van het dossier, bijvoorbeeld ST-2026-000001.")],
    by: Annotated[str, typer.Option(help="Wie dit doet: de id of naam van de stoppende aanbieder.")],
    person: list_report.Person = None,
    json: Json = False,
    no_prefect: NoPrefect = False,
) -> None:
    """Neem de cliëntenlijst van een stoppende aanbieder over. Goede regels gaan erin, elke foute regel wordt gemeld.

    Twee keer kan geen kwaad: een eigen kenmerk dat al bekend is, verandert niets. Staan er dan andere gegevens bij, dan wordt
    dat gemeld. Een leeg bestand: flexroute children-template.

    Kolommen: eigen kenmerk, gemeentecode, soort zorg, fase, zorgvorm, aanmelddatum; toewijzing tot (niet bij voortraject);
    locatie (als het dossier locaties noemt); verder naar keuze naam, geboortedatum, bsn.
    """
    from acts.stop.child_columns import child_columns
    from acts.stop.child_list import import_children as take_in

    now, by, stop = clock.now(), choosing.party(by)[0], choosing.in_full(stop, "stop")
    with moving.runner(no_prefect) as runner:
        done = take_in(current(), file, stop, by, now, lambda: runner.move([stop], "vorig besluit", now), person)
        # known: an import before this one may have ended halfway
        references = [reference for _, reference in done.new + done.known + done.known_otherwise]
        ended = runner.move(references, f"import · {len(done.new)} jeugdigen", now)
    list_report.show(done, ended, child_columns(), WAYS_ON, json)


def children_template(
    file: Annotated[Path, typer.Argument(help="Het nieuwe bestand; de naam eindigt op .xlsx of .csv.")],
    stop: Annotated[
        str | None, typer.Option(help="Het kenmerk van het dossier; dan staan zijn zorgvormen en locaties erin.")
    ] = None,
    json: Json = False,
) -> None:
    """Schrijf een lege cliëntenlijst om in te vullen. In XLSX staan ook uitleg en keuzelijsten."""
    from acts.stop.child_list import dossier_facts
    from acts.stop.child_template import write_template

    dossier = region = None
    if stop:
        stop = choosing.in_full(stop, "stop")
        with current().reading() as session:
            dossier, region = dossier_facts(session, stop), load_region(session)
    write_template(file, dossier, region)
    if json:
        as_json({"ok": True, "file": file})
    else:
        out.print(f"Weggeschreven naar {file}.")
