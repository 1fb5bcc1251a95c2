"""What a case is, in words: who asks whom for which help since when; nothing of the youth (F-43, F-68 … F-77)."""

from __future__ import annotations

from models.views.case import CaseView
from notifications.flex.details import age_in_words
from notifications.words import care_form_in_words, day_in_words
from rules.shared.region import Region

UNKNOWN = "niet opgegeven"


def what_it_is(region: Region, view: CaseView) -> list[tuple[str, str]]:
    """Labels with values, in the order in which people read them."""
    access = region.access.get(view.municipality)
    return [
        ("opdracht", region.opdracht_in_words(view.opdracht)),
        ("verwijzer", region.name_of(view.referrer)),
        ("aanbieder", region.name_of(view.provider)),
        ("ontvangen op", day_in_words(view.received_on)),
        ("gemeente", f"{region.name_of(access)} ({view.municipality})" if access else view.municipality),
        ("zorgvorm", care_form_in_words(view.care_form, region) if view.care_form else UNKNOWN),
        ("leeftijd", age_in_words(view.age_band) if view.age_band else UNKNOWN),
        ("forensisch", _truth(view.forensic)),
        ("verblijf", _truth(view.residential)),
        ("spoed", _truth(view.urgent)),
        ("eigen kenmerk", view.sender_reference or UNKNOWN),
    ]


def _truth(value: bool) -> str:
    return "ja" if value else "nee"
