"""The allocation, the flex provider's procedure check, and the start (F-11, F-50, F-51)."""

from datetime import date

from rules.flex.procedure import may_start, procedure_check
from rules.flex.route import Outcome, Step
from tasks.flex.lines import line
from tasks.flex.work import CaseContext


@line(Step.ALLOCATION)
def allocation(work: CaseContext) -> None:
    """At whatever step: a check that fails blocks the start and moves nothing (AMB-27, AMB-74). The start closes the case."""
    case = work.case
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "record_start":
        if barred := may_start(work.facts):
            raise barred
        work.letter("status_to_referrer", outcome=Outcome.STARTED, provider=case.accepted_id)
        case.owner_id = case.accepted_id or case.owner_id  # until another provider has started (AMB-25)
        work.close(Outcome.STARTED)
        return
    failing = procedure_check(
        work.facts, work.answer["delivered_by"], date.fromisoformat(work.answer["on"]), work.region
    )
    case.procedure_check = list(failing)
    if failing:
        work.counts = False
        work.letter("procedure_check_failed", failing=failing)
    else:
        case.allocation_number = work.answer["number"]
