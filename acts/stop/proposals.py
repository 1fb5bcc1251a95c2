"""How each child goes on: proposed by the stopping provider, decided jointly with the child's own access (S-31, S-32, S-43, S-44).

The yes of the access to route 1 is the request of S-24.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from acts.engine.act import Act, Beginning
from acts.stop.subjects import CHILD, wrong_step
from rules.shared.refusal import Refused, invalid
from rules.shared.repeating import says_the_same
from rules.shared.values import Day, OrganisationId, Text, Truth, Values
from rules.stop.asked import OfChild
from rules.stop.facts import Proposal
from rules.stop.gates import continuation, contract, counts, default_route, reason_missing
from rules.stop.roles import access, stopping
from rules.stop.route import Route


class Solution(Values):
    """Route 1 with an expected end, or route 2 with a receiver; who moves along with employees has a receiver too (S-27)."""

    route: Route = Field(
        title="route",
        description="1: de stoppende aanbieder rondt de zorg af. 2: een andere aanbieder neemt de zorg over.",
    )
    receiving_provider: OrganisationId | None = Field(
        None, title="ontvangende aanbieder", description="Bij route 2, of als de jeugdige meegaat met medewerkers."
    )
    expected_end: Day | None = Field(None, title="verwacht einde van de zorg", description="Bij route 1.")
    moves_with_employees: Truth = Field(False, title="gaat mee met medewerkers")
    reason: Text | None = Field(None, title="reden", description="Vul in als u van de gewone route afwijkt.")

    @property
    def proposal(self) -> Proposal:
        """As the rules know it."""
        return Proposal(self.route, self.receiving_provider, self.moves_with_employees, self.expected_end)


def _fits(asked: OfChild) -> None:
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


def _waits_already(asked: OfChild) -> bool:
    """The proposal that waits says all the same, its reason too."""
    values = asked.values and asked.values.model_dump(mode="json")
    return asked.child.waiting is not None and says_the_same(asked.by, values, asked.said, asked.region)


def _proposed(asked: OfChild) -> OfChild:
    return replace(asked, proposal=asked.values.proposal if asked.values else None)


def _begins(asked: OfChild) -> Beginning:
    """The usual route (AMB-44), and who may take over: who has a contract and does not stop."""
    others = [one.id for one in asked.region.organisations if one.contracts and one.id != asked.dossier.provider]
    return Beginning({"route": default_route(asked.child)}, among={"receiving_provider": others})


def _another_route(asked: OfChild) -> Refused | None:
    """Another route than the default needs one (AMB-44)."""
    if asked.values.route == default_route(asked.child) or asked.values.reason:
        return None
    return reason_missing("u wijkt af van de gewone route (herstelgericht: 1, duurzaam of na de termijn: 2)", "S-43")


class RouteDecision(Values):
    """A no needs its reason."""

    agreed: Truth = Field(title="akkoord")
    reason: Text | None = Field(None, title="reden", description="Vul in als u niet akkoord gaat.")


def _decided(asked: OfChild) -> bool:
    return asked.child.proposed and asked.child.waiting is None


def _nothing_proposed(asked: OfChild) -> Refused | None:
    return None if asked.child.proposed else wrong_step(asked)


def _waiting(asked: OfChild) -> OfChild:
    return replace(asked, proposal=asked.child.waiting)


def _reason(asked: OfChild) -> Refused | None:
    return None if asked.values.agreed or asked.values.reason else reason_missing("waarom u niet akkoord gaat", "S-32")


ACTS = (
    Act(
        "propose_route",
        Solution,
        stopping,
        "de stoppende aanbieder",
        CHILD,
        twice=_waits_already,
        fits=_fits,
        seen=_proposed,
        gates=(contract, continuation),
        value_gates=(_another_route,),
        begins=_begins,
    ),
    Act(
        "decide_route",
        RouteDecision,
        access,
        "de Toegang van de gemeente van de jeugdige",
        CHILD,
        twice=_decided,
        not_now=_nothing_proposed,
        seen=_waiting,
        gates=(counts, contract, continuation),
        value_gates=(_reason,),
    ),
)
