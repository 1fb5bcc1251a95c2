"""Who somebody is in a region: of Team Zorgbemiddeling, of contract administration, an access, a referrer."""

from __future__ import annotations

from rules.shared.region import Region

TEAM = "care_mediation_team"


def is_care_mediator(who: str, region: Region) -> bool:
    """Somebody of Team Zorgbemiddeling (F-25)."""
    return who in region.person and "care_mediator" in region.person[who].roles


def is_scheduler(who: str, region: Region) -> bool:
    """Somebody who prepares the tables."""
    return who in region.person and "scheduler" in region.person[who].roles


def is_referrer(who: str, region: Region) -> bool:
    """A legal referrer: local team, medical or certified institution (F-14 … F-16)."""
    return who in region.organisation and region.organisation[who].referrer is not None


def exists(who: str, region: Region) -> bool:
    """Whether somebody can act as this organisation or person; for Team Zorgbemiddeling any care mediator (F-25)."""
    if who == TEAM:
        return any(is_care_mediator(person, region) for person in region.person)
    return who in region.organisation or who in region.person


def is_administration(who: str, region: Region) -> bool:
    """Somebody of contract administration (S-35 … S-39, AMB-45)."""
    return who in region.person and "contract_administration" in region.person[who].roles


def municipality_of(who: str, region: Region) -> str | None:
    """Of which municipality somebody is the access; None for all others."""
    return region.organisation[who].municipality if who in region.organisation else None
