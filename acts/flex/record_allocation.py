"""The allocation arrives, at whatever step, and the flex provider's procedure check runs (F-11, F-50, F-51, F-82, AMB-74)."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from acts.engine.allocation_number import is_of_this_youth
from acts.flex.act import Act, not_before_referral
from models.store.allocation import Own
from rules.flex.facts import CaseFacts
from rules.flex.roles import owner_or_mediator
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.values import AllocationNumber, Given, OrganisationId, PastDay, Text


class Allocation(Given):
    """Its number, who issued it, who handed it over (`provider` is the owner, `table`, or an id), and when."""

    number: AllocationNumber
    issued_by: OrganisationId
    delivered_by: Text
    on: PastDay


def _complete(values: Allocation, _facts: CaseFacts, region: Region, _today: date) -> None:
    if values.delivered_by not in ("provider", "table") and values.delivered_by not in {
        **region.organisation,
        **region.person,
    }:
        raise invalid("delivered_by", "kies 'provider', 'table' of een organisatie of persoon van deze regio")


def _fits(values: Allocation, facts: CaseFacts, region: Region, _by: str, _today: date) -> None:
    not_before_referral(values.on, facts)
    issuer = region.organisation[values.issued_by]
    if issuer.referrer is None and issuer.municipality is None:
        raise invalid("issued_by", f"{issuer.name} is geen wettelijk verwijzer")


def _clashes(session: Session, case: Row[Any], values: Allocation, by: str, region: Region) -> None:
    is_of_this_youth(session, case.municipality, values.number, Own(case.id, case.stop_child_id), by, region)


def _again(_values: Allocation, facts: CaseFacts) -> bool:
    return facts.allocated


ACT = Act(
    "record_allocation",
    Allocation,
    owner_or_mediator,
    "de aanbieder die de verwijzing kreeg, of een zorgbemiddelaar",
    complete=_complete,
    fits=_fits,
    clashes=_clashes,
    again=_again,
)
