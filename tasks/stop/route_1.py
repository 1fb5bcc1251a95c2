"""Route 1: the stopping provider finished the care (S-24, S-25, S-51)."""

from datetime import date

from rules.stop.settling import finish_care
from tasks.stop.flex import withdraw_case
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("finish")
def finish(work: ChildContext) -> None:
    """A case in the flex route may no longer be needed."""
    work.apply(finish_care(date.fromisoformat(work.answer["on"])))
    withdraw_case(work)
