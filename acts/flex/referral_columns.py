"""The columns of a list of referrals, and how those cells are read that only a referral has."""

from __future__ import annotations

import re
from collections.abc import Callable

from acts.intake.columns import Column, Columns
from acts.intake.values import birth_date, bsn, care_form, day, municipality, one_of, own_reference, whole
from rules.shared.cleaning import one_line
from rules.shared.region import Organisation, Region

_ROUTE = one_of(
    {
        "local_team": ("lokaal team", "wijkteam"),
        "medical": ("medische verwijzer", "medisch", "huisarts"),
        "certified_institution": ("gecertificeerde instelling", "gi"),
    }
)
_TRUTH = one_of(
    {True: ("ja", "yes", "waar", "x"), False: ("nee", "no", "onwaar")}, "kies ja of nee, of laat de cel leeg"
)


def _organisation(text: str, region: Region, fits: Callable[[Organisation], bool]) -> str:
    """The id of an organisation by id, AGB code or exact name; of several, the one that `fits`. Raises ValueError."""
    if text in region.organisation:
        return text
    agb, name = whole(text), text.casefold()
    found = [row for row in region.organisations if agb == row.agb or name == one_line(row.name).casefold()]
    if len(found) > 1:  # one undertaking can be subcontractor and flex provider, say (AMB-22)
        found = [row for row in found if fits(row)]
        if len(found) != 1:
            raise ValueError("meer dan één organisatie heeft deze AGB-code of naam; vul de id in")
    if not found:
        raise ValueError("deze organisatie is niet bekend; vul de id, de AGB-code (8 cijfers) of de precieze naam in")
    return found[0].id


def referrer(text: str, region: Region) -> str:
    """The id of who referred. Raises ValueError."""
    return _organisation(text, region, lambda row: row.referrer is not None)


def _provider(text: str, region: Region) -> str:
    return _organisation(text, region, lambda row: bool(row.contracts))


def _age_band(text: str, _region: Region) -> str:
    return re.sub(r"\s", "", text).replace("–", "-")


REFERRALS = Columns(
    {
        "sender_reference": Column(("eigen kenmerk", "kenmerk verwijzer", "kenmerk"), own_reference, required=True),
        "referrer": Column(("verwijzer",), referrer),
        "referral_route": Column(("verwijsroute",), _ROUTE, required=True),
        "opdracht": Column(("opdracht",), required=True),
        "forensic": Column(("forensisch",), _TRUTH),
        "residential": Column(("verblijf",), _TRUTH),
        "provider": Column(("aanbieder",), _provider, required=True),
        "received_on": Column(("ontvangen op", "ontvangstdatum"), day, required=True),
        "municipality": Column(("gemeentecode", "gemeente"), municipality, required=True),
        "treeknorm_weeks": Column(("treeknorm weken",), whole),
        "care_form": Column(("zorgvorm",), care_form),
        "age_band": Column(("leeftijdsgroep",), _age_band),
        "urgent": Column(("spoed",), _TRUTH),
        "name": Column(("naam jeugdige", "naam"), private=True),
        "birth_date": Column(("geboortedatum",), birth_date, private=True),
        "bsn": Column(("bsn",), bsn, private=True),
    }
)
