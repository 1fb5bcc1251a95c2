"""What people can do, by what it is about."""

from __future__ import annotations

from processes.flex import FLEX
from processes.stop import STOP

VALUES = {name: act.values for name, act in FLEX.acts.items()}
CASE_ACTS = {name: act for name, act in FLEX.acts.items() if act.kind}
MEETING_ACTS = {name: act for name, act in FLEX.acts.items() if not act.kind and not act.makes}
STOP_VALUES = {name: act.values for name, act in STOP.acts.items()}
OWN_WAY = ("register_stop", "add_child", "enter_flex_route")  # each of them makes something new
DOSSIER_ACTS = {
    name: act for name, act in STOP.acts.items() if act.kind and act.kind.label == "stop" and name not in OWN_WAY
}
CHILD_ACTS = {
    name: act for name, act in STOP.acts.items() if act.kind and act.kind.label == "child" and name not in OWN_WAY
}
