"""A route per child: proposed by the provider, decided jointly with the child's own access (S-31, S-32, S-43, S-44)."""

from typing import Any

from models.stop.dossier import as_proposal
from rules.stop import settling
from rules.stop.facts import Proposal
from rules.stop.gates import counts_agree
from rules.stop.route import Category, StopSignal
from rules.stop.settings import StopSettings
from rules.stop.terms import ends_by_of
from tasks.stop.settle import child_line
from tasks.stop.work import ChildContext


@child_line("proposals")
def proposals(work: ChildContext) -> None:
    """A proposal is told to the access, its yes or no to the provider, and a yes to whoever takes over."""
    assert work.decision is not None  # noqa: S101
    if work.decision.act == "propose_route":
        _propose(work)
        return
    proposal, agreed = work.before.waiting, work.answer["agreed"]
    assert proposal is not None  # noqa: S101 - the act looked
    work.apply(settling.decide_route(work.before, agreed, work.decided_on))
    if agreed:
        _tell_yes(work)
    else:
        work.letter_of_child("route_decision", **_about(proposal), agreed=False)


def _propose(work: ChildContext) -> None:
    child, settings = work.child, work.region.settings_of(StopSettings)
    proposal = as_proposal(work.answer)
    settled = settling.propose_route(work.before, proposal, work.facts, settings)
    work.apply(settled)
    work.letter_of_child(
        "route_proposal",
        **_about(proposal),
        expected_end=work.answer["expected_end"],
        at_risk=StopSignal.TERM_AT_RISK in settled.signals,
        replaces=child.route is not None,
        counts_open=not counts_agree(work.facts),
        ends_by=ends_by_of(work.before, proposal, work.facts, settings),
    )


def _about(proposal: Proposal) -> dict[str, Any]:
    return {"route": int(proposal.route), "receiver": proposal.receiver, "moves_along": proposal.moves_along}


def _tell_yes(work: ChildContext) -> None:
    """For route 1 the letter says that the contract binds (S-26)."""
    child, before = work.child, work.before
    work.letter_of_child("route_decision", agreed=True)
    if child.receiver_id:
        waiting = child.category == Category.PRE_TRAJECTORY
        work.letter_of_child("transfer_request", waiting=waiting, registered_on=child.registered_on)
    if before.receiver and before.receiver != child.receiver_id:
        work.letter_of_child("transfer_withdrawn", receiver=before.receiver)
