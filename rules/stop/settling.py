"""What an answer about a child of a stopping provider does: which facts change. A function for each act, and for the end of each term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rules.stop.facts import ChildFacts, Counts, DossierFacts, FlexCase, Numbers, Proposal
from rules.stop.route import Route, StopSignal
from rules.stop.settings import StopSettings
from rules.stop.terms import FILE_REMINDER, at_risk, ends_by_of, file_due, unsaid

_AFRESH: Mapping[str, Any] = {  # what follows an agreement, before any of it
    "informed_on": None,
    "consent": None,
    "handed_over_on": None,
    "handover_file": frozenset(),
    "accepted_on": None,
    "taken_over_as_registered_on": None,
    "allocation_number": None,
    "allocated_on": None,
    "messages": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer does. Where the child then stands follows from its facts (`child_status`)."""

    changes: Mapping[str, Any] = field(default_factory=dict)  # facts by name
    signals: tuple[StopSignal, ...] = ()

    def after(self, child: ChildFacts) -> ChildFacts:
        """The child once all of this is so."""
        return replace(child, signals=child.signals.union(self.signals), **self.changes)


def afresh() -> Mapping[str, Any]:
    """The facts of a child for which nothing is proposed or agreed (S-31)."""
    return {"waiting": None, "refused": False, "agreed": None, "agreed_on": None, **_AFRESH}


def propose_route(child: ChildFacts, proposal: Proposal, dossier: DossierFacts, settings: StopSettings) -> Settled:
    """It waits for the access (S-31); care that is expected to end after its term is a signal (S-51)."""
    late = at_risk(proposal.expected_end, ends_by_of(child, proposal, dossier, settings))
    waiting = {"waiting": proposal, "proposed": True, "refused": False}
    return Settled(waiting, (StopSignal.TERM_AT_RISK,) if late else ())


def decide_route(child: ChildFacts, agreed: bool, on: date) -> Settled:
    """A yes makes the route, and what followed the one before begins afresh (S-32, S-44).

    A no leaves what was agreed as it was; without an agreed route the child stays until there is another proposal (AMB-44).
    """
    if not agreed:
        return Settled({"waiting": None, "refused": True})
    return Settled({"waiting": None, "agreed": child.waiting, "agreed_on": on, **_AFRESH})


def inform_family(child: ChildFacts, on: date) -> Settled:
    """The family heard it; before the decision is a signal for good (S-45)."""
    told = Settled({"informed_on": on})
    return replace(told, signals=(StopSignal.TOLD_TOO_EARLY,)) if told.after(child).told_too_early else told


def record_consent(given: bool) -> Settled:
    """The last answer counts; after a no the child stays (S-50, AMB-49)."""
    return Settled({"consent": given})


def record_handover(on: date) -> Settled:
    """The warm handover took place (S-12, S-46)."""
    return Settled({"handed_over_on": on})


def record_file(child: ChildFacts, items: Iterable[str], on: date) -> Settled:
    """Parts add up: before the start of the handover file (S-48, S-55), after it of the file; what completes that gives its date (S-47)."""
    if child.started_on is None:
        return Settled({"handover_file": child.handover_file.union(items)})
    added = Settled({"file": child.file.union(items)})
    if child.file_completed_on is None and added.after(child).file_complete:
        return Settled({**added.changes, "file_completed_on": on})
    return added


def accept_transfer(child: ChildFacts, registered_on: date | None, on: date) -> Settled:
    """The receiver takes over, with the original registration date unless it gave another (S-33, S-55, AMB-47)."""
    return Settled({"accepted_on": on, "taken_over_as_registered_on": registered_on or child.registered_on})


def record_allocation(child: ChildFacts, number: str | None, on: date | None, messages: Iterable[str]) -> Settled:
    """Messages add up (S-28); the number comes with the day on which the receiver has it (S-57)."""
    known = {"messages": child.messages.union(messages)}
    return Settled(known | {"allocation_number": number, "allocated_on": on} if number else known)


def record_start(on: date) -> Settled:
    """The receiver holds the child; the four weeks for the complete and current file begin (S-11, S-47, AMB-42)."""
    return Settled({"started_on": on})


def finish_care(on: date) -> Settled:
    """The care ended; the child stays with the provider until the access signs off (S-11, S-24)."""
    return Settled({"finished_on": on})


def sign_off(on: date) -> Settled:
    """The access checked it: who finished is from now on with the access, and nobody is with nobody (S-11, S-59, S-60)."""
    return Settled({"signed_off_on": on})


def case_to_withdraw(child: ChildFacts) -> FlexCase | None:
    """The case in the flex route of a child that is settled, unless only the start is left there (AMB-30)."""
    case = child.flex
    if case is None or not case.open:
        return None
    return case if child.started_on is None or case.accepted != child.receiver else None


def at_term(child: ChildFacts, last: date, said_on: date | None, settings: StopSettings, today: date) -> Settled | None:
    """At each warning, and when the term has passed, once; None while there is nothing (more) to say (S-51, S-53, N-26).

    After it route 1 lapses: the access must decide again (S-24, AMB-43); the provider goes on holding the child (S-11).
    """
    due = any(day <= today for day in unsaid(last, said_on, settings))
    if child.started_on or child.finished_on or not due:
        return None
    if today <= last:
        return Settled(signals=(StopSignal.TERM_AT_RISK,))
    lapses = child.agreed is not None and child.agreed.route is Route.FINISH and child.receiver is None
    lapsed = {"agreed": None, "agreed_on": None, "informed_on": None, "refused": False} if lapses else {}
    return Settled(lapsed, (StopSignal.TERM_EXCEEDED,))


def at_file_term(child: ChildFacts, reminded: bool, settings: StopSettings, today: date) -> Settled | None:
    """A reminder from a week before the file is due, a signal the day after (S-47, N-25), each once; None: nothing to say."""
    if child.started_on is None or child.file_complete:
        return None
    due = file_due(child.started_on, settings)
    if today > due:
        said = StopSignal.FILE_OVERDUE in child.signals
        return None if said else Settled(signals=(StopSignal.FILE_OVERDUE,))
    return Settled() if not reminded and today >= due - FILE_REMINDER else None


def record_counts(known: Counts, numbers: Numbers, of_provider: bool) -> Counts:
    """New numbers of one side; what was explained before were other numbers (S-40, S-41, S-42)."""
    side = "provider" if of_provider else "access"
    return replace(known, explained=False, **{side: numbers})


def explain_difference(known: Counts) -> Counts:
    """The difference between exactly these numbers is explained (S-42)."""
    return replace(known, explained=True)
