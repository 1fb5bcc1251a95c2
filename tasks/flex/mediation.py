"""Step 4: Team Zorgbemiddeling decided (F-25, F-26, AMB-05)."""

from rules.flex import settling
from rules.flex.route import Step
from tasks.flex.lines import line
from tasks.flex.opening import go, placement
from tasks.flex.work import CaseContext


@line(Step.MEDIATION)
def mediation(work: CaseContext) -> None:
    """A provider that takes the case, and the referrer, hear it."""
    settled = settling.decide_mediation(work.answer, work.decided_on, work.region)
    if settled.to is Step.CLOSED:
        placement(work, settled)
    go(work, settled)
