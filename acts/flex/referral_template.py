"""An empty list of referrals, to fill in (F-13 … F-17)."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from acts.flex.referral_columns import REFERRALS
from acts.intake.template import A_DAY, DAY, TEXT, Template, Told, write_new
from notifications.flex.words import WORDS
from notifications.words import care_form_names
from rules.flex.details import AgeBand
from rules.shared.region import Region

FORMATS = {
    **dict.fromkeys(("sender_reference", "municipality", "bsn", "opdracht", "age_band"), TEXT),
    **dict.fromkeys(("received_on", "birth_date"), DAY),
}
BY_COMMAND = "Lees het bestand daarna in: flexroute import-referrals BESTAND --by UW-ID"
BY_PAGE = "Lees het bestand daarna in op de pagina Verwijzingen van Flexroute."
HOW = (
    "Vul op het eerste blad één regel in voor elke verwijzing. Laat de kop staan.",
    "{}",
    "Wat niet klopt, krijgt u per regel terug. Verbeter die regels en lees het bestand nog eens in. Niemand telt dubbel.",
)
NEVER = "Dat komt nooit in een brief of e-mail."
YES_OR_NO = "ja of nee; leeg is nee"
TOLD = {
    "sender_reference": Told(
        "Uw eigen nummer voor deze verwijzing. Gebruik geen naam en geen BSN.",
        "ten hoogste 80 tekens",
    ),
    "referrer": Told("Wie heeft verwezen. Mag leeg als u zelf de verwijzer bent."),
    "referral_route": Told("Hoe is verwezen."),
    "opdracht": Told("Voor welke opdracht hulp wordt gevraagd.", "bijvoorbeeld B of C2"),
    "forensic": Told("Of het forensische hulp is.", YES_OR_NO),
    "residential": Told("Of het om verblijf gaat.", YES_OR_NO),
    "provider": Told("De systeem- of prestatieaanbieder naar wie is verwezen. Nooit een flex-aanbieder."),
    "received_on": Told("De dag waarop de aanbieder de verwijzing kreeg. Een dag in de toekomst kan niet.", A_DAY),
    "municipality": Told("De gemeente die verantwoordelijk is voor de jeugdige.", "4 cijfers, of de naam"),
    "treeknorm_weeks": Told(
        "Binnen hoeveel weken de hulp moet starten. Leeg: de norm van de regio.", "1 tot en met 104"
    ),
    "care_form": Told("De vorm van de zorg."),
    "age_band": Told("Hoe oud de jeugdige is."),
    "urgent": Told("Of er haast is.", YES_OR_NO),
    "name": Told(f"De naam van de jeugdige. {NEVER}"),
    "birth_date": Told(f"De geboortedatum van de jeugdige. {NEVER}", A_DAY),
    "bsn": Told(f"Het BSN van de jeugdige. {NEVER}", "9 cijfers"),
}


def template(region: Region, way_in: str = BY_COMMAND) -> Template:
    """With what there is to choose from in this region. `way_in`: how it is taken in (BY_COMMAND, BY_PAGE)."""
    names, forms = region.organisations, care_form_names(region)
    chosen = {
        "referrer": tuple(row.name for row in names if row.referrer),
        "referral_route": tuple(WORDS[route] for route in ("local_team", "medical", "certified_institution")),
        "opdracht": tuple(region.opdracht_names.of),
        "forensic": ("ja", "nee"),
        "residential": ("ja", "nee"),
        "provider": tuple(row.name for row in names if row.is_system_provider()),
        "care_form": tuple(map(forms.name_of, forms.of)),
        "age_band": get_args(AgeBand),
        "urgent": ("ja", "nee"),
    }
    chosen = {field: values for field, values in chosen.items() if values}
    how = tuple(line.format(way_in) for line in HOW)
    return Template("Verwijzingen", REFERRALS, how, TOLD, chosen, FORMATS, {"provider": 28, "name": 28})


def write_template(path: Path, region: Region) -> None:
    """Write a new file. Raises UserError when it is there already, or cannot be."""
    write_new(path, template(region))
