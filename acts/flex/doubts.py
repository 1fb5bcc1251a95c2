"""What is asked before a person sends a referral: is it one that is there already, and is this the opdracht (F-17, F-27)?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from acts.engine.act import Doubt
from models.flex.case import Case
from models.store.youth import Youth
from rules.flex.doubts import Sent, repeats, unknown_opdracht
from rules.flex.route import Step
from rules.shared.region import Region
from rules.shared.roles import is_care_mediator
from rules.shared.values import Values


def about_opdracht(_session: Session, region: Region, _by: str, values: Values) -> list[Doubt]:
    """An opdracht that the region has nowhere; of a correction where it gives one."""
    opdracht: str | None = values.opdracht  # type: ignore[attr-defined]
    asked = unknown_opdracht(opdracht, region) if opdracht else None
    return [Doubt("opdracht", asked)] if asked else []


def about_referral(session: Session, region: Region, by: str, values: Values) -> list[Doubt]:
    """Also an open referral that this one repeats; a referrer hears of its own only (C.4)."""
    said = values.model_dump()
    new = Sent(
        referrer=said["referrer"] or by,
        youth=said["private"],
        **{field: said[field] for field in ("provider", "received_on", "opdracht", "care_form", "sender_reference")},
    )
    open_ = select(Case, Youth.data).join(Youth, col(Youth.case_id) == col(Case.id), isouter=True)
    open_ = open_.where(Case.step != Step.CLOSED).order_by(col(Case.id))
    if not is_care_mediator(by, region):
        open_ = open_.where(Case.referrer_id == by)
    there = [case for case, youth in session.exec(open_) if not _known(case, new) and repeats(new, _sent(case, youth))]
    told = ", ".join(case.reference for case in there)
    repeated = [Doubt("reference", f"dit lijkt dezelfde verwijzing als {told}, die nog open is")] if there else []
    return repeated + about_opdracht(session, region, by, values)


def _known(case: Case, new: Sent) -> bool:
    """Of the same sender's number the act itself says that it is there already."""
    return new.sender_reference is not None and (case.referrer_id, case.sender_reference) == (
        new.referrer,
        new.sender_reference,
    )


def _sent(case: Case, youth: Mapping[str, Any] | None) -> Sent:
    return Sent(
        referrer=case.referrer_id,
        provider=case.provider_id,
        received_on=case.received_on,
        opdracht=case.opdracht,
        care_form=case.care_form,
        sender_reference=case.sender_reference,
        youth=youth or {},
    )
