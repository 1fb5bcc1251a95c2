"""By which facts a reader recognises a request, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flexroute.settings import settings
from notifications.words import care_form_in_words, code_in_words, day_in_words
from rules.flex.details import OF_A_CHILD, Detail
from rules.shared.region import Region

LABELS: dict[Detail, str] = {
    "referrer": "Verwijzer",
    "received_on": "Ontvangen op",
    "opdracht": "Opdracht",
    "first_day": "Eerste dag die is aangeboden",
    "ground": "Reden",
    "care_form": "Soort hulp",
    "age_band": "Leeftijd",
    "municipality": "Gemeente",
    "own_number": "Kenmerk van de verwijzer",
}


def details_in_words(letter: Mapping[str, Any], region: Region) -> list[tuple[str, str]]:
    """Labels and values of those that a letter has.

    What tells more of a child stays out once there is a portal, which shows it to who may see it.
    """
    details = letter.get("details", {})
    hidden = OF_A_CHILD if settings().portal_url else ()
    return [
        (label, _in_words(fact, details[fact], region))
        for fact, label in LABELS.items()
        if fact not in hidden and details.get(fact) is not None
    ]


def _in_words(fact: Detail, value: str, region: Region) -> str:
    match fact:
        case "referrer":
            return region.name_of(value)
        case "received_on" | "first_day":
            return day_in_words(value)
        case "opdracht":
            return region.opdracht_in_words(value)
        case "ground":
            return code_in_words(value)
        case "care_form":
            return care_form_in_words(value, region)
        case "age_band":
            return age_in_words(value)
        case "municipality":
            return region.name_of(region.access[value]) if value in region.access else value
    return value


def age_in_words(band: str) -> str:
    """An age band: "12 tot en met 15 jaar"."""
    return f"{band[:-1]} jaar of ouder" if band.endswith("+") else f"{band.replace('-', ' tot en met ')} jaar"
