"""Route 2: the warm handover was done (S-12, S-46)."""

from datetime import date

from tasks.stop.settle import child_line
from tasks.stop.work import ChildWork


@child_line("handover")
def handover(work: ChildWork) -> None:
    """What was said in it stays between the two providers."""
    work.child.handed_over_on = date.fromisoformat(work.answer["on"])
