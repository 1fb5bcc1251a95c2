"""Only then the family: it is told (S-45)."""

from datetime import date

from rules.stop.settling import inform_family
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("families")
def families(work: ChildContext) -> None:
    """A family that was told before the decision is flagged for good. It gets no mail (N-24)."""
    work.apply(inform_family(work.before, date.fromisoformat(work.answer["on"])))
