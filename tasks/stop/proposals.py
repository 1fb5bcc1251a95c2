"""A route per child: proposed by the provider, decided jointly with the child's own access (S-31, S-32, S-43, S-44)."""

from typing import Any

from models.stop.dossier import as_proposal
from rules.stop.facts import Proposal
from rules.stop.gates import counts_agree
from rules.stop.route import Category, StopSignal
from rules.stop.settings import StopSettings
from rules.stop.terms import at_risk, ends_by_of
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("proposals")
def proposals(work: ChildContext) -> None:
    """A proposal waits for the access; its yes makes the route, its no leaves what was agreed as it was."""
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "propose_route":
        _propose(work)
    elif work.answer["agreed"]:
        _agree(work)
    else:
        _refuse(work)


def _propose(work: ChildContext) -> None:
    child = work.child
    proposal = as_proposal(work.answer)
    last = ends_by_of(work.before, proposal, work.facts, work.region.settings_of(StopSettings))
    risk = at_risk(proposal.expected_end, last)
    child.waiting, child.proposed, child.refused = _kept(work.answer), True, False
    if risk:
        work.signal(StopSignal.TERM_AT_RISK)
    work.letter_of_child(
        "route_proposal",
        **_about(proposal),
        expected_end=work.answer["expected_end"],
        at_risk=risk,
        replaces=child.route is not None,
        counts_open=not counts_agree(work.facts),
        ends_by=last,
    )


def _kept(answer: dict[str, Any]) -> dict[str, Any]:
    """Without the reason: that is typed, and stays with the decision."""
    return {key: value for key, value in answer.items() if key != "reason"}


def _about(proposal: Proposal) -> dict[str, Any]:
    return {"route": int(proposal.route), "receiver": proposal.receiver, "moves_along": proposal.moves_along}


def _agree(work: ChildContext) -> None:
    """The route is agreed; what followed the one before begins afresh. For route 1 the letter says that the contract binds (S-26)."""
    child, before = work.child, work.before
    proposal = as_proposal(child.waiting or {})
    child.waiting = None
    child.route, child.receiver_id = int(proposal.route), proposal.receiver
    child.moves_along, child.expected_end = proposal.moves_along, proposal.expected_end
    child.agreed_on = work.decided_on
    child.informed_on = child.consent = child.handed_over_on = None
    child.accepted_on = child.taken_over_as_registered_on = None
    child.allocation_number = child.allocated_on = None
    child.handover_file, child.messages = [], []
    work.letter_of_child("route_decision", agreed=True)
    if proposal.receiver:
        waiting = child.category == Category.PRE_TRAJECTORY
        work.letter_of_child("transfer_request", waiting=waiting, registered_on=child.registered_on)
    if before.receiver and before.receiver != proposal.receiver:
        work.letter_of_child("transfer_withdrawn", receiver=before.receiver)


def _refuse(work: ChildContext) -> None:
    """Without an agreed route the child stays where it is until there is another proposal (AMB-44)."""
    proposal = as_proposal(work.child.waiting or {})
    work.child.waiting, work.child.refused = None, True
    work.letter_of_child("route_decision", **_about(proposal), agreed=False)
