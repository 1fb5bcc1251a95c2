"""The flex provider's check that the procedure was followed (F-50, F-51), and the gate before the start."""

from __future__ import annotations

from datetime import date

from rules.flex.facts import CaseFacts
from rules.shared.refusal import Refused
from rules.shared.region import Region

NO_TABLE_ASSESSMENT = "no_table_assessment"
NO_APPROVAL = "no_approval"
WRONG_DELIVERER = "wrong_deliverer"


def may_deliver(delivered_by: str, owner: str, region: Region, on: date) -> bool:
    """Only a system or performance provider, or the table, may hand the allocation over (F-51, AMB-16, AMB-17)."""
    if delivered_by in ("provider", "table", owner):
        return True
    organisation = region.organisation.get(delivered_by)
    return organisation is not None and organisation.is_system_provider(on)


def procedure_check(facts: CaseFacts, delivered_by: str, on: date, region: Region) -> tuple[str, ...]:
    """The codes of what is missing; empty when the procedure was followed (F-11, F-50, F-51)."""
    failing = []
    if not facts.table_assessed:
        failing.append(NO_TABLE_ASSESSMENT)
    if not facts.approved:
        failing.append(NO_APPROVAL)
    if not may_deliver(delivered_by, facts.owner, region, on):
        failing.append(WRONG_DELIVERER)
    return tuple(failing)


def dossier_first(facts: CaseFacts) -> None:
    """A child of a stopping provider starts in its dossier first: one provider holds it (S-11, docs/decisions/0011). Raises Refused."""
    child = facts.from_stop
    if child is None or child.started_at == facts.accepted:
        return
    if child.open:
        why = f"Deze jeugdige komt van een aanbieder die stopt. Leg de start eerst vast bij {child.child}, en dan hier."
    else:
        why = f"Deze jeugdige is al op een andere manier geholpen ({child.child}). Trek deze casus in."
    raise Refused("route_not_followed", why)


def not_started(facts: CaseFacts) -> None:
    """Before the start, also that in the dossier, after which only the start is left here (F-40, S-11, AMB-30). Raises Refused."""
    child = facts.from_stop
    if child and child.started_at and child.started_at == facts.accepted:
        raise Refused("wrong_step", f"De hulp is al gestart ({child.child}). Leg de start nu ook hier vast.")


def may_start(facts: CaseFacts) -> None:
    """No start without a passed check, a warm handover and an allocation (F-39, F-50, AMB-26: gate 5). Raises Refused."""
    if facts.procedure_check:
        raise Refused(
            "procedure_check_failed",
            "De controle van de procedure is niet goed. Eerst moet de toewijzing opnieuw worden aangeleverd.",
        )
    if not facts.handed_over:
        raise Refused("handover_missing", "De warme overdracht is nog niet vastgelegd. De hulp kan pas daarna starten.")
    if not facts.allocated:
        raise Refused("allocation_missing", "Er is nog geen toewijzing vastgelegd. De hulp kan pas daarna starten.")
