"""Step 1: a referrer refers to a system provider, never straight to a flex provider (F-01, F-10, F-13 … F-17)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import Field
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from acts.act import forbidden, keep, read_values
from flexroute.clock import local_date
from models.case import Case, Youth
from models.database import Database
from models.directory import load_region
from models.reference import next_number
from notifications.outbox import letter_row, queue_once
from rules.refusal import Refused, invalid
from rules.region import Code, Region
from rules.roles import is_care_mediator, is_referrer
from rules.terms import treeknorm_date, treeknorm_weeks
from rules.values import Given, MunicipalCode, OrganisationId, OwnReference, PastDay, Private, Truth, written

NAME = "register_referral"
WHO = "een verwijzer of een zorgbemiddelaar"


class Request(Given):
    """What is asked, of which provider."""

    referral_route: Literal["local_team", "medical", "certified_institution"]
    opdracht: Annotated[str, written("[A-Z][A-Z0-9]{0,4}", "schrijf de opdracht als hoofdletter, bijvoorbeeld B of C2")]
    forensic: Truth = False
    residential: Truth = False
    provider: OrganisationId
    treeknorm_weeks: Annotated[int, Field(ge=1, le=104)] | None = None
    age_band: Literal["0-3", "4-11", "12-15", "16-17", "18+"] | None = None
    urgent: Truth = False


class Referral(Request):
    """And for whom, since when. `private` is about the youth and stays in the case database."""

    received_on: PastDay
    municipality: MunicipalCode
    referrer: OrganisationId | None = None
    care_form: Code | None = None
    private: Private = Field(default_factory=dict)
    sender_reference: OwnReference | None = None


def direct_flex() -> Refused:
    """Nobody refers straight to a flex provider (F-10)."""
    return Refused(
        "direct_flex_referral",
        "Verwijzen naar een flex-aanbieder kan niet rechtstreeks. Verwijs eerst naar een systeemaanbieder.",
        "provider",
    )


def record_referral(database: Database, by: str, given: Mapping[str, Any], now: datetime) -> str:
    """Open a case; answers with its reference. The sender's own reference makes a second time change nothing.

    Raises Refused; a referral straight to a flex provider is refused and the referrer is told (F-10).
    """
    try:
        return _record(database, by, given, now)
    except IntegrityError:  # PostgreSQL: somebody recorded the same one at this very moment; now it is known
        return _record(database, by, given, now)


def _record(database: Database, by: str, given: Mapping[str, Any], now: datetime) -> str:
    with database.writing() as session:
        region = load_region(session)
        values, referrer = _checked(by, given, region, now)
        if values.sender_reference and (known := _known(session, referrer, values.sender_reference)):
            raise Refused("already_decided", f"Deze verwijzing is al vastgelegd als {known}.", "sender_reference")
        if not region.is_flex_only(values.provider, values.opdracht, values.received_on):
            return open_case(session, region, values, referrer, by, now).reference
        refused = direct_flex()
        refused.subject = _tell_referrer(session, values, referrer, now)
    raise refused


def _known(session: Session, referrer: str, sender_reference: str) -> str | None:
    same = select(Case.reference).where(Case.referrer_id == referrer, Case.sender_reference == sender_reference)
    return session.exec(same).first()


def _tell_referrer(session: Session, values: Referral, referrer: str, now: datetime) -> str:
    """Queue the letter about a rejected referral, once per sender's reference (F-10). Answers with its subject."""
    occasion = _fingerprint(values.sender_reference or uuid4().hex)
    subject = f"afgewezen:{referrer}:{occasion}"
    context = {
        "opdracht": values.opdracht,
        "provider": values.provider,
        "received_on": values.received_on.isoformat(),
    }
    queue_once(session, letter_row("direct_flex_rejected", referrer, subject, occasion, context, now))
    return subject


def _fingerprint(sender_reference: str) -> str:
    """In place of a text that somebody typed (C.4). No digits: they could look like a BSN, which stops a letter."""
    return sha256(sender_reference.encode()).hexdigest()[:32].translate(str.maketrans("0123456789", "ghijklmnop"))


def _checked(by: str, given: Mapping[str, Any], region: Region, now: datetime) -> tuple[Referral, str]:
    if not (is_referrer(by, region) or is_care_mediator(by, region)):
        raise forbidden(WHO)
    values = read_values(Referral, given, region, local_date(now))
    referrer = values.referrer or by
    if not is_referrer(referrer, region):
        raise invalid("referrer", "vul in welke verwijzer heeft verwezen")
    if is_referrer(by, region) and referrer != by:
        raise invalid("referrer", "een verwijzer meldt alleen eigen verwijzingen aan")
    provider = region.organisation[values.provider]
    if not (provider.is_system_provider(values.received_on) or provider.is_flex_provider()):
        raise invalid("provider", f"{provider.name} is geen systeem- of prestatieaanbieder")
    return values, referrer


def open_case(
    session: Session,
    region: Region,
    values: Referral,
    referrer: str,
    by: str,
    now: datetime,
    stop_child_id: int | None = None,
) -> Case:
    """Make the case, its youth and the decision that begins it; `stop_child_id`: the child of a stopping provider that it is about."""
    year = local_date(now).year
    weeks = values.treeknorm_weeks or treeknorm_weeks(region, values.opdracht, values.care_form, values.received_on)
    kept = values.model_dump(exclude={"private", "referrer", "provider", "treeknorm_weeks"})
    case = Case(
        **kept,
        reference=f"ZB-{year}-{next_number(session, NAME, year):06d}",
        registered_at=now,
        referrer_id=referrer,
        provider_id=values.provider,
        owner_id=values.provider,
        treeknorm_weeks=weeks,
        treeknorm_date=treeknorm_date(values.received_on, weeks),
        stop_child_id=stop_child_id,
    )
    session.add(case)
    session.flush()
    if values.private:
        session.add(Youth(case_id=case.id, data=values.private))
    keep(session, NAME, case, by, now, values.model_copy(update={"private": {}}))
    return case
