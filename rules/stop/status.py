"""Where a dossier and a child stand, what is missing, and who holds the child: it all follows from the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules.shared.region import Region
from rules.stop.facts import ChildFacts, DossierFacts
from rules.stop.gates import counts_agree
from rules.stop.route import FILE_ITEMS, MESSAGES, OPEN, ChildStatus, DossierStatus
from rules.stop.terms import declarations_by


def child_status(child: ChildFacts) -> ChildStatus:
    """A proposal that waits goes before what was agreed; after a no the agreed route goes on, or a new proposal is due."""
    if child.started_on:
        return ChildStatus.TRANSFERRED
    if child.finished_on:
        return ChildStatus.FINISHED
    if child.waiting:
        return ChildStatus.WAITING_FOR_DECISION
    if child.agreed:
        return ChildStatus.TRANSFERRING if child.agreed.receiver else ChildStatus.FINISHING
    return ChildStatus.WAITING_FOR_DECISION if child.refused else ChildStatus.WAITING_FOR_PROPOSAL


def child_missing(child: ChildFacts, counts_open: bool) -> set[str]:
    """What keeps the child from its next status, or from being settled; nothing once it was removed."""
    if child.removed_on:
        return set()
    match child_status(child):
        case ChildStatus.WAITING_FOR_PROPOSAL:
            return {"proposal"}
        case ChildStatus.WAITING_FOR_DECISION:
            if not child.waiting:
                return {"proposal"}
            return {"decision"} if counts_open else {"decision", "counts"}
        case ChildStatus.FINISHING:
            return set()
        case ChildStatus.TRANSFERRING:
            return _before_start(child)
        case ChildStatus.TRANSFERRED:
            return set(FILE_ITEMS) - child.file | _sign_off(child)
        case ChildStatus.FINISHED:
            return _sign_off(child)


def _sign_off(child: ChildFacts) -> set[str]:
    return set() if child.signed_off else {"sign_off"}


def _before_start(child: ChildFacts) -> set[str]:
    """All that the start at the receiver still needs (gate 7, S-28, S-53)."""
    done = {
        "family_informed": child.informed_on is not None,
        "consent": bool(child.consent),
        "handover": child.handed_over,
        "acceptance": child.accepted_on is not None,
        "allocation": child.allocation_number is not None,
        "flex_route": not child.waits_for_flex_route,
    }
    missing = {what for what, is_done in done.items() if not is_done} | set(FILE_ITEMS) - child.handover_file
    along = child.agreed is not None and child.agreed.moves_along
    return missing | (set(MESSAGES) - child.messages if along else set())


def held_by(child: ChildFacts, dossier: DossierFacts, region: Region) -> str:
    """Who holds the child; never nobody (S-11): from the start the receiver, after the end of care in the end the access."""
    if child.started_on and child.receiver:
        return child.receiver
    if child.finished_on and child.signed_off:
        return region.access[child.municipality]
    return dossier.provider


def registered_on(child: ChildFacts) -> date:
    """The registration date that counts: the original, unless the receiver took over with another (S-33, AMB-47)."""
    return child.taken_over_as_registered_on or child.registered_on


@dataclass(frozen=True, slots=True)
class Tally:
    """The children of a dossier, counted."""

    by_category: Mapping[tuple[str, str], int]  # by municipality and category
    by_status: Mapping[ChildStatus, int]
    without_route: int = 0  # neither settled nor with an agreed route
    incomplete_files: int = 0  # of transferred children
    unsigned: int = 0  # settled, without a sign-off

    @property
    def open(self) -> int:
        """Children neither transferred nor finished."""
        return sum(self.by_status.get(status, 0) for status in OPEN)


def dossier_missing(dossier: DossierFacts, tally: Tally, today: date) -> tuple[DossierStatus, set[str]]:
    """Where a dossier stands, and what keeps it from its next status."""
    if dossier.closed:
        return DossierStatus.CLOSED, set()
    if not dossier.counts:
        return DossierStatus.ANNOUNCED, {"counts"}
    if not counts_agree(dossier):
        return DossierStatus.COUNTING, _uncounted(dossier)
    unrouted = {"children"} if any(to_add(dossier, tally)) else set()
    if tally.without_route:
        unrouted.add("routes")
    if unrouted:
        return DossierStatus.ROUTING, unrouted
    unsettled = {
        "open_children": tally.open,
        "files": tally.incomplete_files,
        "sign_offs": tally.unsigned,
        "declarations": today <= declarations_by(dossier),
    }
    return DossierStatus.SETTLING, {what for what, still in unsettled.items() if still}


def _uncounted(dossier: DossierFacts) -> set[str]:
    """A side that did not give its numbers, a difference without an explanation (S-41, S-42)."""
    missing = (
        {"counts"} if any(p not in dossier.counts or not dossier.counts[p].complete for p in dossier.places) else set()
    )
    unexplained = any(counts.differences and not counts.explained for counts in dossier.counts.values())
    return missing | ({"explanation"} if unexplained else set())


def to_add(dossier: DossierFacts, tally: Tally) -> tuple[int, int]:
    """How many children the stopping provider counted and did not add, and how many it added and did not count (S-17, S-41).

    In each municipality and category by itself.
    """
    counted = {
        (place, category): number
        for place, counts in dossier.counts.items()
        for category, number in (counts.provider or {}).items()
    }
    left_out = [counted.get(where, 0) - tally.by_category.get(where, 0) for where in counted.keys() | tally.by_category]
    return sum(max(0, number) for number in left_out), sum(max(0, -number) for number in left_out)
