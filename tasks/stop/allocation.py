"""Route 2: the allocation and the messages around it were registered (S-28, S-32)."""

from datetime import date

from tasks.stop.settle import child_line
from tasks.stop.work import ChildWork


@child_line("allocation")
def allocation(work: ChildWork) -> None:
    """Messages add up; the number comes with the day on which the receiver has it (S-57)."""
    child = work.child
    child.messages = sorted({*child.messages, *work.answer["messages"]})
    if work.answer["number"]:
        child.allocation_number = work.answer["number"]
        child.allocated_on = date.fromisoformat(work.answer["on"])
