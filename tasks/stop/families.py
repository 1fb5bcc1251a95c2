"""Only then the family: it is told (S-45)."""

from datetime import date

from rules.stop.route import StopSignal
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("families")
def families(work: ChildContext) -> None:
    """A family that was told before the decision is flagged for good. It gets no mail (N-24)."""
    work.child.informed_on = date.fromisoformat(work.answer["on"])
    if work.now_known.told_too_early:
        work.signal(StopSignal.TOLD_TOO_EARLY)
