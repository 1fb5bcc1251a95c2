"""An empty client list of a provider that stops, to fill in (S-14, S-17)."""

from __future__ import annotations

from pathlib import Path

from acts.intake.template import DAY, TEXT, Template, content, write_new
from acts.stop.child_columns import child_columns
from acts.stop.child_words import TOLD, choices
from rules.shared.region import Region
from rules.stop.facts import DossierFacts

FORMATS = {
    **dict.fromkeys(("sender_reference", "municipality", "bsn"), TEXT),
    **dict.fromkeys(("registered_on", "allocation_ends_on", "birth_date"), DAY),
}
WIDTHS = {"care_form": 26, "location": 26, "name": 28}
HOW = (
    "Vul op het eerste blad één regel in voor elke jeugdige. Laat de kop staan.",
    "Lees het bestand daarna in: flexroute import-children BESTAND --stop {stop} --by UW-ID",
    "Wat niet klopt, krijgt u per regel terug. Verbeter die regels en lees het bestand nog eens in. Niemand telt dubbel.",
)


def template(name: str, dossier: DossierFacts | None = None, region: Region | None = None) -> bytes:
    """What an empty list of the kind that its name says holds. Raises UserError for another kind."""
    return content(name, _made(name, dossier, region))


def write_template(path: Path, dossier: DossierFacts | None = None, region: Region | None = None) -> None:
    """Write a new file. Raises UserError when it is there already, or cannot be."""
    write_new(path, _made(path.name, dossier, region))


def _made(name: str, dossier: DossierFacts | None, region: Region | None) -> Template:
    """In a CSV stand all columns; in XLSX those of the dossier."""
    columns = child_columns()
    if dossier and name.lower().endswith(".xlsx"):
        columns = child_columns(dossier.care_forms, dossier.locations)
    chosen = choices(dossier, region)
    how = [line.format(stop=dossier.reference if dossier else "KENMERK") for line in HOW]
    return Template("Cliëntenlijst", columns, how, TOLD, chosen, FORMATS, WIDTHS, in_full=True)
