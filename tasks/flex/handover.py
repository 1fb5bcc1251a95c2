"""Step 10: the warm handover was recorded, or the flex provider cannot after all (F-39, F-40)."""

from rules.flex import settling
from rules.flex.route import Step
from tasks.flex.lines import line
from tasks.flex.opening import go
from tasks.flex.work import CaseContext


@line(Step.HANDOVER)
def handover(work: CaseContext) -> None:
    """Whoever waits for the flex provider hears that it has everything, or that it cannot."""
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "report_unable":
        work.letter(
            "flex_answer", work.case.owner_id, flex=work.case.accepted_id, accepted=False, to_re_offer=True, unable=True
        )
        go(work, settling.report_unable(work.facts))
        return
    work.letter("handover_done", flex=work.case.accepted_id)
    go(work, settling.record_handover(work.answer))
