"""An empty list of referrals, to fill in (F-13 … F-17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

from acts.flex.referral_columns import REFERRALS
from acts.intake.template import DAY, TEXT, Template, write_new
from notifications.flex.words import WORDS
from notifications.words import care_form_names
from rules.flex.details import AgeBand
from rules.shared.region import Region

FORMATS = {
    **dict.fromkeys(("sender_reference", "municipality", "bsn", "opdracht", "age_band"), TEXT),
    **dict.fromkeys(("received_on", "birth_date"), DAY),
}
HOW = (
    "Vul op het eerste blad één regel in voor elke verwijzing. Laat de kop staan.",
    "Lees het bestand daarna in: flexroute import-referrals BESTAND --by UW-ID",
    "Wat niet klopt, krijgt u per regel terug. Verbeter die regels en lees het bestand nog eens in. Niemand telt dubbel.",
)
NEVER = "Dat komt nooit in een brief of e-mail."
A_DAY, YES_OR_NO = "een dag: dd-mm-jjjj", "ja of nee; leeg is nee"
TOLD = {  # what a column is for, and what may stand in it where there is no list
    "sender_reference": (
        "Uw eigen nummer voor deze verwijzing. Gebruik geen naam en geen BSN.",
        "ten hoogste 80 tekens",
    ),
    "referrer": ("Wie heeft verwezen. Mag leeg als u zelf de verwijzer bent.", ""),
    "referral_route": ("Hoe is verwezen.", ""),
    "opdracht": ("Voor welke opdracht hulp wordt gevraagd.", "bijvoorbeeld B of C2"),
    "forensic": ("Of het forensische hulp is.", YES_OR_NO),
    "residential": ("Of het om verblijf gaat.", YES_OR_NO),
    "provider": ("De systeem- of prestatieaanbieder naar wie is verwezen. Nooit een flex-aanbieder.", ""),
    "received_on": ("De dag waarop de aanbieder de verwijzing kreeg. Een dag in de toekomst kan niet.", A_DAY),
    "municipality": ("De gemeente die verantwoordelijk is voor de jeugdige.", "4 cijfers, of de naam"),
    "treeknorm_weeks": ("Binnen hoeveel weken de hulp moet starten. Leeg: de norm van de regio.", "1 tot en met 104"),
    "care_form": ("De vorm van de zorg.", ""),
    "age_band": ("Hoe oud de jeugdige is.", ""),
    "urgent": ("Of er haast is.", YES_OR_NO),
    "name": (f"De naam van de jeugdige. {NEVER}", "tekst"),
    "birth_date": (f"De geboortedatum van de jeugdige. {NEVER}", A_DAY),
    "bsn": (f"Het BSN van de jeugdige. {NEVER}", "9 cijfers"),
}


def template(region: Region) -> Template:
    """With what there is to choose from in this region."""
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
    return Template("Verwijzingen", REFERRALS, HOW, _explained(chosen), chosen, FORMATS, {"provider": 28, "name": 28})


def write_template(path: Path, region: Region) -> None:
    """Write a new file. Raises UserError when it is there already, or cannot be."""
    write_new(path, template(region))


def _explained(chosen: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    return [
        {
            "kolom": REFERRALS.name_of(field),
            "invullen": "ja" if column.required else "nee",
            "uitleg": TOLD[field][0],
            "wat mag": "kies uit de lijst" if field in chosen else TOLD[field][1],
        }
        for field, column in REFERRALS.of.items()
    ]
