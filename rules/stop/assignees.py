"""Whose turn it is in a dossier of a provider that stops, with which act, and in which order (S-10, S-35)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rules.shared.region import Region
from rules.shared.roles import TEAM
from rules.stop.facts import ChildFacts, DossierFacts
from rules.stop.route import FILE_ITEMS, MESSAGES, ChildStatus
from rules.stop.status import child_status

_ORDER = (
    *("counts", "explanation", "children", "routes"),
    *("proposal", "decision", "family_informed", "consent", "handover", *FILE_ITEMS, "acceptance", "allocation"),
    *(*MESSAGES, "flex_route", "open_children", "files", "sign_off", "sign_offs", "declarations"),
)
_ACT_FOR = {
    "counts": "record_counts",
    "explanation": "explain_difference",
    "children": "add_child",
    "proposal": "propose_route",
    "decision": "decide_route",
    "family_informed": "inform_family",
    "consent": "record_consent",
    "handover": "record_handover",
    **dict.fromkeys(FILE_ITEMS, "record_file"),
    "acceptance": "accept_transfer",
    **dict.fromkeys(("allocation", *MESSAGES), "record_allocation"),
    "sign_off": "sign_off",
}
_AT_LAST = {ChildStatus.FINISHING: "finish_care", ChildStatus.TRANSFERRING: "record_start"}


def missing_in_order(missing: Iterable[str]) -> list[str]:
    """What is missing of a dossier or child, in the order in which it has to be done."""
    return sorted(missing, key=lambda what: (_ORDER.index(what) if what in _ORDER else len(_ORDER), what))


def acts_of_dossier(missing: Iterable[str], left_out: int = 0, not_counted: int = 0) -> list[str]:
    """The acts on the dossier itself that are due; for the rest look at the children.

    Children who were counted and left out are added; those who were added and not counted are counted (S-17, S-41).
    """
    codes = set(missing)
    if "children" in codes:
        codes -= set() if left_out else {"children"}
        codes |= {"counts"} if not_counted else set()
    return _acts(codes)


def acts_of_child(child: ChildFacts, missing: Collection[str]) -> list[str]:
    """The acts that this child needs on its way to the next status, the one that is due first; none once it is settled.

    Before its care ends here the family hears of it (S-45). None where the child only waits for its case in the flex route:
    the acts are there.
    """
    status = child_status(child)
    to_inform = status is ChildStatus.FINISHING and child.informed_on is None
    acts = _acts({*missing, "family_informed"} - {"counts"} if to_inform else set(missing) - {"counts"})
    return [*acts, _AT_LAST[status]] if status in _AT_LAST and (acts or "flex_route" not in missing) else acts


def _acts(missing: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(_ACT_FOR[what] for what in missing_in_order(missing) if what in _ACT_FOR))


def assignees(region: Region, facts: DossierFacts, missing: Iterable[str]) -> list[str]:
    """Who must act for the dossier itself: to give or explain numbers, to add children; for the rest look at the children."""
    if not facts.counts:
        return [facts.provider]
    who = [facts.provider] if "children" in missing else []
    for place in sorted(facts.places):
        counts = facts.counts.get(place)
        unexplained = counts is not None and counts.complete and not counts.agreed
        if unexplained or counts is None or counts.provider is None:
            who.append(facts.provider)
        if unexplained or counts is None or counts.access is None:
            who.append(region.access[place])
    return list(dict.fromkeys(who))


def assignees_of_child(region: Region, dossier: DossierFacts, facts: ChildFacts, missing: Collection[str]) -> list[str]:
    """Who must act now for this child; nobody once it is settled.

    A decision waits for who must give or explain numbers first (S-42); a refused consent is a task of the access (AMB-49).
    """
    access = region.access[facts.municipality]
    if "counts" in missing:
        return assignees(region, dossier, {"counts"})
    if "consent" in missing and facts.consent is False:
        return [access]
    match acts_of_child(facts, missing):
        case []:
            return [TEAM] if "flex_route" in missing else []
        case ["decide_route" | "record_allocation" | "sign_off", *_]:
            return [access]
        case ["accept_transfer" | "record_start", *_]:
            return [facts.receiver or dossier.provider]
    return [dossier.provider]
