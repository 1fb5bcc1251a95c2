"""Step 10: the warm handover was recorded, or the flex provider cannot after all (F-39, F-40)."""

from datetime import date

from rules.flex.route import Step
from tasks.flex.lines import line
from tasks.flex.opening import open_allocation, open_re_offer
from tasks.flex.work import CaseContext


@line(Step.HANDOVER)
def handover(work: CaseContext) -> None:
    """Handed over: on to the allocation. Unable after all: loop L-2."""
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "report_unable":
        work.letter(
            "flex_answer", work.case.owner_id, flex=work.case.accepted_id, accepted=False, to_re_offer=True, unable=True
        )
        open_re_offer(work)
        return
    work.case.handed_over_on = date.fromisoformat(work.answer["on"])
    work.letter("handover_done", flex=work.case.accepted_id)
    open_allocation(work)
