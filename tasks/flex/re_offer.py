"""Loop L-2: the owner offered the case again (F-40, AMB-24)."""

from rules.flex import settling
from rules.flex.route import Step
from tasks.flex.lines import line
from tasks.flex.opening import go
from tasks.flex.work import CaseContext


@line(Step.RE_OFFER)
def re_offer(work: CaseContext) -> None:
    """Team Zorgbemiddeling and the referrer hear it."""
    go(work, settling.re_offer(work.facts, work.region))
    work.letter("re_offered")
    work.letter("status_to_referrer", re_offered=True)
