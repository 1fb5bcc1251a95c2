"""Route 2: the receiver started; from that day it holds the child (S-11, S-57)."""

from datetime import date

from rules.stop_terms import file_due
from tasks.stop.flex import withdraw_case
from tasks.stop.settle import child_line
from tasks.stop.work import ChildWork


@child_line("start")
def start(work: ChildWork) -> None:
    """The four weeks for the complete and current file begin (S-47, AMB-42)."""
    child = work.child
    child.started_on = date.fromisoformat(work.answer["on"])
    due = file_due(child.started_on, work.region.settings)
    withdraw_case(work)
    work.letter_of_child("transfer_complete", started_on=child.started_on.isoformat(), file_due=due.isoformat())
