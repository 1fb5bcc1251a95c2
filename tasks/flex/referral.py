"""Step 1: a referral came in, or what was said in it was wrong (F-17)."""

from rules.flex import settling
from rules.flex.route import Step
from tasks.flex.correcting import correct
from tasks.flex.lines import line
from tasks.flex.opening import confirm, go
from tasks.flex.work import CaseContext


@line(Step.REFERRAL)
def referral(work: CaseContext) -> None:
    """To the provider, which has a week; the referrer hears that it came in, where the region confirms that."""
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "correct_referral":
        correct(work)
        return
    go(work, settling.register_referral(work.facts, work.region))
    confirm(work)
