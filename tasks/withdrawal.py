"""A case was withdrawn, at any step before the start (AMB-30)."""

from rules.route import Step
from tasks.opening import withdrawn
from tasks.step import line
from tasks.work import Work


@line(Step.CLOSED)
def withdrawal(work: Work) -> None:
    """Open tasks end, the agenda item goes, those involved are told."""
    withdrawn(work)
