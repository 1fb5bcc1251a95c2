"""No contracted provider can take a child in time: it enters the flex route as a case, linked both ways (F-13, F-17, S-11).

The stopping provider goes on holding the child. A flex provider that accepts it there may then be its receiver here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import select

from acts.engine.act import Unsettled
from acts.flex.register_referral import Referral, Request, direct_flex, judged, open_case
from acts.stop.act import ChildAct, check
from acts.stop.record import hold, keep, not_found
from flexroute.clock import local_date
from models.stop import history as dossiers
from models.stop.dossier import StopChild
from models.store.database import Database
from models.store.youth import Youth
from rules.shared.refusal import Refused, invalid
from rules.shared.roles import is_referrer
from rules.shared.values import OrganisationId, Text
from rules.stop.asked import Asked
from rules.stop.gates import reason_missing
from rules.stop.roles import access_or_mediator


class Entry(Request):
    """What the flex route needs beside what the dossier knows; `provider` is the system provider asked first (F-01)."""

    referrer: OrganisationId
    reason: Text | None = None


def _twice(asked: Asked) -> bool:
    return asked.child.in_flex_route


def _fits(asked: Asked) -> None:
    values: Entry = asked.values
    if not is_referrer(values.referrer, asked.region):
        raise invalid("referrer", "vul in welke verwijzer verwijst")
    if values.provider == asked.dossier.provider:
        raise invalid("provider", "kies een andere aanbieder dan die stopt")
    if not asked.region.organisation[values.provider].is_system_provider(asked.today):
        if asked.region.is_flex_only(values.provider, values.opdracht, asked.today):
            raise direct_flex()
        raise invalid("provider", f"{asked.region.name_of(values.provider)} is geen systeem- of prestatieaanbieder")
    judged(asked.values.opdracht, asked.region)


def _reason(asked: Asked) -> Refused | None:
    """Why nobody with a contract can take the child in time."""
    return None if asked.values.reason else reason_missing("waarom geen gecontracteerde aanbieder op tijd kan")


ACT = ChildAct(
    "enter_flex_route",
    Entry,
    access_or_mediator,
    "de Toegang van de gemeente van de jeugdige, of een zorgbemiddelaar",
    twice=_twice,
    fits=_fits,
    gates=(_reason,),
)


def record_entry(database: Database, reference: str, by: str, given: Mapping[str, Any], now: datetime) -> str:
    """Open a case for this child; answers with the child's reference. Raises Refused or Unsettled."""
    with database.writing() as session:
        region, _, facts = hold(session, dossiers.dossier_of(reference))
        child = session.exec(select(StopChild).where(StopChild.reference == reference)).first()
        if child is None:
            raise not_found(reference)
        if dossiers.with_news(session, [child]):
            raise Unsettled(reference)
        for case in dossiers.hold_cases(session, [child]).values():
            raise Unsettled(case)
        known = dossiers.facts_of_children(session, [child])[child.id or 0]
        asked = check(ACT, Asked(region, facts, by, local_date(now), given, child=known))
        youth = session.exec(select(Youth).where(Youth.child_id == child.id)).first()
        referral = _referral(asked, youth.data if youth else {})
        open_case(session, region, referral, asked.values.referrer, by, now, child.id)
        keep(session, ACT.name, by, now, asked.values, child=child)
    return reference


def _referral(asked: Asked, private: dict[str, Any]) -> Referral:
    """The request with what the dossier knows of the child; the provider's week begins today (F-21)."""
    return Referral(
        **asked.values.model_dump(exclude={"reason"}),
        received_on=asked.today,
        municipality=asked.child.municipality,
        care_form=asked.child.care_form,
        private=private,
    )
