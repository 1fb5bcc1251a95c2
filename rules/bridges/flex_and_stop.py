"""A child of a stopping provider that is a case in the flex route: which of the two goes first (docs/decisions/0011)."""

from __future__ import annotations

from rules.flex.facts import CaseFacts
from rules.flex.procedure import before_start, before_withdraw
from rules.shared.refusal import Refused


@before_start.add
def dossier_first(case: CaseFacts) -> Refused | None:
    """A child of a stopping provider starts in its dossier first: one provider holds it (S-11)."""
    child = case.from_stop
    if child is None or child.started_at == case.accepted:
        return None
    if child.open:
        why = f"Deze jeugdige komt van een aanbieder die stopt. Leg de start eerst vast bij {child.child}, en dan hier."
    else:
        why = f"Deze jeugdige is al op een andere manier geholpen ({child.child}). Trek deze casus in."
    return Refused("route_not_followed", why, requirement="S-11")


@before_withdraw.add
def not_started(case: CaseFacts) -> Refused | None:
    """After the start in the dossier only the start is left here (S-11, AMB-30)."""
    child = case.from_stop
    if child and child.started_at and child.started_at == case.accepted:
        why = f"De hulp is al gestart ({child.child}). Leg de start nu ook hier vast."
        return Refused("wrong_step", why, requirement="S-11")
    return None
