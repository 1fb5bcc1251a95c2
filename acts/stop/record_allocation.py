"""The access registers the allocation and the messages around it, in parts if need be; none is sent from here (S-28, S-32, S-57)."""

from pydantic import model_validator
from sqlmodel import Session

from acts.engine.allocation_number import is_of_this_youth
from acts.stop.act import ChildAct
from models.stop.dossier import StopChild
from models.store.allocation import Own
from rules.shared.values import AllocationNumber, Given, PastDay
from rules.stop.asked import Asked
from rules.stop.gates import decision
from rules.stop.roles import access
from rules.stop.route import Message


class Allocation(Given):
    """Its number with the day on which the receiver has it, messages that were exchanged, or both."""

    number: AllocationNumber | None = None
    on: PastDay | None = None
    messages: tuple[Message, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> "Allocation":
        if (self.number is None) != (self.on is None):
            raise ValueError("vul bij een toewijzing nummer én dag in (number, on)")
        if self.number is None and not self.messages:
            raise ValueError("vul een toewijzing in (number, on), of berichten (messages)")
        return self


def _twice(asked: Asked) -> bool:
    return asked.given.get("number") is not None and asked.child.allocation_number is not None


def _clashes(session: Session, child: StopChild, asked: Asked) -> None:
    if number := asked.values.number:
        is_of_this_youth(session, child.municipality, number, Own(child=child.id), asked.by, asked.region)


ACT = ChildAct(
    "record_allocation",
    Allocation,
    access,
    "de Toegang van de gemeente van de jeugdige",
    twice=_twice,
    clashes=_clashes,
    single="number",
    gates=(decision,),
)
