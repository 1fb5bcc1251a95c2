"""What people can do about a provider that stops, one file per act. `perform` of the package above is the one door to them too."""

from __future__ import annotations

from typing import Any

from acts.stop import (
    accept_transfer,
    add_child,
    decide_route,
    explain_difference,
    finish_care,
    inform_family,
    propose_route,
    record_allocation,
    record_consent,
    record_counts,
    record_file,
    record_handover,
    record_start,
    register_stop,
    request_continuation,
    sign_off,
)
from acts.stop.act import ChildAct, DossierAct
from rules.values import Given

DOSSIER_ACTS: dict[str, DossierAct] = {
    module.ACT.name: module.ACT for module in (request_continuation, record_counts, explain_difference)
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
_ALL: dict[str, Any] = {add_child.ACT.name: add_child.ACT, **DOSSIER_ACTS, **CHILD_ACTS}
VALUES: dict[str, type[Given]] = {
    register_stop.NAME: register_stop.Stop,
    **{name: act.values for name, act in _ALL.items()},
}
WHO: dict[str, str] = {register_stop.NAME: register_stop.WHO} | {name: act.who for name, act in _ALL.items()}
