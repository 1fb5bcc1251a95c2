"""No contracted provider can take a child in time: it enters the flex route as a case, linked both ways (F-13, F-17, S-11).

The stopping provider goes on holding the child. A flex provider that accepts it there may then be its receiver here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlmodel import Session, col, select

from acts.engine.act import Act, check
from acts.engine.record import decision, keep
from acts.flex.doubts import about_opdracht
from acts.flex.referral import Referral, Request, direct_flex, judged, open_case
from acts.stop.subjects import CHILD, hold_children, not_found
from models.flex.case import Case
from models.stop.dossier import StopChild
from models.store.database import Database
from models.store.youth import Youth
from rules.flex.route import Step
from rules.shared.refusal import Refused, invalid
from rules.shared.roles import is_referrer
from rules.shared.values import OrganisationId, Text
from rules.stop.asked import OfChild
from rules.stop.gates import reason_missing
from rules.stop.roles import access_or_mediator


class Entry(Request):
    """What the flex route needs beside what the dossier knows; `provider` is the system provider asked first (F-01)."""

    referrer: OrganisationId = Field(title="verwijzer")
    reason: Text | None = Field(None, title="reden")


def _twice(asked: OfChild) -> bool:
    return asked.child.in_flex_route


def _fits(asked: OfChild) -> None:
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


def _reason(asked: OfChild) -> Refused | None:
    """Why nobody with a contract can take the child in time."""
    if asked.values.reason:
        return None
    return reason_missing("waarom geen gecontracteerde aanbieder op tijd kan", "S-11")


def record_entry(
    act: Act[OfChild],
    database: Database,
    reference: str | None,
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None,
) -> str:
    """Open a case for this child; answers with the child's reference. Raises Refused or Unsettled."""
    about = reference or ""
    with database.writing() as session:
        held = hold_children(session, [about], act, by, given, now).get(about) or not_found(about)
        if isinstance(held, Exception):
            raise held
        asked = check(act, replace(held.asked, said=None, person=person))  # a child may enter again as it did before
        youth = session.exec(select(Youth).where(Youth.child_id == held.row.id)).first()
        referral = _referral(asked, youth.data if youth else {})
        open_case(session, asked, referral, asked.values.referrer, now, held.row.id)
        keep(session, (asked, decision(act, asked, now, held.row)))
    return about


def _referral(asked: OfChild, private: dict[str, Any]) -> Referral:
    """The request with what the dossier knows of the child; the provider's week begins today (F-21)."""
    return Referral(
        **asked.values.model_dump(exclude={"reason"}),
        received_on=asked.today,
        municipality=asked.child.municipality,
        care_form=asked.child.care_form,
        private=private,
    )


def _entered(session: Session, children: Sequence[str]) -> list[str]:
    """The cases with which these children have just entered the flex route."""
    of_them = select(Case.reference).join(StopChild, col(StopChild.id) == col(Case.stop_child_id))
    return list(session.exec(of_them.where(col(StopChild.reference).in_(children), Case.step == Step.REFERRAL)))


ACTS = (
    Act(
        "enter_flex_route",
        Entry,
        access_or_mediator,
        "de Toegang van de gemeente van de jeugdige, of een zorgbemiddelaar",
        CHILD,
        twice=_twice,
        fits=_fits,
        value_gates=(_reason,),
        record=record_entry,
        doubts=about_opdracht,
        moves=_entered,
    ),
)
