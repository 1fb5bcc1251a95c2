"""Route 1: the stopping provider finished the care (S-24, S-25, S-51)."""

from datetime import date

from tasks.stop.flex import withdraw_case
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("finish")
def finish(work: ChildContext) -> None:
    """The child stays with the provider until the access signs off (S-11)."""
    work.child.finished_on = date.fromisoformat(work.answer["on"])
    withdraw_case(work)
