"""What the cells of a list mean, whatever it is a list of: from text to values. An error never repeats what is in a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from acts.engine.from_words import SAID
from acts.intake.columns import Columns, Reader
from notifications.words import care_form_names
from rules.shared.bsn import passes_elfproef
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.values import as_day, day_of, exact
from rules.shared.vocabulary import Vocabulary

OWN = "sender_reference"  # what makes a second time change nothing
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
    "#SPILL!",
    "#CALC!",
    "#OVERLOOP!",
    "#BEREKENEN!",
}
SHEET_ERROR = "#N/A"
NO_VALUE = "#FORMULE ZONDER WAARDE"
_HOW = {
    NO_VALUE: "in deze cel staat een formule zonder waarde; open het bestand in Excel en sla het op, of vul de waarde zelf in",
    **dict.fromkeys(_SHEET_ERRORS, "in deze cel staat een fout van het rekenblad; vul de waarde zelf in"),
}
LOST_SIGN = "\ufffd"


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
    given, unread = cells_of(columns, cells, region)
    if wrong + unread:
        raise Unreadable(wrong + unread)
    private = {field: value for field, value in given.items() if columns.of[field].private}
    return {**{field: value for field, value in given.items() if field not in private}, "private": private}


def cells_of(columns: Columns, cells: Mapping[str, str], region: Region) -> tuple[dict[str, Any], list[Refused]]:
    """The values of the filled cells of one line, and what is wrong with those that cannot be read."""
    given: dict[str, Any] = {}
    wrong: list[Refused] = []
    for field, text in cells.items():
        try:
            given[field] = _value(columns.of[field].read, text, region)
        except ValueError as error:
            wrong.append(invalid(field, str(error)))
    return given, wrong


def _value(read: Reader, text: str, region: Region) -> Any:
    if text in _HOW:
        raise ValueError(_HOW[text])
    if LOST_SIGN in text:
        raise ValueError("in deze cel is een letter verloren gegaan; vul de waarde zelf in")
    return read(text, region)


def one_of(words: Mapping[Any, tuple[str, ...]], otherwise: str | None = None) -> Reader:
    """Reads one of these values, by itself or by what people call it, the usual name first.

    What it says of another text, or `otherwise`, never has what stands in the cell.
    """
    values = {str(value): value for value in words}
    known = Vocabulary({str(value): names for value, names in words.items()})

    def read(text: str, _region: Region) -> Any:
        found = known.codes(text)
        if len(found) != 1:
            choice = f"kies een van: {', '.join(map(known.name_of, known.of))}"
            raise ValueError(otherwise or "; ".join(filter(None, [choice, known.meant(text)])))
        return values[found[0]]

    return read


def yes_or_no(told: str = "kies ja of nee", *also_yes: str) -> Reader:
    """Reads yes or no as people type it, in these words for a yes too; `told` is said of what is neither."""
    return one_of({True: (*SAID[True], *also_yes), False: SAID[False]}, told)


def whole(text: str, _region: Region | None = None) -> str:
    """A whole number without the decimals that spreadsheets add: 90000101.0 is 90000101. Other text stays as it is."""
    number = re.fullmatch(r"([0-9]+)[.,]0+", text)
    return number[1] if number else text


def own_reference(text: str, _region: Region) -> str:
    """A number of the sender's own. Raises ValueError for one of which digits are gone."""
    return exact(text)


def municipality(text: str, region: Region) -> str:
    """A municipality code, with the zeros in front that spreadsheets take away, or its name where the region has its access."""
    code = whole(text)
    found = region.place_names.codes(code)
    return code.zfill(4) if _digits(code) else found[0] if len(found) == 1 else code


def known_municipality(text: str, region: Region) -> str:
    """The same. Raises ValueError for one of which the region has no access."""
    return _demand(municipality(text, region), region.place_names)


def opdracht(text: str, region: Region) -> str:
    """An opdracht in capitals, or by the name that the region has for it; another text stays as it is."""
    found = region.opdracht_names.codes(text)
    return found[0] if len(found) == 1 else text


def known_opdracht(text: str, region: Region) -> str:
    """The same. Raises ValueError for one that the region does not have."""
    return _demand(opdracht(text, region), region.opdracht_names)


def _demand(code: str, known: Vocabulary) -> str:
    if code not in known.of:
        raise ValueError(code)
    return code


def day(text: str, _region: Region) -> str:
    """A day as jjjj-mm-dd, from that or from d-m-jjjj. Raises ValueError for what is none, so that it is told with the other cells."""
    return day_of(text).isoformat()


def birth_date(text: str, _region: Region) -> str:
    """A day long ago, also as 20140509. Raises ValueError for what is no date."""
    try:
        return date.fromisoformat(as_day(text)).isoformat()
    except ValueError:
        raise ValueError("schrijf de datum als dd-mm-jjjj of jjjj-mm-dd") from None


def care_form(text: str, region: Region) -> str:
    """The code of a care form that is given in words; other text stays as it is."""
    found = care_form_names(region).codes(text)
    return found[0] if len(found) == 1 else text


def bsn(text: str, _region: Region) -> str:
    """A citizen service number, with the zero in front that spreadsheets take away. Raises ValueError for what cannot be one."""
    number = whole(text)
    if _digits(number):
        whole_number = number.zfill(9) if len(number) == 8 else number  # spreadsheets take a zero in front away
        if len(whole_number) == 9 and passes_elfproef(whole_number) and int(number):
            return whole_number
    lost = "; misschien is een nul vooraan verloren gegaan" if _digits(number) and len(number) < 9 else ""
    raise ValueError(f"dit is geen BSN: een BSN heeft 9 cijfers en voldoet aan de elfproef{lost}")


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
