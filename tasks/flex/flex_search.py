"""Step 9: a flex provider answered, or a subcontractor took its "no" back (F-36, F-37, F-40)."""

from rules.flex import settling
from rules.flex.route import Step
from tasks.flex.artifacts import show_candidates
from tasks.flex.lines import line
from tasks.flex.opening import go
from tasks.flex.work import CaseContext


@line(Step.FLEX_SEARCH, after=show_candidates)
def flex_search(work: CaseContext) -> None:
    """Team Zorgbemiddeling hears each answer; the owner too when it must offer the case again."""
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "withdraw_statement":
        work.withdraw_statement(work.decision.by, work.answer["subcontractor"])
        work.planner.touch_agenda_of(work.case)
        return
    flex = work.answer["provider"]
    settled = settling.record_flex_answer(work.facts, work.answer, work.norm, work.region, work.today)
    accepted = settled.to is Step.HANDOVER
    work.answered(accepted, work.answer["earliest_start"])
    if accepted:
        work.letter("flex_answer", flex=flex, accepted=True, to_re_offer=False, unable=False, offer=settled.offer)
        go(work, settled)
        return
    go(work, settled)
    to_re_offer = work.case.step == Step.RE_OFFER
    work.letter(
        "flex_answer",
        *([work.case.owner_id] if to_re_offer else []),
        flex=flex,
        accepted=False,
        to_re_offer=to_re_offer,
        unable=False,
        offer=settled.offer,
    )
