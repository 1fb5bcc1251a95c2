"""What happens when a case comes to a step: who must act, by when, and which letters go out."""

from __future__ import annotations

from datetime import date

from rules.flex import matching, terms
from rules.flex.route import Outcome, Signal, Step
from tasks.flex.work import CaseContext, announce


def open_provider_check(work: CaseContext, start: date) -> None:
    """Step 2: the provider has one week (F-21)."""
    work.open(Step.PROVIDER_CHECK)
    work.case.due = terms.assessment_due(start, work.region)
    work.letter("assessment_request", due=work.case.due)


def open_mediation(work: CaseContext) -> None:
    """Step 4: Team Zorgbemiddeling decides; it is told where no table has the opdracht (F-25, AMB-11)."""
    work.open(Step.MEDIATION)
    if not work.planner.has_table(work.facts, work.decided_at):
        work.signal(Signal.NO_TABLE)


def open_table(work: CaseContext, table_id: str | None) -> None:
    """Steps 5–7: on the first agenda that is still open; back to Team Zorgbemiddeling when no table is left (F-26, AMB-28)."""
    meeting = work.planner.plan(work.case, work.facts, table_id, work.decided_at)
    if meeting is None:
        open_mediation(work)
        return
    work.open(Step.TABLE)
    work.meets_on = meeting.on
    at_risk(work, meeting.on)


def at_risk(work: CaseContext, on: date) -> None:
    """Planned after its treeknorm date: somebody should look (F-31)."""
    if work.case.treeknorm_date is not None and on > work.case.treeknorm_date:
        work.signal(Signal.TREEKNORM_AT_RISK)


def open_approval(work: CaseContext) -> None:
    """Step 8: only after every provider at the table said no in this round (F-33, gate 2)."""
    work.case.assessed_round = work.case.round
    work.open(Step.APPROVAL)
    work.letter("approval_request")


def open_flex_search(work: CaseContext) -> None:
    """Step 9: the next flex provider is asked, one at a time; nobody left brings the case to loop L-2 (F-36, F-37, AMB-23)."""
    flex = matching.next_to_ask(work.region, work.facts, work.today)
    if flex is None:
        open_re_offer(work)
        return
    work.open(Step.FLEX_SEARCH)
    work.ask(flex)
    work.letter("flex_request")


def open_re_offer(work: CaseContext) -> None:
    """Loop L-2: the owner must offer the case again; what was agreed with a flex provider lapses (F-40)."""
    case = work.case
    if case.accepted_id:
        announce(work, "lost", case.accepted_id)
    case.accepted_id = case.handed_over_on = case.allocation_number = case.procedure_check = None
    work.open(Step.RE_OFFER)


def open_handover(work: CaseContext, flex: str) -> None:
    """Step 10: the owner hands over warmly to the flex provider (F-39)."""
    work.case.accepted_id = flex
    work.open(Step.HANDOVER)
    work.letter("handover_request", flex=flex)
    announce(work, "found", flex)


def open_allocation(work: CaseContext) -> None:
    """The referrer is asked for the allocation, unless it is there already (F-11, F-50)."""
    work.open(Step.ALLOCATION)
    if not work.facts.allocated:
        work.letter("allocation_request", flex=work.case.accepted_id)


def place(work: CaseContext, provider: str, outcome: Outcome) -> None:
    """A system provider takes the case; the flex route ends (F-32, F-64). An owner that takes its own case at the table knows."""
    if provider != work.case.owner_id or outcome is Outcome.SOLVED:
        work.letter("placement", provider, provider=provider)
    work.letter("status_to_referrer", outcome=outcome, provider=provider)
    announce(work, "found", provider)
    work.close(outcome)
