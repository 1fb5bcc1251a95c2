"""Route 2, step by step: consent, warm handover, file, acceptance, allocation and start at the receiver (S-27 … S-30, S-46 … S-57)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator
from sqlmodel import Session

from acts.engine.act import Act, Beginning
from acts.engine.allocation_number import is_of_this_youth
from acts.stop.subjects import CHILD, of_receiver
from models.stop.dossier import StopChild
from models.stop.history import youth_of
from rules.shared.refusal import Refused
from rules.shared.values import AllocationNumber, EarlierDay, Line, PastDay, Text, Truth, Values, WrongField
from rules.stop.asked import OfChild
from rules.stop.gates import (
    acceptance,
    allocation,
    consent,
    contract,
    decision,
    flex_route,
    handover,
    handover_file,
    informed,
    reason_missing,
)
from rules.stop.roles import access, receiver, stopping
from rules.stop.route import FILE_ITEMS, Message


class Consent(Values):
    """Whether the child or its parents agree that its information goes along; the last answer counts (gate 9, S-50, AMB-49)."""

    given: Truth = Field(title="toestemming")
    on: PastDay = Field(title="dag van het antwoord")


def _same_as_before(asked: OfChild) -> bool:
    return isinstance(asked.values, Consent) and asked.child.consent is asked.values.given


class Handover(Values):
    """When the handover took place: a transfer is always a warm one (S-12, S-46)."""

    on: PastDay = Field(title="dag van de overdracht")


def _handed_over(asked: OfChild) -> bool:
    return asked.child.handed_over


Item = Annotated[Line, StringConstraints(max_length=80)]


class Part(Values):
    """What of the file was handed over, and when: family_plan, minutes_running_indication, future_indication, or more (S-48).

    In parts if need be: before the start to accept on, after it complete and current (S-47 … S-50).
    """

    on: PastDay = Field(title="dag van de overdracht")
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=50, examples=[*FILE_ITEMS])] = Field(
        title="delen van het dossier"
    )


class Acceptance(Values):
    """The receiver accepts, after it checked the file and the order of informing (gate 7, S-33, S-34, S-55, S-56).

    With the original registration date, unless it says why not (AMB-47, AMB-48).
    """

    registered_on: EarlierDay | None = Field(None, title="aanmelddatum")
    reason: Text | None = Field(
        None,
        title="reden",
        description="Vul in bij een andere aanmelddatum, of als het gezin te vroeg is geïnformeerd.",
    )


def _as_registered(asked: OfChild) -> Beginning:
    """With the original registration date, unless somebody says otherwise (S-33)."""
    return Beginning({"registered_on": asked.child.registered_on.isoformat()})


def _accepted(asked: OfChild) -> bool:
    return asked.child.accepted_on is not None


def _reason(asked: OfChild) -> Refused | None:
    if asked.values.reason:
        return None
    if asked.values.registered_on not in (None, asked.child.registered_on):
        return reason_missing("de aanmelddatum wordt een andere", "S-33")
    early = asked.child.told_too_early
    return reason_missing("het gezin is te vroeg geïnformeerd", "S-56") if early else None


class Allocation(Values):
    """The number of the allocation with the day on which the receiver has it, messages that were exchanged, or both.

    In parts if need be; no message is sent from here (S-28, S-32, S-57).
    """

    number: AllocationNumber | None = Field(None, title="toewijzingsnummer")
    on: PastDay | None = Field(None, title="dag van de toewijzing")
    messages: tuple[Message, ...] = Field((), title="berichten")

    @model_validator(mode="after")
    def _says_something(self) -> Allocation:
        if (self.number is None) != (self.on is None):
            raise WrongField("on" if self.on is None else "number", "vul bij een toewijzing nummer én dag in")
        if self.number is None and not self.messages:
            raise ValueError("vul het nummer en de dag van een toewijzing in, of welke berichten er zijn uitgewisseld")
        return self


def _allocated(asked: OfChild) -> bool:
    return asked.given.get("number") is not None and asked.child.allocation_number is not None


def _of_this_youth(session: Session, child: StopChild, asked: OfChild, _now: datetime) -> None:
    if number := asked.values.number:
        is_of_this_youth(session, child.municipality, number, youth_of(child), asked.by, asked.region)


class Start(Values):
    """The first day of care at the receiver, which from then on holds the child (gate 7, S-11, S-57, AMB-42)."""

    on: PastDay = Field(title="eerste dag van de zorg")


def _started(asked: OfChild) -> bool:
    return asked.child.started_on is not None


def _of_that_day(asked: OfChild) -> OfChild:
    return replace(of_receiver(asked), on=asked.values.on if asked.values else None)


STOPPING, RECEIVING = "de stoppende aanbieder", "de ontvangende aanbieder"
ACTS = (
    Act("record_consent", Consent, stopping, STOPPING, CHILD, twice=_same_as_before, gates=(decision, informed)),
    Act(
        "record_handover",
        Handover,
        stopping,
        STOPPING,
        CHILD,
        twice=_handed_over,
        gates=(decision, informed, consent),
    ),
    Act("record_file", Part, stopping, STOPPING, CHILD, gates=(decision, informed, consent)),
    Act(
        "accept_transfer",
        Acceptance,
        receiver,
        RECEIVING,
        CHILD,
        twice=_accepted,
        seen=of_receiver,
        begins=_as_registered,
        gates=(contract, decision, informed, consent, handover, handover_file),
        value_gates=(_reason,),
    ),
    Act(
        "record_allocation",
        Allocation,
        access,
        "de Toegang van de gemeente van de jeugdige",
        CHILD,
        twice=_allocated,
        kept=_of_this_youth,
        single=("number",),
        gates=(decision,),
    ),
    Act(
        "record_start",
        Start,
        receiver,
        RECEIVING,
        CHILD,
        twice=_started,
        seen=_of_that_day,
        gates=(contract, decision, informed, consent, handover, handover_file, acceptance, allocation, flex_route),
    ),
)
