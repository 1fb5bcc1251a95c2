"""What people can do about a provider that stops, one file per act. `perform` of the package above is the one door to them too."""

from __future__ import annotations

from typing import Any

from acts.bridges import enter_flex_route
from acts.stop import (
    accept_transfer,
    add_child,
    change_consultation,
    decide_route,
    explain_difference,
    finish_care,
    inform_family,
    plan_consultation,
    propose_route,
    record_allocation,
    record_consent,
    record_counts,
    record_duty,
    record_file,
    record_handover,
    record_start,
    register_stop,
    request_continuation,
    sign_off,
)
from acts.stop.act import ChildAct, DossierAct, StopAct
from rules.shared.values import Given

DOSSIER_ACTS: dict[str, DossierAct] = {
    module.ACT.name: module.ACT
    for module in (
        request_continuation,
        record_counts,
        explain_difference,
        plan_consultation,
        change_consultation,
        record_duty,
    )
}
CHILD_ACTS: dict[str, ChildAct] = {
    module.ACT.name: module.ACT
    for module in (
        propose_route,
        decide_route,
        inform_family,
        record_consent,
        record_handover,
        record_file,
        accept_transfer,
        record_allocation,
        record_start,
        finish_care,
        sign_off,
    )
}
RECORDS = {  # those that make something new, each with a way of its own to record it
    add_child.ACT.name: add_child.record_child,
    enter_flex_route.ACT.name: enter_flex_route.record_entry,
}
_MADE: tuple[StopAct[Any], ...] = (add_child.ACT, enter_flex_route.ACT)
_ALL: dict[str, StopAct[Any]] = {act.name: act for act in _MADE} | DOSSIER_ACTS | CHILD_ACTS
VALUES: dict[str, type[Given]] = {
    register_stop.NAME: register_stop.Stop,
    **{name: act.values for name, act in _ALL.items()},
}
WHO: dict[str, str] = {register_stop.NAME: register_stop.WHO} | {name: act.who for name, act in _ALL.items()}
