"""What was given of a provider that stops was wrong: what may still be corrected, and what that does (S-17, S-32, S-39)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from rules.stop.facts import ChildFacts, DossierFacts
from rules.stop.settling import Settled, afresh

JUDGED = frozenset({"municipality", "care", "category", "care_form", "registered_on", "allocation_ends_on"})
OWN = frozenset({"sender_reference", "private"})  # no route is about these
ALWAYS = OWN | {"location"}  # no letter holds these (C.4)


def gone_over(child: ChildFacts) -> bool:
    """Something of the child was handed over, or accepted as it is known."""
    return child.handed_over or child.accepted_on is not None or child.allocation_number is not None


def correctable(child: ChildFacts) -> frozenset[str]:
    """The fields of a child that may be corrected now.

    What its route is about: until something is handed over, accepted or allocated, and not while a case in the flex route is about it.
    """
    if child.started_on or child.finished_on:
        return OWN
    return ALWAYS if gone_over(child) or child.in_flex_route else JUDGED | ALWAYS


def removable(child: ChildFacts) -> bool:
    """Nothing was agreed or handed over for it (S-11)."""
    return child.agreed is None and not gone_over(child) and not child.in_flex_route


def route_lapses(child: ChildFacts, fields: Collection[str]) -> bool:
    """What was proposed or agreed is about another child now: the access decides by child (S-32)."""
    return not JUDGED.isdisjoint(fields) and (child.agreed is not None or child.waiting is not None)


def correct_child(child: ChildFacts, changed: Mapping[str, Any]) -> Settled:
    """The facts as they are now; a route that was proposed or agreed lapses, and the child stays where it is (S-11, S-32)."""
    facts = {field: value for field, value in changed.items() if field in JUDGED}
    return Settled({**facts, **afresh()} if route_lapses(child, changed) else facts)


def remove_child(on: date) -> Settled:
    """It was added by mistake, and is in the dossier no more."""
    return Settled({"removed_on": on, "waiting": None})


def correctable_of_dossier(dossier: DossierFacts) -> frozenset[str]:
    """All of a dossier; which provider stops only as long as nobody counted or added anything."""
    rest = {"stop_type", "announced_on", "contract_ends_on", "motives", "care_forms", "locations"}
    return frozenset(rest if dossier.places else rest | {"provider"})
