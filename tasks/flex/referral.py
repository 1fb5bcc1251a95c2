"""Step 1: a referral came in (F-17)."""

from rules.flex import settling
from rules.flex.route import Step
from tasks.flex.lines import line
from tasks.flex.opening import go
from tasks.flex.work import CaseContext


@line(Step.REFERRAL)
def referral(work: CaseContext) -> None:
    """To the provider, which has a week."""
    go(work, settling.register_referral(work.facts, work.region))
