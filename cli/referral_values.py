"""What the cells of a referral mean: from text to the values of the act. An error never repeats what is in a cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from cli.referral_columns import PRIVATE, plain
from notifications.words import WORDS
from rules.refusal import invalid
from rules.region import Organisation, Region
from rules.values import passes_elfproef

_ROUTES = {
    **dict.fromkeys(("localteam", "lokaalteam", "wijkteam"), "local_team"),
    **dict.fromkeys(("medical", "medisch", "medischeverwijzer", "huisarts"), "medical"),
    **dict.fromkeys(("certifiedinstitution", "gecertificeerdeinstelling", "gi"), "certified_institution"),
}
_TRUTHS = {
    **dict.fromkeys(("ja", "yes", "true", "waar", "x"), True),
    **dict.fromkeys(("nee", "no", "false", "onwaar"), False),
}
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


def given_by(cells: Mapping[str, str], region: Region) -> dict[str, Any]:
    """The values of one referral as the act takes them, from its filled cells. Raises Refused (`invalid`)."""
    if "sender_reference" not in cells:
        raise invalid("sender_reference", "vul dit veld in; zonder eigen kenmerk kan een verwijzing dubbel meetellen")
    given: dict[str, Any] = {}
    private: dict[str, Any] = {}
    for field, text in cells.items():
        try:
            (private if field in PRIVATE else given)[field] = _value(field, text, region)
        except ValueError as error:
            raise invalid(field, str(error)) from None
    return {**given, "private": private}


def _value(field: str, text: str, region: Region) -> Any:
    if text in _SHEET_ERRORS:
        raise ValueError("in deze cel staat een fout van het rekenblad; vul de waarde zelf in")
    return _READ[field](text, region) if field in _READ else text


def _organisation(text: str, region: Region, fits: Callable[[Organisation], bool]) -> str:
    """The id of an organisation by id, AGB code or exact name; of several, the one that `fits`. Raises ValueError."""
    if text in region.organisation:
        return text
    agb, name = _whole(text), text.casefold()
    found = [row for row in region.organisations if agb == row.agb or name == row.name.casefold()]
    if len(found) > 1:  # one undertaking can be subcontractor and flex provider, say (AMB-22)
        found = [row for row in found if fits(row)]
        if len(found) != 1:
            raise ValueError("meer dan één organisatie heeft deze AGB-code of naam; vul de id in")
    if not found:
        raise ValueError("deze organisatie is niet bekend; vul de id, de AGB-code (8 cijfers) of de precieze naam in")
    return found[0].id


def _referrer(text: str, region: Region) -> str:
    return _organisation(text, region, lambda row: row.referrer is not None)


def _provider(text: str, region: Region) -> str:
    return _organisation(text, region, lambda row: bool(row.contracts))


def _route(text: str, _region: Region) -> str:
    if route := _ROUTES.get(plain(text)):
        return route
    raise ValueError("kies een van: lokaal team, medische verwijzer, gecertificeerde instelling")


def _truth(text: str, _region: Region) -> bool:
    if (truth := _TRUTHS.get(plain(text))) is not None:
        return truth
    raise ValueError("kies ja of nee, of laat de cel leeg")


def _whole(text: str, _region: Region | None = None) -> str:
    """A whole number without the decimals that spreadsheets add: 90000101.0 is 90000101. Other text stays as it is."""
    number = re.fullmatch(r"([0-9]+)[.,]0+", text)
    return number[1] if number else text


def _municipality(text: str, _region: Region) -> str:
    """A municipality code, with the zeros in front that spreadsheets take away."""
    code = _whole(text)
    return code.zfill(4) if _digits(code) else code


def _date(text: str, _region: Region | None = None) -> str:
    """A date as jjjj-mm-dd, from that or from dd-mm-jjjj; other text stays as it is."""
    parts = re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})", text)
    return f"{parts[3]}-{parts[2]:0>2}-{parts[1]:0>2}" if parts else text


def _birth_date(text: str, _region: Region) -> str:
    try:
        return date.fromisoformat(_date(text)).isoformat()
    except ValueError:
        raise ValueError("schrijf de datum als dd-mm-jjjj of jjjj-mm-dd") from None


def _care_form(text: str, region: Region) -> str:
    """The code of a care form that is given in words; other text stays as it is."""
    forms = (*_CARE_FORMS, *region.care_forms())
    return {plain(name): form for form in forms for name in (form, WORDS.get(form, form))}.get(plain(text), text)


def _age_band(text: str, _region: Region) -> str:
    return re.sub(r"\s", "", text).replace("–", "-")


def _bsn(text: str, _region: Region) -> str:
    number = _whole(text)
    if len(number) == 9 and _digits(number) and passes_elfproef(number):
        return number
    raise ValueError("dit is geen BSN: een BSN heeft 9 cijfers en voldoet aan de elfproef")


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


_READ: dict[str, Callable[[str, Region], Any]] = {
    "referrer": _referrer,
    "referral_route": _route,
    "forensic": _truth,
    "residential": _truth,
    "provider": _provider,
    "received_on": _date,
    "municipality": _municipality,
    "treeknorm_weeks": _whole,
    "care_form": _care_form,
    "age_band": _age_band,
    "urgent": _truth,
    "birth_date": _birth_date,
    "bsn": _bsn,
}
