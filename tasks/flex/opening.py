"""The case goes where the rules say: its place on an agenda, its rows, and the letters of the step to which it comes."""

from __future__ import annotations

from rules.flex.assessment import Offer
from rules.flex.procedure import before_start, may_start
from rules.flex.route import Outcome, Signal, Step
from rules.flex.settings import FlexSettings
from rules.flex.settling import Settled, at_mediation, on_agenda
from tasks.flex.work import CaseContext


def go(work: CaseContext, settled: Settled) -> None:
    """Do what the rules say of an answer."""
    match settled.to:
        case Step.TABLE:
            settled = settled.then(_planned(work, settled))
        case Step.MEDIATION:
            settled = settled.then(at_mediation(work.planner.has_table(work.facts, work.decided_at)))
        case Step.CLOSED:
            work.planner.remove(work.case)
            work.answered(None)
    work.apply(settled)
    if Signal.MANY_ROUNDS in settled.signals:
        work.letter("many_rounds")
    if settled.to:
        _ask(work, settled.to, settled.offer)


def _planned(work: CaseContext, settled: Settled) -> Settled:
    """The table and day on whose agenda the case is put now."""
    coming = settled.after(work.facts)
    meeting = work.planner.plan(work.case, coming, settled.table, work.decided_at)
    return on_agenda(coming, (meeting.table_id, meeting.on) if meeting else None)


def _ask(work: CaseContext, step: Step, offer: Offer | None) -> None:
    """Who must act hears what is asked."""
    case = work.case
    match step:
        case Step.PROVIDER_CHECK:
            assert case.due is not None  # noqa: S101
            work.letter("assessment_request", due=case.due)
        case Step.APPROVAL:
            work.letter("approval_request")
        case Step.FLEX_SEARCH:
            assert case.asked_id is not None  # noqa: S101
            work.ask(case.asked_id)
            work.letter("flex_request")
        case Step.HANDOVER:
            work.letter("handover_request", flex=case.accepted_id, offer=offer)
        case Step.ALLOCATION if not work.facts.allocated:
            work.letter("allocation_request", flex=case.accepted_id)
        case Step.ALLOCATION:
            announce_start(work)


def confirm(work: CaseContext) -> None:
    """The referrer hears that the referral came in, where the region confirms that (F-17)."""
    if work.region.settings_of(FlexSettings).confirm_referral:
        work.letter("referral_received", due=work.case.due)


def announce_start(work: CaseContext) -> None:
    """The flex provider hears that it may start, where the region announces that and nothing stands in the way any more (F-50)."""
    if not (work.region.settings_of(FlexSettings).announce_start_allowed and work.case.accepted_id):
        return
    if not any([may_start(work.facts), *before_start(work.facts)]):
        work.letter("start_allowed")


def placement(work: CaseContext, settled: Settled) -> None:
    """A system provider takes the case: it and the referrer hear it. An owner that takes its own case at the table knows."""
    provider, outcome = settled.other, settled.changes["outcome"]
    assert provider is not None  # noqa: S101
    if provider != work.case.owner_id or outcome is Outcome.SOLVED:
        work.letter("placement", provider, provider=provider, offer=settled.offer)
    work.letter("status_to_referrer", outcome=outcome, provider=provider)
