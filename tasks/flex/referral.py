"""Step 1: a referral came in (F-17)."""

from rules.flex.route import Signal, Step
from tasks.flex.lines import line
from tasks.flex.opening import open_provider_check
from tasks.flex.work import CaseContext


@line(Step.REFERRAL)
def referral(work: CaseContext) -> None:
    """The provider's week begins on the day it received the referral (F-21, AMB-01)."""
    if work.case.treeknorm_date is None:
        work.signal(Signal.NO_TREEKNORM)
    open_provider_check(work, work.case.received_on)
