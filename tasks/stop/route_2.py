"""Route 2, step by step: another contracted provider takes over (S-27 … S-30)."""

from __future__ import annotations

from datetime import date

from rules.stop import settling
from rules.stop.settings import StopSettings
from rules.stop.terms import file_due
from tasks.stop.flex import withdraw_case
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


def _on(work: ChildContext) -> date:
    return date.fromisoformat(work.answer["on"])


@child_line("consent")
def consent(work: ChildContext) -> None:
    """The access hears a no (AMB-49)."""
    work.apply(settling.record_consent(work.answer["given"]))
    if not work.child.consent:
        work.letter_of_child("consent_refused")


@child_line("handover")
def handover(work: ChildContext) -> None:
    """What was said in it stays between the two providers."""
    work.apply(settling.record_handover(_on(work)))


@child_line("file")
def file(work: ChildContext) -> None:
    """Nothing goes out."""
    work.apply(settling.record_file(work.before, work.answer["items"], _on(work)))


@child_line("acceptance")
def acceptance(work: ChildContext) -> None:
    """Another registration date is told to provider and access (AMB-47)."""
    child, given = work.child, work.answer["registered_on"]
    work.apply(settling.accept_transfer(work.before, date.fromisoformat(given) if given else None, work.decided_on))
    changed = child.taken_over_as_registered_on
    if changed and changed != child.registered_on:
        work.letter_of_child(
            "registration_date_changed",
            registered_on=child.registered_on,
            changed_to=changed,
        )


@child_line("allocation")
def allocation(work: ChildContext) -> None:
    """No message is sent from here (S-28)."""
    given = work.answer
    on = date.fromisoformat(given["on"]) if given["on"] else None
    work.apply(settling.record_allocation(work.before, given["number"], on, given["messages"]))


@child_line("start")
def start(work: ChildContext) -> None:
    """Told with the last day for the file (S-47); a case in the flex route may no longer be needed."""
    on = _on(work)
    due = file_due(on, work.region.settings_of(StopSettings))
    work.apply(settling.record_start(on))
    withdraw_case(work)
    work.letter_of_child("transfer_complete", started_on=on, file_due=due)
