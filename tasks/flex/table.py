"""Steps 5, 6 and 7: the table discussed the case, or it goes to another table (F-27 … F-33)."""

from rules.flex.assessment import Answer, first_that_can
from rules.flex.route import Outcome, Step
from tasks.flex.lines import line
from tasks.flex.opening import open_approval, open_table, place
from tasks.flex.work import CaseContext


@line(Step.TABLE)
def table(work: CaseContext) -> None:
    """One that can takes the case; nobody can: the contract manager; adjourned: the next meeting; moved: another table."""
    case = work.case
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "move_to_table":
        work.planner.remove(case)
        open_table(work, work.answer["table"])
        return
    if work.answer["adjourn"]:
        case.meeting_id = None  # it was on that agenda and stays there
        open_table(work, case.table_id)
        return
    answers = [Answer.model_validate(answer) for answer in work.answer["answers"]]
    for answer in answers:
        work.state(answer.statements(work.norm))
    taker = first_that_can(answers, work.norm)
    case.meeting_id = None
    if taker:
        place(work, taker, Outcome.PLACED)
    else:
        open_approval(work)
