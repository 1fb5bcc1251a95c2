"""Route 2, step by step: another contracted provider takes over (S-27 … S-30)."""

from __future__ import annotations

from datetime import date

from rules.stop.settings import StopSettings
from rules.stop.terms import file_due
from tasks.stop.flex import withdraw_case
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("consent")
def consent(work: ChildContext) -> None:
    """The last answer counts; after a no the child stays, and the access hears it (AMB-49)."""
    work.child.consent = work.answer["given"]
    if not work.child.consent:
        work.letter_of_child("consent_refused")


@child_line("handover")
def handover(work: ChildContext) -> None:
    """What was said in it stays between the two providers."""
    work.child.handed_over_on = date.fromisoformat(work.answer["on"])


@child_line("file")
def file(work: ChildContext) -> None:
    """Parts add up; the one that completes the file after the start gives its date (S-47)."""
    child, items = work.child, work.answer["items"]
    if child.started_on is None:
        child.handover_file = sorted({*child.handover_file, *items})
        return
    child.file = sorted({*child.file, *items})
    if child.file_completed_on is None and work.now_known.file_complete:
        child.file_completed_on = date.fromisoformat(work.answer["on"])


@child_line("acceptance")
def acceptance(work: ChildContext) -> None:
    """Another registration date is told to provider and access (AMB-47)."""
    child, given = work.child, work.answer["registered_on"]
    child.accepted_on = work.decided_on
    child.taken_over_as_registered_on = date.fromisoformat(given) if given else child.registered_on
    if child.taken_over_as_registered_on != child.registered_on:
        work.letter_of_child(
            "registration_date_changed",
            registered_on=child.registered_on,
            changed_to=child.taken_over_as_registered_on,
        )


@child_line("allocation")
def allocation(work: ChildContext) -> None:
    """Messages add up; the number comes with the day on which the receiver has it (S-57)."""
    child = work.child
    child.messages = sorted({*child.messages, *work.answer["messages"]})
    if work.answer["number"]:
        child.allocation_number = work.answer["number"]
        child.allocated_on = date.fromisoformat(work.answer["on"])


@child_line("start")
def start(work: ChildContext) -> None:
    """The four weeks for the complete and current file begin (S-47, AMB-42)."""
    child = work.child
    child.started_on = date.fromisoformat(work.answer["on"])
    due = file_due(child.started_on, work.region.settings_of(StopSettings))
    withdraw_case(work)
    work.letter_of_child("transfer_complete", started_on=child.started_on, file_due=due)
