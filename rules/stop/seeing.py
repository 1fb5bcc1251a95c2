"""Who may see what of a dossier and of a child in it: no other provider, and no other municipality (A.8, S-36, S-40 … S-60, C.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.shared.region import Region
from rules.shared.roles import is_administration, is_care_mediator, municipality_of
from rules.shared.seeing import Parts
from rules.stop.facts import ChildFacts, DossierFacts

ADMINISTRATION, STOPPING, ACCESS = "administration", "stopping", "access"
RECEIVER, AGREED = "receiver", "agreed"  # by the agreed route or the proposal that waits; by the agreed one
TEAM = "team"  # when no contracted provider can take a child (F-13)


def parts_of_dossier(dossier: DossierFacts, who: str, region: Region, said: Mapping[str, Any]) -> Parts:
    """Which parts somebody has in a dossier; numbers and their explanation are of one municipality (S-40 … S-42)."""
    mine = municipality_of(who, region)
    found = {
        ADMINISTRATION: is_administration(who, region),
        STOPPING: who == dossier.provider,
        ACCESS: mine in dossier.places and mine == said.get("municipality", mine),
    }
    return frozenset(part for part, theirs in found.items() if theirs)


def parts_of_child(facts: tuple[DossierFacts, ChildFacts], who: str, region: Region, _said: Mapping[str, Any]) -> Parts:
    """Which parts somebody has in a child of a dossier."""
    dossier, child = facts
    found = {
        ADMINISTRATION: is_administration(who, region),
        STOPPING: who == dossier.provider,
        ACCESS: municipality_of(who, region) == child.municipality,
        RECEIVER: who in child.receivers,
        AGREED: who == child.receiver,
        TEAM: is_care_mediator(who, region),
    }
    return frozenset(part for part, theirs in found.items() if theirs)


_SIDES = frozenset({ADMINISTRATION, STOPPING, ACCESS})
OF_DOSSIER: dict[str, Parts] = {
    **dict.fromkeys(
        ("register_stop", "correct_dossier", "request_continuation", "record_counts", "explain_difference"), _SIDES
    ),
    **dict.fromkeys(("plan_consultation", "change_consultation"), _SIDES),
    "record_duty": frozenset({ADMINISTRATION, STOPPING}),
}
_STEPS = ("inform_family", "record_consent", "record_handover", "record_file", "accept_transfer", "record_allocation")
OF_CHILD: dict[str, Parts] = {
    **dict.fromkeys(("add_child", "correct_child"), _SIDES | {RECEIVER, TEAM}),
    "remove_child": _SIDES,
    **dict.fromkeys(("propose_route", "decide_route", "enter_flex_route"), _SIDES | {TEAM}),
    **dict.fromkeys((*_STEPS, "record_start"), _SIDES | {RECEIVER}),  # whose order the receiver checks (S-56)
    **dict.fromkeys(("finish_care", "sign_off"), _SIDES),
}
YOUTH: Parts = frozenset({STOPPING, ACCESS, AGREED, TEAM})
WHO_DOSSIER = "Contractbeheer, de stoppende aanbieder en de Toegang van een gemeente in dit dossier"
WHO_CHILD = (
    "Contractbeheer, de stoppende aanbieder, de Toegang van de gemeente van de jeugdige, de ontvangende aanbieder en Team "
    "Zorgbemiddeling"
)
WHO_YOUTH = (
    "de stoppende aanbieder, de Toegang van de gemeente van de jeugdige, de ontvangende aanbieder na het akkoord en Team "
    "Zorgbemiddeling"
)
