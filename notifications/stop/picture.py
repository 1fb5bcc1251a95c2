"""The picture of a child at a provider that stops (AMB-31). Drawn, not obeyed: tests hold it against what really happens."""

from __future__ import annotations

from dataclasses import dataclass

from notifications.stop.words import WORDS
from rules.stop.route import ChildStatus


@dataclass(frozen=True)
class Lead:
    """A move of a child: by which act (or the clock), from where, with which answer, to where."""

    act: str
    origin: ChildStatus | None  # None: it comes into the dossier
    answer: str
    to: ChildStatus


CLOCK = "deadline_watch"
# fmt: off
LEADS: tuple[Lead, ...] = (
    Lead("add_child", None, "toegevoegd", ChildStatus.WAITING_FOR_PROPOSAL),
    Lead("propose_route", ChildStatus.WAITING_FOR_PROPOSAL, "voorgesteld", ChildStatus.WAITING_FOR_DECISION),
    Lead("propose_route", ChildStatus.WAITING_FOR_DECISION, "ander voorstel", ChildStatus.WAITING_FOR_DECISION),
    Lead("propose_route", ChildStatus.FINISHING, "ander voorstel", ChildStatus.WAITING_FOR_DECISION),
    Lead("propose_route", ChildStatus.TRANSFERRING, "ander voorstel", ChildStatus.WAITING_FOR_DECISION),
    Lead("decide_route", ChildStatus.WAITING_FOR_DECISION, "niet akkoord, nog niets afgesproken", ChildStatus.WAITING_FOR_DECISION),
    Lead("decide_route", ChildStatus.WAITING_FOR_DECISION, "akkoord zonder ontvanger, of dat blijft zo", ChildStatus.FINISHING),
    Lead("decide_route", ChildStatus.WAITING_FOR_DECISION, "akkoord met ontvanger, of dat blijft zo", ChildStatus.TRANSFERRING),
    Lead(CLOCK, ChildStatus.FINISHING, "termijn voorbij: route 1 vervalt", ChildStatus.WAITING_FOR_PROPOSAL),
    Lead("finish_care", ChildStatus.FINISHING, "zorg afgerond", ChildStatus.FINISHED),
    Lead("record_start", ChildStatus.TRANSFERRING, "gestart", ChildStatus.TRANSFERRED),
)
# fmt: on


def mermaid() -> str:
    """The statuses of a child as a Mermaid flowchart."""
    lines = ["flowchart TD", '    begin(("·"))']
    lines += [f'    {status.value}["{WORDS[status]}"]' for status in ChildStatus]
    lines += [f'    {lead.origin or "begin"} -->|"{lead.answer}"| {lead.to}' for lead in LEADS]
    return "\n".join(lines) + "\n"
