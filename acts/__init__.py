"""What a person can do, one file per act. `perform` is the one door to all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from acts import (
    call_flex_provider,
    change_meeting,
    decide_approval,
    decide_mediation,
    move_to_table,
    re_offer,
    record_allocation,
    record_assessment,
    record_flex_answer,
    record_handover,
    record_start,
    record_table_answers,
    register_referral,
    report_unable,
    take_over,
    withdraw,
    withdraw_statement,
)
from acts.act import Act, Unsettled, record
from acts.meeting_act import MeetingAct, record_meeting
from models.database import Database
from rules.refusal import Refused, invalid
from rules.values import Given

CASE_ACTS: dict[str, Act[Any]] = {
    module.ACT.name: module.ACT
    for module in (
        record_assessment,
        take_over,
        decide_mediation,
        move_to_table,
        record_table_answers,
        decide_approval,
        record_flex_answer,
        withdraw_statement,
        report_unable,
        re_offer,
        record_handover,
        record_allocation,
        record_start,
        withdraw,
    )
}
MEETING_ACTS: dict[str, MeetingAct[Any]] = {
    module.ACT.name: module.ACT for module in (call_flex_provider, change_meeting)
}
VALUES: dict[str, type[Given]] = {
    register_referral.NAME: register_referral.Referral,
    **{name: act.values for name, act in (CASE_ACTS | MEETING_ACTS).items()},
}
WHO: dict[str, str] = {register_referral.NAME: register_referral.WHO} | {
    name: act.who for name, act in (CASE_ACTS | MEETING_ACTS).items()
}

__all__ = ["CASE_ACTS", "MEETING_ACTS", "VALUES", "WHO", "Refused", "Unsettled", "perform"]


def perform(database: Database, name: str, case: str | None, by: str, given: Mapping[str, Any], now: datetime) -> str:
    """Check and record one act. Answers with the case reference (or the meeting) that now has news.

    Raises Refused with a code, or Unsettled when an earlier decision must be moved first. Nothing is half-done.
    """
    if name == register_referral.NAME:
        return register_referral.record_referral(database, by, given, now)
    if name in MEETING_ACTS:
        return record_meeting(database, MEETING_ACTS[name], by, given, now)
    if name not in CASE_ACTS:
        raise invalid("act", f"de handeling '{name}' bestaat niet; kies uit: {', '.join(VALUES)}")
    if not case:
        raise Refused("not_found", "Geef het kenmerk van de casus.", "case")
    return record(database, CASE_ACTS[name], case, by, given, now)
