"""Commands for a list of referrals: take one in, or write an empty one to fill in."""

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
    "Is het een andere verwijzing of een andere jeugdige? Geef die regel een eigen kenmerk dat nieuw is, of lees de lijst "
    "in met --again: dat maakt een nieuwe casus waar de vorige is afgesloten. "
    "Klopt een open casus niet, verbeter die dan: flexroute act correct_referral."
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import-referrals")(import_referrals)
    app.command("referrals-template")(referrals_template)


def import_referrals(
    file: Annotated[Path, typer.Argument(help="CSV of XLSX met een kopregel in het Nederlands of Engels.")],
    by: Annotated[str, typer.Option(help="Wie dit doet: de id of naam van een verwijzer of zorgbemiddelaar.")],
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="Maak een nieuwe casus van een regel met het kenmerk van een ingetrokken of anders afgesloten casus en "
            "andere gegevens.",
        ),
    ] = False,
    person: list_report.Person = None,
    json: Json = False,
    no_prefect: NoPrefect = False,
) -> None:
    """Neem verwijzingen uit een bestand over. Goede regels gaan erin, elke foute regel wordt gemeld; twee keer kan geen kwaad.

    Een eigen kenmerk dat al bekend is, verandert niets. Staan er dan andere gegevens bij, dan wordt dat gemeld.

    Kolommen: eigen kenmerk, verwijzer, verwijsroute, opdracht, aanbieder, ontvangen op, gemeentecode; verder naar keuze forensisch,
    verblijf, treeknorm weken, zorgvorm, leeftijdsgroep, spoed, naam, geboortedatum, bsn.
    """
    from acts.flex.referral_columns import REFERRALS
    from acts.flex.referral_list import import_referrals as take_in

    now, by = clock.now(), choosing.party(by)[0]
    done = take_in(current(), file, by, now, again, person)
    # known: an import before this one may have ended halfway
    references = [reference for _, reference in done.new + done.known + done.known_otherwise]
    with moving.runner(no_prefect) as runner:
        ended = runner.move(references, f"import · {len(done.new)} verwijzingen", now)
    list_report.show(done, ended, REFERRALS, WAYS_ON, json)


def referrals_template(
    file: Annotated[Path, typer.Argument(help="Het nieuwe bestand; de naam eindigt op .xlsx of .csv.")],
    json: Json = False,
) -> None:
    """Schrijf een lege lijst van verwijzingen om in te vullen. In XLSX staan ook uitleg en keuzelijsten."""
    from acts.flex.referral_template import write_template

    with current().reading() as session:
        region = load_region(session)
    write_template(file, region)
    if json:
        as_json({"ok": True, "file": file})
    else:
        out.print(f"Weggeschreven naar {file}.")
