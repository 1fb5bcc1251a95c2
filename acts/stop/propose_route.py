"""The stopping provider proposes per child how it goes on: finish here, or move to another provider (S-31, S-43)."""

from dataclasses import replace

from acts.stop.act import ChildAct
from rules.shared.refusal import Refused, invalid
from rules.shared.repeating import says_the_same
from rules.shared.values import Day, Given, OrganisationId, Text, Truth
from rules.stop.asked import Asked
from rules.stop.facts import Proposal
from rules.stop.gates import continuation, contract, default_route, reason_missing
from rules.stop.roles import stopping
from rules.stop.route import Route


class Solution(Given):
    """Route 1 with an expected end, or route 2 with a receiver; who moves along with employees has a receiver too (S-27)."""

    route: Route
    receiving_provider: OrganisationId | None = None
    expected_end: Day | None = None
    moves_with_employees: Truth = False
    reason: Text | None = None

    @property
    def proposal(self) -> Proposal:
        """As the rules know it."""
        return Proposal(self.route, self.receiving_provider, self.moves_with_employees, self.expected_end)


def _fits(asked: Asked) -> None:
    values: Solution = asked.values
    moves = values.route == Route.TRANSFER or values.moves_with_employees
    if moves and values.receiving_provider is None:
        raise invalid("receiving_provider", "vul in welke aanbieder de zorg overneemt")
    if not moves and values.receiving_provider is not None:
        raise invalid("receiving_provider", "op route 1 rondt de stoppende aanbieder zelf af; laat dit veld leeg")
    if not moves and values.expected_end is None:
        raise invalid("expected_end", "vul in wanneer de zorg naar verwachting klaar is")
    if values.expected_end and values.expected_end < asked.child.registered_on:
        raise invalid("expected_end", f"deze dag ligt voor de aanmelddatum ({asked.child.registered_on:%d-%m-%Y})")


def _twice(asked: Asked) -> bool:
    """The proposal that waits says all the same, its reason too."""
    values = asked.values and asked.values.model_dump(mode="json")
    return asked.child.waiting is not None and says_the_same(asked.by, values, asked.said, asked.region)


def _seen(asked: Asked) -> Asked:
    return replace(asked, proposal=asked.values.proposal)


def _reason(asked: Asked) -> Refused | None:
    """Another route than the default needs one (AMB-44)."""
    if asked.values.route == default_route(asked.child) or asked.values.reason:
        return None
    return reason_missing("u wijkt af van de gewone route (herstelgericht: 1, duurzaam of na de termijn: 2)")


ACT = ChildAct(
    "propose_route",
    Solution,
    stopping,
    "de stoppende aanbieder",
    twice=_twice,
    fits=_fits,
    seen=_seen,
    gates=(contract, continuation, _reason),
)
