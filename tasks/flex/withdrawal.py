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
    also = also_told_of_withdrawal(work.facts, work.region)
    work.letter("withdrawn", *also, by=work.decided_by, on=work.decided_on)
    go(work, settling.withdraw())
