"""The columns of a referral file: which there are, and what people may call them in Dutch or English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flexroute.errors import UserError
from rules.refusal import invalid

COLUMNS: dict[str, tuple[str, ...]] = {  # in English, which is the field of the act -> in Dutch, the usual name first
    "sender_reference": ("eigen kenmerk", "kenmerk verwijzer", "kenmerk"),
    "referrer": ("verwijzer",),
    "referral_route": ("verwijsroute",),
    "opdracht": ("opdracht",),
    "forensic": ("forensisch",),
    "residential": ("verblijf",),
    "provider": ("aanbieder",),
    "received_on": ("ontvangen op", "ontvangstdatum"),
    "municipality": ("gemeentecode", "gemeente"),
    "treeknorm_weeks": ("treeknorm weken",),
    "care_form": ("zorgvorm",),
    "age_band": ("leeftijdsgroep",),
    "urgent": ("spoed",),
    "name": ("naam jeugdige", "naam"),
    "birth_date": ("geboortedatum",),
    "bsn": ("bsn",),
}
PRIVATE = ("name", "birth_date", "bsn")
REQUIRED = ("sender_reference", "referral_route", "opdracht", "provider", "received_on", "municipality")


def plain(text: str) -> str:
    """Without case, accents, spaces, hyphens and underscores."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\s_-]+", "", "".join(letter for letter in letters if not unicodedata.combining(letter)))


_FIELDS = {plain(name): field for field, names in COLUMNS.items() for name in (field, *names)}


@dataclass(frozen=True)
class Header:
    """The header of a file: the field of each position (None: no title), and each field's title as it was written."""

    fields: tuple[str | None, ...]
    titles: Mapping[str, str]

    def title(self, field: str) -> str:
        """What the file calls a field; the usual Dutch name where the file does not have it."""
        return self.titles.get(field) or COLUMNS.get(field, (field,))[0]

    def filled(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of a row that hold something, by field. Raises Refused for one without a title above it."""
        titled = dict(enumerate(self.fields))
        filled = {}
        for place, cell in enumerate(cells):
            field = titled.get(place)
            if cell and field is None:
                raise invalid(f"kolom {place + 1}", "boven deze cel staat geen kop; is er een scheidingsteken te veel?")
            if cell and field:
                filled[field] = cell
        return filled


def field_of(title: str) -> str | None:
    """The field that a title stands for, in Dutch or English; None for a title that is not known."""
    return _FIELDS.get(plain(title))


def read_header(line: int, cells: Sequence[str], needed: Collection[str]) -> Header:
    """Which column is what. Raises UserError with everything that is unknown, there twice, or missing from `needed`."""
    written = [" ".join(cell.split()) for cell in cells]
    fields = tuple(field_of(title) for title in written)
    known, titles = sum(field is not None for field in fields), sum(title != "" for title in written)
    if known < 3 and 2 * known < titles:  # probably no header but a referral: its cells may not be shown
        example = "; ".join(COLUMNS[field][0] for field in COLUMNS if field in needed)
        raise UserError(
            f"Regel {line} is geen kop met bekende kolommen. Zet boven de gegevens een kop, bijvoorbeeld: "
            f"{example}. Scheid kolommen in een CSV met ; of , of een tab."
        )
    columns = list(enumerate(zip(written, fields, strict=True), 1))
    problems = [f"kolom {place} ({title[:40]}) is onbekend" for place, (title, field) in columns if title and not field]
    for field, names in COLUMNS.items():
        if fields.count(field) > 1:
            places = [f"{place} ({title})" for place, (title, there) in columns if there == field]
            problems.append(f"kolommen {' en '.join(places)} betekenen hetzelfde; laat er één staan")
        elif field in needed and field not in fields:
            problems.append(f"de kolom {names[0]} ({field}) ontbreekt")
    if problems:
        raise UserError(
            "De kop van het bestand klopt niet. Er is niets overgenomen.\n"
            + "\n".join(f"  regel {line}: {problem}" for problem in problems)
        )
    return Header(fields, {field: title for field, title in zip(fields, written, strict=True) if field})
