"""Whose turn it is in a dossier of a provider that stops, with which act, and in which order (S-10, S-35)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import takewhile

from rules.shared.assignment import ADMINISTRATION, CARE_MEDIATION, Assigned, Party, access_of, all_members
from rules.shared.region import Region
from rules.stop.facts import ChildFacts, Counts, DossierFacts
from rules.stop.gates import counts_agree
from rules.stop.route import FILE_ITEMS, MESSAGES, STAGE_OF, STAGES, ChildStatus
from rules.stop.settings import StopSettings
from rules.stop.status import child_missing, child_status
from rules.stop.terms import due as last_day
from rules.stop.terms import ends_by_of

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
_ACTS = list(dict.fromkeys(_ACT_FOR.values()))
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


def assigned_of_dossier(
    dossier: DossierFacts, missing: Iterable[str], left_out: int = 1, not_counted: int = 0, due: date | None = None
) -> tuple[Assigned, ...]:
    """Who must act for the dossier itself: to give or explain numbers, to add children; for the rest look at the children.

    Children who were counted and left out are added; those who were added and not counted are counted (S-17, S-41).
    Of an open dossier for which nobody must, contract administration sees that it comes to its end (S-35).
    """
    if dossier.closed:
        return ()
    asked: dict[Party, list[str]] = defaultdict(list)
    for who, act in _asked(dossier, missing, left_out, not_counted):
        asked[who].append(act)
    if not asked:
        return (Assigned(ADMINISTRATION, (), "S-35"),)
    return tuple(_assigned(who, sorted(dict.fromkeys(acts), key=_ACTS.index), due) for who, acts in asked.items())


def _asked(
    dossier: DossierFacts, missing: Iterable[str], left_out: int, not_counted: int
) -> Iterator[tuple[Party, str]]:
    provider = Party(dossier.provider)
    if not dossier.counts:
        yield provider, "record_counts"
        return
    if "children" in missing:
        yield from (
            (provider, act) for act, number in (("add_child", left_out), ("record_counts", not_counted)) if number
        )
    for place in sorted(dossier.places):
        counts = dossier.counts.get(place) or Counts()
        unexplained = counts.complete and not counts.agreed
        for who, numbers in ((provider, counts.provider), (access_of(place), counts.access)):
            if unexplained or numbers is None:
                yield who, "explain_difference" if unexplained else "record_counts"


def assigned_by(dossier: DossierFacts, child: ChildFacts, settings: StopSettings) -> tuple[Assigned, ...]:
    """Who must act now for this child, and by when (S-10, S-35): what is missing of it is worked out from the facts."""
    last = last_day(child, ends_by_of(child, child.agreed, dossier, settings), settings)
    return assigned_of_child(dossier, child, child_missing(child, counts_agree(dossier)), last)


def assigned_of_child(
    dossier: DossierFacts, child: ChildFacts, missing: Collection[str], due: date | None = None
) -> tuple[Assigned, ...]:
    """Who must act now for this child, with the acts up to where another one takes over; nobody once it is settled.

    A decision waits for who must give or explain numbers: that is assigned once, for the dossier (S-42). A refused consent is
    a task of the access (AMB-49).
    """
    access = access_of(child.municipality)
    if "counts" in missing or child.removed_on:
        return ()
    if "consent" in missing and child.consent is False:
        return (Assigned(access, (), "S-50", due),)
    if not (acts := acts_of_child(child, missing)):
        return (Assigned(CARE_MEDIATION, (), STAGES["flex"].requirement, due),) if "flex_route" in missing else ()
    who = {
        **dict.fromkeys(("decide_route", "record_allocation", "sign_off"), access),
        **dict.fromkeys(("accept_transfer", "record_start"), Party(child.receiver or dossier.provider)),
    }
    provider = Party(dossier.provider)
    first = who.get(acts[0], provider)
    return (_assigned(first, list(takewhile(lambda act: who.get(act, provider) == first, acts)), due),)


def _assigned(who: Party, acts: Sequence[str], due: date | None = None) -> Assigned:
    return Assigned(who, tuple(acts), STAGES[STAGE_OF[acts[0]]].requirement, due)


def assignees(region: Region, facts: DossierFacts, missing: Iterable[str]) -> list[str]:
    """Who must act for the dossier itself, by id; without contract administration, which then only sees to it."""
    return all_members((one for one in assigned_of_dossier(facts, missing) if one.acts), region)


def assignees_of_child(region: Region, dossier: DossierFacts, child: ChildFacts, missing: Collection[str]) -> list[str]:
    """Who must act now for this child, by id; where the numbers hold up its decision, who must act for the dossier."""
    if "counts" in missing:
        return assignees(region, dossier, {"counts"})
    return all_members(assigned_of_child(dossier, child, missing), region)
