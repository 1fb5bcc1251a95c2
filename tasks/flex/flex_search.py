"""Step 9: a flex provider answered, or a subcontractor took its "no" back (F-36, F-37, F-40)."""

from datetime import date

from rules.flex.assessment import in_time
from rules.flex.route import Step
from tasks.flex.artifacts import show_candidates
from tasks.flex.lines import line
from tasks.flex.opening import open_flex_search, open_handover
from tasks.flex.work import CaseContext


@line(Step.FLEX_SEARCH, after=show_candidates)
def flex_search(work: CaseContext) -> None:
    """Yes and in time: the handover. No, or too late: the next one is asked; nobody left: loop L-2 (AMB-23)."""
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "withdraw_statement":
        work.withdraw_statement(work.decision.by, work.answer["subcontractor"])
        work.planner.touch_agenda_of(work.case)
        return
    flex, start = work.answer["provider"], work.answer["earliest_start"]
    day = start and date.fromisoformat(start)
    accepted = work.answer["accepts"] and in_time(day, work.answer["in_time"], work.norm)
    work.answered(accepted, start)
    if accepted:
        work.letter("flex_answer", flex=flex, accepted=True, to_re_offer=False, unable=False)
        open_handover(work, flex)
        return
    open_flex_search(work)
    to_re_offer = work.case.step == Step.RE_OFFER
    work.letter(
        "flex_answer",
        *([work.case.owner_id] if to_re_offer else []),
        flex=flex,
        accepted=False,
        to_re_offer=to_re_offer,
        unable=False,
    )
