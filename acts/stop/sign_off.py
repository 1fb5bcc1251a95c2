"""The access checks that the handover was completed, or that the care ended within its term (S-59, S-60)."""

from typing import Literal

from acts.stop.act import ChildAct
from rules.shared.refusal import Refused
from rules.shared.values import Given
from rules.stop.asked import Asked
from rules.stop.gates import formal_file
from rules.stop.roles import access
from rules.stop.route import ChildStatus
from rules.stop.status import child_status


class SignOff(Given):
    """What the access checked."""

    what: Literal["handover", "finished"]


_OF = {"handover": ChildStatus.TRANSFERRED, "finished": ChildStatus.FINISHED}


def _twice(asked: Asked) -> bool:
    return asked.child.signed_off


def _wrong(asked: Asked) -> bool:
    return isinstance(asked.values, SignOff) and child_status(asked.child) is not _OF[asked.values.what]


def _file(asked: Asked) -> Refused | None:
    return formal_file(asked) if asked.values.what == "handover" else None


ACT = ChildAct(
    "sign_off",
    SignOff,
    access,
    "de Toegang van de gemeente van de jeugdige",
    twice=_twice,
    wrong=_wrong,
    gates=(_file,),
)
