"""The command with which people take in a file of referrals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import list_report, moving
from cli.output import Json, NoPrefect
from flexroute import clock
from models.store.database import current
from rules.shared.cleaning import one_line

WAYS_ON = (
    "Is het een andere verwijzing of een andere jeugdige? Geef die regel een eigen kenmerk dat nieuw is, of lees de lijst "
    "in met --again: dat maakt een nieuwe casus waar de vorige is afgesloten. Moet een open casus anders, trek die dan eerst in."
)


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("import-referrals")(import_referrals)


def import_referrals(
    file: Annotated[Path, typer.Argument(help="CSV of XLSX met een kopregel in het Nederlands of Engels.")],
    by: Annotated[str, typer.Option(help="Wie dit doet: de id van een verwijzer of zorgbemiddelaar.")],
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="Maak een nieuwe casus van een regel met het kenmerk van een ingetrokken of anders afgesloten casus en "
            "andere gegevens.",
        ),
    ] = False,
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

    now, by = clock.now(), one_line(by)
    done = take_in(current(), file, by, now, again)
    # known: an import before this one may have ended halfway
    references = [reference for _, reference in done.new + done.known + done.known_otherwise]
    with moving.runner(no_prefect) as runner:
        ended = runner.move(references, f"import · {len(done.new)} verwijzingen", now)
    list_report.show(done, ended, REFERRALS, WAYS_ON, json)
