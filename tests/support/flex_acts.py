"""The usual acts of the flex route, for a case of opdracht B at Jeugdhulp Noord, and the usual moments for them."""

from __future__ import annotations

from typing import Any

from acts import perform
from flexroute.clock import from_local
from models.store.database import Database
from tests.support.private import PRIVATE, TYPED
from tests.support.tries import Try

MONDAY = from_local("2026-03-02T14:00")  # the agenda of the next day is closed
FRIDAY = from_local("2026-03-06T13:00")  # the agendas for the next week are made

REFERRAL: dict[str, Any] = {
    "referral_route": "local_team",
    "opdracht": "B",
    "provider": "sys-noord",
    "received_on": "2026-03-02",
    "municipality": "0599",
    "private": PRIVATE,
}
WITHOUT_PRIVATE = {name: value for name, value in REFERRAL.items() if name != "private"}  # as an argument may hold it
NO = {"can_deliver": False, "explanation": TYPED}
CANNOT = {**NO, "ground": "demand_peak"}  # as the provider of the case must say it

REFERRED: Try = ("register_referral", "ref-lt", REFERRAL)
A_NO: Try = ("record_assessment", "sys-noord", CANNOT)
A_YES: Try = ("record_assessment", "sys-noord", {"can_deliver": True, "earliest_start": "2026-03-20"})
TO_TABLE: Try = ("decide_mediation", "tz-anna", {"outcome": "table", "reason": TYPED})
BACK: Try = ("decide_mediation", "tz-bram", {"outcome": "back_to_provider", "reason": TYPED})
NOBODY_CAN: Try = (
    "record_table_answers",
    "tz-anna",
    {"on": "2026-03-10", "answers": [{"provider": p, **NO} for p in ("sys-zuid", "sys-oost", "prest-west")]},
)
APPROVED: Try = ("decide_approval", "cm-bc", {"approved": True, "ground": "demand_peak", "motivation": TYPED})
REFUSED: Try = ("decide_approval", "cm-bc", {"approved": False, "motivation": TYPED})
FLEX_CAN: Try = (
    "record_flex_answer",
    "flex-anker",
    {"provider": "flex-anker", "accepts": True, "earliest_start": "2026-03-20"},
)
FLEX_CANNOT: Try = ("record_flex_answer", "tz-anna", {"provider": "flex-anker", "accepts": False})
HANDED_OVER: Try = ("record_handover", "sys-noord", {"on": "2026-03-10", "to": "flex-anker", "items": ["dossier"]})
UNABLE: Try = ("report_unable", "flex-anker", {"explanation": TYPED})
ALLOCATED: Try = (
    "record_allocation",
    "tz-anna",
    {"number": "1", "issued_by": "ref-lt", "delivered_by": "table", "on": "2026-03-10"},
)
STARTED: Try = ("record_start", "flex-anker", {"on": "2026-03-11"})
WITHDRAWN: Try = ("withdraw", "ref-lt", {"reason": TYPED})


def refer(database: Database, opdracht: str = "B", provider: str = "sys-noord") -> str:
    """A referral on Monday, recorded and not moved; answers with the reference of the case."""
    return perform(
        database,
        "register_referral",
        None,
        "ref-lt",
        {**REFERRAL, "opdracht": opdracht, "provider": provider},
        MONDAY,
    )
