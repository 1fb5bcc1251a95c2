"""Who must act on something: an organisation, or a role with its scope. Never a person by role, for people change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules.shared.region import Region
from rules.shared.roles import TEAM


class Role(StrEnum):
    """The roles of a region to which work is given."""

    CARE_MEDIATOR = "care_mediator"
    CONTRACT_MANAGER = "contract_manager"  # of an opdracht
    CONTRACT_ADMINISTRATION = "contract_administration"
    ACCESS = "access"  # of a municipality


@dataclass(frozen=True, slots=True)
class Party:
    """Who: an organisation by its id, or a role; `scope` is the opdracht or municipality for which the role is meant."""

    organisation: str | None = None
    role: str | None = None
    scope: str | None = None


CARE_MEDIATION = Party(role=Role.CARE_MEDIATOR)  # Team Zorgbemiddeling (F-25)
ADMINISTRATION = Party(role=Role.CONTRACT_ADMINISTRATION)  # contract administration (S-35)


def access_of(municipality: str) -> Party:
    """The access of a municipality."""
    return Party(role=Role.ACCESS, scope=municipality)


def contract_managers_of(opdracht: str) -> Party:
    """The contract managers of an opdracht (F-33, AMB-18)."""
    return Party(role=Role.CONTRACT_MANAGER, scope=opdracht)


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who must act, with which acts (the one that is due first), and on which requirement that stands."""

    party: Party
    acts: tuple[str, ...]
    requirement: str
    due: date | None = None  # the last day
    since: date | None = None  # where it is not known: the day on which it is first seen
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something open: where it stands, who must act and with which acts, and in Dutch whom it lacks."""

    reference: str
    at: str
    who: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    lacks: str | None = None


# Something open, that answers for any region: also for one that is not stored yet. None: under it nobody need act
Open = Callable[[Region], Waiting | None]


def members(party: Party, region: Region) -> tuple[str, ...]:
    """Who that is today, by id; for Team Zorgbemiddeling the team itself. Empty where the region has nobody."""
    match party.role:
        case None:
            return (party.organisation,) if party.organisation else ()
        case Role.CARE_MEDIATOR:
            return (TEAM,)
        case Role.CONTRACT_MANAGER:
            return region.contract_managers(party.scope or "")
        case Role.CONTRACT_ADMINISTRATION:
            return region.contract_administration()
        case Role.ACCESS:
            return (region.access[party.scope],) if party.scope in region.access else ()
    return tuple(one.id for one in region.people if party.role in one.roles)


def all_members(assigned: Iterable[Assigned], region: Region) -> list[str]:
    """Who must act, each once, in the order of the assignments."""
    return list(dict.fromkeys(who for one in assigned for who in members(one.party, region)))
