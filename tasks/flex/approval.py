"""Step 8: the contract manager judged (F-34 … F-38)."""

from rules.flex.route import Step
from tasks.flex.artifacts import show_candidates
from tasks.flex.lines import line
from tasks.flex.opening import open_flex_search, open_table
from tasks.flex.work import CaseContext


@line(Step.APPROVAL, after=show_candidates)
def approval(work: CaseContext) -> None:
    """Yes: a flex provider may be sought. No: the same table discusses the case again, loop L-1."""
    approved = work.answer["approved"]
    if approved:
        work.case.approved_round = work.case.round
        open_flex_search(work)
    else:
        work.letter("status_to_referrer", refused=True)
        work.next_round()
        open_table(work, work.case.table_id)
    work.letter(
        "approval_decision",
        approved=approved,
        ground=work.answer["ground"],
        to_re_offer=work.case.step == Step.RE_OFFER,
    )
