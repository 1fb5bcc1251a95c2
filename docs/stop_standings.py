"""When a dossier or child of a provider that stops stands where, in words, and what may be missing there: for docs/stop.md.

The program works it out in rules/stop/status.py; tests hold these tables against it.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.stop.route import FILE_ITEMS, MESSAGES, ChildStatus, DossierStatus


@dataclass(frozen=True)
class Standing:
    """What a status says: when it is there, and what may be missing for the next one."""

    when: str
    missing: tuple[str, ...] = ()


# fmt: off
OF_DOSSIER: dict[DossierStatus, Standing] = {
    DossierStatus.ANNOUNCED: Standing("registered, no counts yet", ("counts",)),
    DossierStatus.COUNTING: Standing("counts are there, and not all agreed or explained", ("counts", "explanation")),
    DossierStatus.ROUTING: Standing("the counts agree", ("children", "routes")),
    DossierStatus.SETTLING: Standing(
        "every counted child is added and has a route", ("open_children", "files", "sign_offs", "declarations")),
    DossierStatus.CLOSED: Standing("nothing was missing any more after the last day for declarations; it stays closed"),
}
OF_CHILD: dict[ChildStatus, Standing] = {
    ChildStatus.WAITING_FOR_PROPOSAL: Standing("added, or its route 1 lapsed", ("proposal",)),
    ChildStatus.WAITING_FOR_DECISION: Standing(
        "a proposal waits, or got a no and nothing was agreed before", ("decision", "counts", "proposal")),
    ChildStatus.FINISHING: Standing("agreed without a receiver"),
    ChildStatus.TRANSFERRING: Standing(
        "agreed with a receiver",
        ("family_informed", "consent", "handover", *FILE_ITEMS, "acceptance", "allocation", *MESSAGES, "flex_route")),
    ChildStatus.TRANSFERRED: Standing("started at the receiver", (*FILE_ITEMS, "sign_off")),
    ChildStatus.FINISHED: Standing("the stopping provider ended the care", ("sign_off",)),
}
# fmt: on
