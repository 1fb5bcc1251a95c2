"""The flex provider's check that the procedure was followed (F-50, F-51), and the gate before the start."""

from __future__ import annotations

from datetime import date

from rules.flex.asked import OfCase
from rules.flex.facts import CaseFacts
from rules.shared.process import Hook
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


def may_start(case: CaseFacts) -> Refused | None:
    """No start without a passed check, a warm handover and an allocation (F-39, F-50, AMB-26: gate 5)."""
    if case.procedure_check:
        return Refused(
            "procedure_check_failed",
            "De controle van de procedure is niet goed. Eerst moet de toewijzing opnieuw worden aangeleverd.",
        )
    if not case.handed_over:
        return Refused(
            "handover_missing", "De warme overdracht is nog niet vastgelegd. De hulp kan pas daarna starten."
        )
    if not case.allocated:
        return Refused("allocation_missing", "Er is nog geen toewijzing vastgelegd. De hulp kan pas daarna starten.")
    return None


# gates of other processes: what must be so there before the help starts, or before a case is withdrawn or given back
before_start: Hook[[CaseFacts], Refused | None] = Hook()
before_withdraw: Hook[[CaseFacts], Refused | None] = Hook()


def ready_to_start(asked: OfCase) -> Refused | None:
    """The procedure here first, then what other processes ask (F-50)."""
    return may_start(asked.case) or next(filter(None, before_start(asked.case)), None)


def not_started(asked: OfCase) -> Refused | None:
    """Before the start, also where another process has it (F-40, AMB-30)."""
    return next(filter(None, before_withdraw(asked.case)), None)
