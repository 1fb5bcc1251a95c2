"""Loop L-2: the owner offered the case again (F-40, AMB-24)."""

from rules.flex.route import Step
from tasks.flex.lines import line
from tasks.flex.opening import open_mediation
from tasks.flex.work import CaseContext


@line(Step.RE_OFFER)
def re_offer(work: CaseContext) -> None:
    """A new round at Team Zorgbemiddeling, with a fresh table assessment and a fresh approval."""
    work.case.allocation_number = work.case.procedure_check = None  # of what the round that ends agreed
    work.next_round()
    open_mediation(work)
    work.letter("re_offered")
    work.letter("status_to_referrer", re_offered=True)
