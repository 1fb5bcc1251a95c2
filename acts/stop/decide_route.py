"""The child's own access decides, jointly with the provider that proposed (S-32, S-44); its yes to route 1 is the request of S-24."""

from dataclasses import replace

from acts.stop.act import ChildAct
from rules.shared.refusal import Refused
from rules.shared.values import Given, Text, Truth
from rules.stop.asked import Asked
from rules.stop.gates import continuation, contract, counts, reason_missing
from rules.stop.roles import access


class RouteDecision(Given):
    """A no needs its reason."""

    agreed: Truth
    reason: Text | None = None


def _twice(asked: Asked) -> bool:
    return asked.child.proposed and asked.child.waiting is None


def _wrong(asked: Asked) -> bool:
    return not asked.child.proposed


def _seen(asked: Asked) -> Asked:
    return replace(asked, proposal=asked.child.waiting)


def _reason(asked: Asked) -> Refused | None:
    return None if asked.values.agreed or asked.values.reason else reason_missing("waarom u niet akkoord gaat")


ACT = ChildAct(
    "decide_route",
    RouteDecision,
    access,
    "de Toegang van de gemeente van de jeugdige",
    twice=_twice,
    wrong=_wrong,
    seen=_seen,
    gates=(counts, contract, continuation, _reason),
)
