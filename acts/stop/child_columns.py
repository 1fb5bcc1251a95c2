"""The columns of the client list of a provider that stops: what a dossier needs of each child (S-14, S-17)."""

from __future__ import annotations

from collections.abc import Sequence

from acts.intake.columns import Column, Columns, Reader
from acts.intake.values import birth_date, bsn, day, known_municipality, municipality, one_of, own_reference
from notifications.stop.words import WORDS
from notifications.words import care_form_names, care_forms_in_words
from rules.shared.cleaning import one_line
from rules.shared.region import Region
from rules.shared.vocabulary import plain
from rules.stop.route import Care, Category

CARES = {care.value: (WORDS[care],) for care in Care}
CATEGORIES = {
    Category.PRE_TRAJECTORY.value: (WORDS[Category.PRE_TRAJECTORY],),
    Category.RUNNING.value: (WORDS[Category.RUNNING], "lopend"),
    Category.FINISHING.value: (WORDS[Category.FINISHING], "afronding"),
}


def child_columns(stopping: Sequence[str] = (), locations: Sequence[str] = ()) -> Columns:
    """The columns for a dossier about these care forms and locations."""
    return Columns(
        {
            "sender_reference": Column(("eigen kenmerk", "kenmerk"), own_reference, required=True),
            "municipality": Column(("gemeentecode", "gemeente"), municipality, known_municipality, required=True),
            "care": Column(("soort zorg",), one_of(CARES), required=True),
            "category": Column(("fase",), one_of(CATEGORIES), required=True),
            "care_form": Column(("zorgvorm",), _care_form(stopping), required=True),
            "location": Column(("locatie",), _location(locations), required=bool(locations)),
            "registered_on": Column(("aanmelddatum", "aangemeld op"), day, day, required=True),
            "allocation_ends_on": Column(("toewijzing tot", "einddatum toewijzing"), day),
            "name": Column(("naam", "naam jeugdige"), private=True),
            "birth_date": Column(("geboortedatum",), birth_date, private=True),
            "bsn": Column(("bsn",), bsn, private=True),
        }
    )


def _care_form(stopping: Sequence[str]) -> Reader:
    """Reads any known care form: whether it is one that stops is for the act to say."""

    def read(text: str, region: Region) -> str:
        found = care_form_names(region, stopping).codes(text)
        if len(found) != 1:
            choice = care_forms_in_words(stopping, region)
            raise ValueError(f"deze zorgvorm is niet bekend; in dit dossier gaat het om: {choice}")
        return found[0]

    return read


def _location(locations: Sequence[str]) -> Reader:
    """Reads a location as the dossier writes it; another one stays as it is, and the act says whether it fits."""
    known = {plain(one_line(name)): name for name in locations}

    def read(text: str, _region: Region) -> str:
        return text if text in locations else known.get(plain(text), text)

    return read
