"""What a person can do, one file per act. `perform` is the one door to all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from acts import stop as of_stop
from acts.engine.act import Unsettled
from acts.flex import (
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
from acts.flex.act import Act, record
from acts.flex.meeting_act import MeetingAct, record_meeting
from acts.stop.record import Answers, record_of_children, record_of_dossier
from models.stop.history import is_of_stop
from models.store.database import Database
from rules.shared.refusal import Refused, invalid
from rules.shared.values import Given

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

STOP_ACTS = tuple(of_stop.VALUES)  # three of them have the name of an act on a case as well; the reference tells which

__all__ = [
    "CASE_ACTS",
    "MEETING_ACTS",
    "STOP_ACTS",
    "VALUES",
    "WHO",
    "Answers",
    "Refused",
    "Unsettled",
    "perform",
    "perform_each",
]


def values_of(name: str, about: str | None) -> type[Given] | None:
    """The values that an act takes; `about`: the reference of the case, dossier or child. None: there is no such act."""
    return (of_stop.VALUES if is_of_stop(about) or name not in VALUES else VALUES).get(name)


def perform(database: Database, name: str, about: str | None, by: str, given: Mapping[str, Any], now: datetime) -> str:
    """Check and record one act. Answers with the reference of the case, dossier or child (or the meeting) that now has news.

    Raises Refused with a code, or Unsettled when an earlier decision must be moved first. Nothing is half-done.
    """
    if about and not about.isprintable():
        raise Refused("not_found", "Dit is geen kenmerk: er staat een teken in dat geen tekst is.", "case")
    if name == register_referral.NAME:
        return register_referral.record_referral(database, by, given, now)
    if name == of_stop.register_stop.NAME:
        return of_stop.register_stop.record_stop(database, by, given, now)
    if name in MEETING_ACTS:
        return record_meeting(database, MEETING_ACTS[name], by, given, now)
    if name not in VALUES and name not in STOP_ACTS:
        raise invalid("act", f"de handeling '{name}' bestaat niet; kies uit: {', '.join({**VALUES, **of_stop.VALUES})}")
    if not about:
        raise Refused("not_found", "Geef het kenmerk van de casus, het dossier of de jeugdige.", "case")
    if name not in VALUES and not is_of_stop(about):
        raise Refused(
            "not_found", f"{about} is geen kenmerk van een dossier of van een jeugdige daarin (ST-…).", "case"
        )
    if name in CASE_ACTS and not is_of_stop(about):
        return record(database, CASE_ACTS[name], about, by, given, now)
    if name in of_stop.RECORDS:
        return of_stop.RECORDS[name](database, about, by, given, now)
    if name in of_stop.DOSSIER_ACTS:
        return record_of_dossier(database, of_stop.DOSSIER_ACTS[name], about, by, given, now)
    if name not in of_stop.CHILD_ACTS:
        raise Refused("not_found", f"Er is geen casus met kenmerk {about}.", "case")
    if why_not := perform_each(database, name, [about], by, given, now)[about]:
        raise why_not
    return about


def perform_each(
    database: Database, name: str, children: Sequence[str], by: str, given: Mapping[str, Any], now: datetime
) -> Answers:
    """Check and record the same act for each of these children in dossiers; each gets an answer of its own.

    Raises Refused for an act that is not one on a child.
    """
    if name not in of_stop.CHILD_ACTS:
        raise invalid(
            "act", f"'{name}' gaat niet over jeugdigen in een dossier; kies uit: {', '.join(of_stop.CHILD_ACTS)}"
        )
    return record_of_children(database, of_stop.CHILD_ACTS[name], children, by, given, now)
