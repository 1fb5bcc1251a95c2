"""Steps 2 and 3: the provider answers within a week, or Team Zorgbemiddeling takes over (F-19 … F-24)."""

from rules.flex.assessment import Answer
from rules.flex.route import Outcome, Step
from tasks.flex.lines import line
from tasks.flex.opening import open_mediation
from tasks.flex.work import CaseContext, announce


@line(Step.PROVIDER_CHECK)
def provider_check(work: CaseContext) -> None:
    """Can it deliver in time, the route ends; if not, or after a take-over, Team Zorgbemiddeling decides."""
    case = work.case
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "take_over":
        case.taken_over = True
        open_mediation(work)
        work.letter("escalation", taken_over=True)
        return
    given = {
        key: work.answer[key] for key in ("can_deliver", "earliest_start", "in_time", "explanation", "subcontractors")
    }
    answer = Answer(provider=case.owner_id, **given)
    possible = answer.possible(work.norm)
    case.taken_over, case.ground = False, work.answer["ground"]
    work.state(answer.statements(work.norm))
    work.letter("assessment_outcome", possible=possible)
    if possible:
        announce(work, "found", case.owner_id)
        work.close(Outcome.PLACED)
    else:
        open_mediation(work)
        work.letter("escalation", taken_over=False, ground=case.ground)
