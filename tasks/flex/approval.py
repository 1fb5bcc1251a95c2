"""Step 8: the contract manager judged (F-34 … F-38)."""

from rules.flex import settling
from rules.flex.route import Step
from tasks.flex.artifacts import show_candidates
from tasks.flex.lines import line
from tasks.flex.opening import go
from tasks.flex.work import CaseContext


@line(Step.APPROVAL, after=show_candidates)
def approval(work: CaseContext) -> None:
    """Team Zorgbemiddeling and the owner hear it; after a no the referrer too."""
    approved = work.answer["approved"]
    settled = settling.decide_approval(work.facts, approved, work.region, work.today)
    if not approved:
        work.letter("status_to_referrer", refused=True)
    go(work, settled)
    work.letter(
        "approval_decision",
        approved=approved,
        ground=work.answer["ground"],
        to_re_offer=work.case.step == Step.RE_OFFER,
    )
