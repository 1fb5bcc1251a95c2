"""What the cells of a list mean, whatever it is a list of: from text to values. An error never repeats what is in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from cli.list_columns import Columns, Reader, plain
from notifications.words import WORDS
from rules.bsn import passes_elfproef
from rules.refusal import Refused, invalid
from rules.region import Region

OWN = "sender_reference"  # what makes a second time change nothing
_CARE_FORMS = ("outpatient_individual", "outpatient_group", "family_home", "residential")
_SHEET_ERRORS = {  # of Excel in English and in Dutch
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#LEEG!",
    "#DEEL/0!",
    "#WAARDE!",
    "#VERW!",
    "#NAAM?",
    "#GETAL!",
    "#N/B",
}


class Unreadable(Exception):
    """Cells of one line that cannot be read, each with its reason (`invalid`)."""

    def __init__(self, cells: list[Refused]) -> None:
        super().__init__(*cells)
        self.cells = cells


def given_by(columns: Columns, cells: Mapping[str, str], region: Region) -> dict[str, Any]:
    """The values of one line as the act takes them, from its filled cells. Raises Unreadable with all that is wrong."""
    wrong: list[Refused] = []
    if OWN not in cells:
        wrong.append(invalid(OWN, "vul dit veld in; zonder eigen kenmerk kan deze regel dubbel meetellen"))
    given: dict[str, Any] = {}
    private: dict[str, Any] = {}
    for field, text in cells.items():
        column = columns.of[field]
        try:
            (private if column.private else given)[field] = _value(column.read, text, region)
        except ValueError as error:
            wrong.append(invalid(field, str(error)))
    if wrong:
        raise Unreadable(wrong)
    return {**given, "private": private}


def _value(read: Reader, text: str, region: Region) -> Any:
    if text in _SHEET_ERRORS:
        raise ValueError("in deze cel staat een fout van het rekenblad; vul de waarde zelf in")
    return read(text, region)


def one_of(words: Mapping[Any, tuple[str, ...]], otherwise: str | None = None) -> Reader:
    """Reads one of these values, by itself or by what people call it, the usual name first."""
    known = {plain(name): value for value, names in words.items() for name in (str(value), *names)}
    refusal = otherwise or f"kies een van: {', '.join(names[0] for names in words.values())}"

    def read(text: str, _region: Region) -> Any:
        try:
            return known[plain(text)]
        except KeyError:
            raise ValueError(refusal) from None

    return read


def whole(text: str, _region: Region | None = None) -> str:
    """A whole number without the decimals that spreadsheets add: 90000101.0 is 90000101. Other text stays as it is."""
    number = re.fullmatch(r"([0-9]+)[.,]0+", text)
    return number[1] if number else text


def municipality(text: str, _region: Region) -> str:
    """A municipality code, with the zeros in front that spreadsheets take away."""
    code = whole(text)
    return code.zfill(4) if _digits(code) else code


def day(text: str, _region: Region | None = None) -> str:
    """A date as jjjj-mm-dd, from that or from dd-mm-jjjj; other text stays as it is."""
    parts = re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})", text)
    return f"{parts[3]}-{parts[2]:0>2}-{parts[1]:0>2}" if parts else text


def birth_date(text: str, _region: Region) -> str:
    """A day long ago. Raises ValueError for what is no date."""
    try:
        return date.fromisoformat(day(text)).isoformat()
    except ValueError:
        raise ValueError("schrijf de datum als dd-mm-jjjj of jjjj-mm-dd") from None


def care_forms(more: Iterable[str]) -> dict[str, str]:
    """The codes of the usual care forms and of these, by code and by words as `plain` makes them."""
    return {plain(name): form for form in (*_CARE_FORMS, *more) for name in (form, WORDS.get(form, form))}


def care_form(text: str, region: Region) -> str:
    """The code of a care form that is given in words; other text stays as it is."""
    return care_forms(region.care_forms()).get(plain(text), text)


def bsn(text: str, _region: Region) -> str:
    """A citizen service number. Raises ValueError for what cannot be one."""
    number = whole(text)
    if len(number) == 9 and _digits(number) and passes_elfproef(number):
        return number
    raise ValueError("dit is geen BSN: een BSN heeft 9 cijfers en voldoet aan de elfproef")


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
