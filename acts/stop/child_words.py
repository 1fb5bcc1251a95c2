"""What each column of a client list means, in words for who fills it in, and the values to choose from (S-14, S-17)."""

from __future__ import annotations

from acts.intake.template import A_DAY, Told
from acts.stop.child_columns import CARES, CATEGORIES
from notifications.words import care_form_in_words
from rules.shared.region import Region
from rules.stop.facts import DossierFacts
from rules.stop.route import Category

WAITING = CATEGORIES[Category.PRE_TRAJECTORY][0]

# fmt: off
TOLD: dict[str, Told] = {
    "sender_reference": Told(
        "Uw eigen nummer voor deze jeugdige. Elke jeugdige heeft een ander nummer. Zo telt niemand dubbel. "
        "Gebruik geen naam en geen BSN.",
        "ten hoogste 80 tekens", "C-1001"),
    "municipality": Told("De code van de gemeente die verantwoordelijk is voor de jeugdige.", "4 cijfers", "0599"),
    "care": Told("Waar de zorg op is gericht: herstel, of steun die blijft.", "", ""),
    "category": Told(f"Hoe ver de zorg is. Wie op zorg wacht, hoort bij {WAITING}.", "", ""),
    "care_form": Told("De vorm van de zorg die stopt.", "een zorgvorm van het dossier", "ambulant individueel"),
    "location": Told(
        "De locatie waar de jeugdige zorg krijgt.",
        "een locatie van het dossier", "Locatie Noord", "alleen als het dossier locaties noemt"),
    "registered_on": Told(
        "De dag waarop de jeugdige bij u is aangemeld. Een dag in de toekomst kan niet.", A_DAY, "15-01-2025"),
    "allocation_ends_on": Told("De laatste dag van de toewijzing.", A_DAY, "31-12-2026", f"ja, maar niet bij {WAITING}"),
    "name": Told("De naam van de jeugdige. Die komt nooit in een brief of e-mail.", "tekst", "J. Voorbeeld"),
    "birth_date": Told("De geboortedatum van de jeugdige. Die komt nooit in een brief of e-mail.", A_DAY, "01-02-2014"),
    "bsn": Told("Het BSN van de jeugdige. Dat komt nooit in een brief of e-mail.", "9 cijfers", "999900006"),
}
# fmt: on


def choices(dossier: DossierFacts | None, region: Region | None) -> dict[str, tuple[str, ...]]:
    """The columns of which somebody chooses a value from a list, in words; two of them are known only with a dossier."""
    chosen = {
        "care": tuple(names[0] for names in CARES.values()),
        "category": tuple(names[0] for names in CATEGORIES.values()),
    }
    if dossier and region:
        chosen["care_form"] = tuple(care_form_in_words(form, region) for form in dossier.care_forms)
        chosen["location"] = dossier.locations
    return {field: values for field, values in chosen.items() if values}
