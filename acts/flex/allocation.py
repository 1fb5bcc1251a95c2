"""The allocation arrives, at whatever step, and the procedure check runs; then the help starts (F-11, F-50, F-51, F-82, AMB-74)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlmodel import Session

from acts.engine.act import Act, Beginning
from acts.engine.allocation_number import is_of_this_youth
from acts.flex.case import CASE, not_before_referral
from models.flex.history import youth_of
from rules.flex.asked import OfCase
from rules.flex.procedure import ready_to_start
from rules.flex.roles import accepted_flex, owner_or_mediator
from rules.shared.refusal import invalid
from rules.shared.values import AllocationNumber, Line, Means, OrganisationId, PastDay, Values

DELIVERERS = ("provider", "table")  # beside every organisation and person of the region


class Allocation(Values):
    """Its number, who issued it, who handed it over (`provider` is the owner, `table`, or an id), and when."""

    number: AllocationNumber = Field(title="toewijzingsnummer")
    issued_by: OrganisationId = Field(title="afgegeven door")
    delivered_by: Annotated[Line, Means.NAMED] = Field(
        title="aangeleverd door", description="Van wie de flex-aanbieder de toewijzing kreeg.", examples=[*DELIVERERS]
    )
    on: PastDay = Field(title="dag van de toewijzing")


def _complete(asked: OfCase) -> None:
    known = {*DELIVERERS, *asked.region.organisation, *asked.region.person}
    if asked.values.delivered_by not in known:
        raise invalid("delivered_by", "kies de aanbieder zelf, de tafel, of een organisatie of persoon van deze regio")


def _fits(asked: OfCase) -> None:
    not_before_referral(asked.values.on, asked.case)
    issuer = asked.region.organisation[asked.values.issued_by]
    if issuer.referrer is None and issuer.municipality is None:
        raise invalid("issued_by", f"{issuer.name} is geen wettelijk verwijzer")


def _of_this_youth(session: Session, case: Any, asked: OfCase, _now: datetime) -> None:
    is_of_this_youth(session, case.municipality, asked.values.number, youth_of(case), asked.by, asked.region)


def _allocated(asked: OfCase) -> bool:
    return asked.case.allocated


def _begins(asked: OfCase) -> Beginning:
    """Who may issue one, and who may have delivered it."""
    everybody = asked.region.organisation.values()
    issuers = [one.id for one in everybody if one.referrer is not None or one.municipality is not None]
    return Beginning(among={"issued_by": issuers, "delivered_by": [*DELIVERERS, *asked.region.organisation]})


class Start(Values):
    """On which day the help starts at the flex provider; the case closes (F-50, AMB-26)."""

    on: PastDay = Field(title="eerste dag van de hulp")


def _after_referral(asked: OfCase) -> None:
    not_before_referral(asked.values.on, asked.case)


ACTS = (
    Act(
        "record_allocation",
        Allocation,
        owner_or_mediator,
        "de aanbieder die de verwijzing kreeg, of een zorgbemiddelaar",
        CASE,
        complete=_complete,
        twice=_allocated,
        fits=_fits,
        kept=_of_this_youth,
        begins=_begins,
    ),
    Act(
        "record_start",
        Start,
        accepted_flex,
        "de flex-aanbieder die ja heeft gezegd",
        CASE,
        gates=(ready_to_start,),
        value_gates=(_after_referral,),
    ),
)
