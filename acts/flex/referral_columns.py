"""The columns of a list of referrals, and how those cells are read that only a referral has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from acts.intake.columns import Column, Columns
from acts.intake.values import (
    birth_date,
    bsn,
    care_form,
    day,
    known_municipality,
    known_opdracht,
    municipality,
    one_of,
    opdracht,
    own_reference,
    whole,
    yes_or_no,
)
from rules.flex.details import AgeBand
from rules.shared.region import Organisation, Region

_ROUTE = one_of(
    {
        "local_team": ("lokaal team", "wijkteam"),
        "medical": ("medische verwijzer", "medisch", "huisarts"),
        "certified_institution": ("gecertificeerde instelling", "gi"),
    }
)
_TRUTH = yes_or_no("kies ja of nee, of laat de cel leeg", "x")


_UNKNOWN = "deze organisatie is niet bekend; vul de id, de AGB-code (8 cijfers) of de precieze naam in"


def _organisation(text: str, region: Region, fits: Callable[[Organisation], bool]) -> str:
    """The id of an organisation by id, AGB code or exact name; of several, the one that `fits`. Raises ValueError."""
    found = region.organisation_names.codes(whole(text))
    if len(found) > 1:  # one undertaking can be subcontractor and flex provider, say (AMB-22)
        found = tuple(ident for ident in found if fits(region.organisation[ident]))
        if len(found) != 1:
            raise ValueError("meer dan één organisatie heeft deze AGB-code of naam; vul de id in")
    if not found:
        raise ValueError(region.organisation_names.refusal(_UNKNOWN, text))
    return found[0]


def referrer(text: str, region: Region) -> str:
    """The id of who referred. Raises ValueError."""
    return _organisation(text, region, lambda row: row.referrer is not None)


def _provider(text: str, region: Region) -> str:
    return _organisation(text, region, lambda row: bool(row.contracts))


_AGES = one_of({ages: (ages,) for ages in get_args(AgeBand)})


def _age_band(text: str, region: Region) -> Any:
    return _AGES(text.replace("–", "-"), region)


REFERRALS = Columns(
    {
        "sender_reference": Column(("eigen kenmerk", "kenmerk verwijzer", "kenmerk"), own_reference, required=True),
        "referrer": Column(("verwijzer",), referrer),
        "referral_route": Column(("verwijsroute",), _ROUTE, required=True),
        "opdracht": Column(("opdracht",), opdracht, known_opdracht, required=True),
        "forensic": Column(("forensisch",), _TRUTH),
        "residential": Column(("verblijf",), _TRUTH),
        "provider": Column(("aanbieder",), _provider, required=True),
        "received_on": Column(("ontvangen op", "ontvangstdatum"), day, day, required=True),
        "municipality": Column(("gemeentecode", "gemeente"), municipality, known_municipality, required=True),
        "treeknorm_weeks": Column(("treeknorm weken",), whole),
        "care_form": Column(("zorgvorm",), care_form),
        "age_band": Column(("leeftijdsgroep",), _age_band),
        "urgent": Column(("spoed",), _TRUTH),
        "name": Column(("naam jeugdige", "naam"), private=True),
        "birth_date": Column(("geboortedatum",), birth_date, private=True),
        "bsn": Column(("bsn",), bsn, private=True),
    }
)
