"""Steps 5, 6 and 7: the table discussed the case, or it goes to another table (F-27 … F-33)."""

from rules.flex import settling
from rules.flex.route import Step
from tasks.flex.lines import line
from tasks.flex.opening import go, placement
from tasks.flex.work import CaseContext


@line(Step.TABLE)
def table(work: CaseContext) -> None:
    """A case that was discussed was on that agenda and stays there; one that is moved leaves it."""
    case = work.case
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "move_to_table":
        work.planner.remove(case)
        go(work, settling.to_table(work.answer["table"]))
        return
    settled = settling.record_table_answers(work.facts, work.answer, work.norm)
    case.meeting_id = None
    if settled.to is Step.CLOSED:
        placement(work, settled)
    go(work, settled)
