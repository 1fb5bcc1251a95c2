"""The access checks that the handover was completed, or that the care ended within its term (S-59, S-60)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from acts.engine.act import Act, Beginning
from acts.stop.subjects import CHILD, wrong_step
from rules.shared.refusal import Refused
from rules.shared.values import Values
from rules.stop.asked import OfChild
from rules.stop.gates import formal_file
from rules.stop.roles import access
from rules.stop.route import ChildStatus
from rules.stop.status import child_status


class SignOff(Values):
    """What the access checked."""

    what: Literal["handover", "finished"] = Field(title="wat is gecontroleerd")


_OF = {"handover": ChildStatus.TRANSFERRED, "finished": ChildStatus.FINISHED}


def _twice(asked: OfChild) -> bool:
    return asked.child.signed_off


def _begins(asked: OfChild) -> Beginning:
    """Which of both it is follows from how the care ended."""
    ended = [what for what, status in _OF.items() if child_status(asked.child) is status]
    return Beginning({"what": next(iter(ended), None)}, frozenset({"what"}))


def _other_end(asked: OfChild) -> Refused | None:
    other = isinstance(asked.values, SignOff) and child_status(asked.child) is not _OF[asked.values.what]
    return wrong_step(asked) if other else None


def _file(asked: OfChild) -> Refused | None:
    return formal_file(asked) if asked.values.what == "handover" else None


ACTS = (
    Act(
        "sign_off",
        SignOff,
        access,
        "de Toegang van de gemeente van de jeugdige",
        CHILD,
        twice=_twice,
        not_now=_other_end,
        value_gates=(_file,),
        begins=_begins,
    ),
)
