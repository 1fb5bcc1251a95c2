"""The allocation, the flex provider's procedure check, and the start (F-11, F-50, F-51)."""

from rules.flex import settling
from rules.flex.procedure import may_start
from rules.flex.route import Outcome, Step
from tasks.flex.lines import line
from tasks.flex.opening import announce_start, go
from tasks.flex.work import CaseContext


@line(Step.ALLOCATION)
def allocation(work: CaseContext) -> None:
    """A check that fails blocks the start, and the allocation may be recorded again (AMB-27). The start is told to the referrer."""
    case = work.case
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "record_start":
        if barred := may_start(work.facts):
            raise barred
        work.letter("status_to_referrer", outcome=Outcome.STARTED, provider=case.accepted_id)
        go(work, settling.record_start(work.facts))
        return
    settled = settling.record_allocation(work.facts, work.answer, work.region)
    go(work, settled)
    if failing := settled.changes["procedure_check"]:
        work.counts = False
        work.letter("procedure_check_failed", failing=failing)
        return
    announce_start(work)
