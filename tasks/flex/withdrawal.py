"""A case was withdrawn, at any step before the start (AMB-30)."""

from rules.flex import settling
from rules.flex.letters import also_told_of_withdrawal
from rules.flex.route import Step
from tasks.flex.lines import line
from tasks.flex.opening import go
from tasks.flex.work import CaseContext


@line(Step.CLOSED)
def withdrawal(work: CaseContext) -> None:
    """Open tasks end, the agenda item goes, those involved are told."""
    work.letter("withdrawn", *also_told_of_withdrawal(work.facts, work.region))
    go(work, settling.withdraw())
