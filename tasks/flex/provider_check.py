"""Steps 2 and 3: the provider answers within a week, or Team Zorgbemiddeling takes over (F-19 … F-24)."""

from rules.flex import settling
from rules.flex.route import Step
from tasks.flex.lines import line
from tasks.flex.opening import go
from tasks.flex.work import CaseContext


@line(Step.PROVIDER_CHECK)
def provider_check(work: CaseContext) -> None:
    """The referrer hears the answer; a case that goes on is told to Team Zorgbemiddeling."""
    case = work.case
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "take_over":
        go(work, settling.take_over())
        work.letter("escalation", taken_over=True)
        return
    settled = settling.record_assessment(work.facts, work.answer, work.norm)
    possible = settled.to is Step.CLOSED
    case.ground = work.answer["ground"]
    work.letter("assessment_outcome", possible=possible, offer=settled.offer)
    go(work, settled)
    if not possible:
        work.letter("escalation", taken_over=False, ground=case.ground, offer=settled.offer)
