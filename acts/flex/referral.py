"""Step 1: a referrer refers to a system provider, never straight to a flex provider (F-01, F-10, F-13 … F-17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import Field
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from acts.engine.act import Act, Beginning, allowed, nothing_more, valid
from acts.engine.record import keep
from acts.engine.recorded_before import RecordedBefore, differing
from acts.flex.case import about
from acts.flex.doubts import about_referral
from flexroute.clock import local_date
from models.flex.case import Case
from models.region.directory import load_region
from models.store.database import Database
from models.store.decision import Decision
from models.store.former_reference import FormerReference
from models.store.reference import next_number
from models.store.subject import begin
from models.store.youth import Youth, new_youth
from notifications.contexts import context_of
from notifications.outbox import letter_row, queue_once
from rules.flex.details import AgeBand
from rules.flex.route import Step
from rules.flex.terms import treeknorm_date, treeknorm_weeks
from rules.shared.asked import Asked
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.roles import is_care_mediator, is_referrer
from rules.shared.values import (
    CareForm,
    Means,
    MunicipalCode,
    OrganisationId,
    OwnReference,
    PastDay,
    Private,
    Truth,
    Values,
    written,
)

NAME, CORRECTION = "register_referral", "correct_referral"
Opdracht = Annotated[
    str, written("[A-Z][A-Z0-9]{0,4}", "schrijf de opdracht als hoofdletter, bijvoorbeeld B of C2"), Means.OPDRACHT
]


class Request(Values):
    """What is asked, of which provider."""

    referral_route: Literal["local_team", "medical", "certified_institution"] = Field(title="verwijsroute")
    opdracht: Opdracht = Field(title="opdracht")
    forensic: Truth = Field(False, title="forensisch")
    residential: Truth = Field(False, title="verblijf")
    provider: OrganisationId = Field(title="aanbieder")
    treeknorm_weeks: Annotated[int, Field(ge=1, le=104)] | None = Field(
        None, title="treeknorm in weken", description="Alleen als die anders is dan de norm van de regio."
    )
    age_band: AgeBand | None = Field(None, title="leeftijdsgroep")
    urgent: Truth = Field(False, title="spoed")


class Referral(Request):
    """And for whom, since when. `private` is about the youth and stays in the case database."""

    received_on: PastDay = Field(title="ontvangen op")
    municipality: MunicipalCode = Field(title="gemeente")
    referrer: OrganisationId | None = Field(None, title="verwijzer")
    care_form: CareForm | None = Field(None, title="zorgvorm")
    private: Private = Field(
        default_factory=dict,
        title="gegevens van de jeugdige",
        description="Dit komt in geen brief. Wie het leest, wordt bewaard.",
    )
    sender_reference: OwnReference | None = Field(
        None, title="eigen kenmerk", description="Uw eigen nummer, voor elke jeugdige een ander. Geen naam en geen BSN."
    )
    again: Truth = Field(
        False, title="nieuwe casus", description="Alleen als de eerdere casus met dit eigen kenmerk is afgesloten."
    )  # under the reference of one that was closed


def direct_flex() -> Refused:
    """Nobody refers straight to a flex provider (F-10)."""
    return Refused(
        "direct_flex_referral",
        "Verwijzen naar een flex-aanbieder kan niet rechtstreeks. Verwijs eerst naar een systeemaanbieder.",
        "provider",
    )


def _may(asked: Asked) -> bool:
    return is_referrer(asked.by, asked.region) or is_care_mediator(asked.by, asked.region)


def record_referral(
    act: Act[Asked],
    database: Database,
    _about: str | None,
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None = None,
) -> str:
    """Open a case; answers with its reference. The sender's own reference makes a second time change nothing.

    Raises Refused (RecordedBefore where it was recorded before); one straight to a flex provider is refused and the referrer told (F-10).
    """
    try:
        return _record(act, database, by, given, now, person)
    except IntegrityError:  # PostgreSQL: somebody recorded the same one at this very moment; now it is known
        return _record(act, database, by, given, now, person)


def _record(
    act: Act[Asked], database: Database, by: str, given: Mapping[str, Any], now: datetime, person: str | None
) -> str:
    with database.writing() as session:
        region = load_region(session)
        asked = Asked(region, by, local_date(now), given, person=person)
        asked = allowed(act, asked, nothing_more)
        values, referrer = _checked(act, asked)
        if (known := _known(session, referrer, values)) and not _goes_again(values, known):
            raise known
        if not region.is_flex_only(values.provider, values.opdracht, values.received_on):
            return open_case(session, asked, values, referrer, now).reference
        refused = direct_flex()
        refused.subject = _tell_referrer(session, values, referrer, now)
    raise refused


def _known(session: Session, referrer: str, values: Referral) -> RecordedBefore | None:
    """What was recorded under this sender's reference: the one that says the same, else the last one."""
    if not values.sender_reference:
        return None
    named = (referrer, values.sender_reference)
    now = select(Case.reference).where(Case.referrer_id == named[0], Case.sender_reference == named[1])
    before = select(FormerReference.subject).where(
        FormerReference.sender == named[0], FormerReference.sender_reference == named[1]
    )
    rows = select(Case, Youth.data).join(Youth, col(Youth.case_id) == col(Case.id), isouter=True)
    there = session.exec(rows.where(col(Case.reference).in_(now.union(before))).order_by(col(Case.id).desc())).all()
    known = [
        _as_known(values, case, _said_of(session, case), private, (case.referrer_id, case.sender_reference) == named)
        for case, private in sorted(there, key=lambda one: (one[0].referrer_id, one[0].sender_reference) != named)
    ]
    return next((one for one in known if not one.differs), known[0] if known else None)


def _said_of(session: Session, case: Case) -> list[dict[str, Any]]:
    """What was said of a case: as it was given, and after each correction."""
    said: list[dict[str, Any]] = []
    told = select(Decision.data).where(Decision.subject == case.reference, col(Decision.act).in_((NAME, CORRECTION)))
    for data in session.exec(told.order_by(col(Decision.opening))):
        said.append({**(said[-1] if said else {}), **data})
    return said


def _as_known(
    values: Referral,
    case: Case,
    versions: Sequence[Mapping[str, Any]],
    private: Mapping[str, Any] | None,
    by_this_name: bool,
) -> RecordedBefore:
    """A case against what is said of it now: the values as they were given, then or corrected, not where the case stands.

    A list of before a correction says nothing new. `by_this_name`: the case has this reference still.
    """
    said = values.model_dump(mode="json", exclude={"private", "referrer", "again"})
    closed_on = case.opened_on if case.step == Step.CLOSED else None
    goes_again = closed_on is not None or not by_this_name
    otherwise = " of leg hem vast als nieuwe casus" if goes_again else ""
    differs = [differing(said, kept, values.private, private or {}) for kept in versions]
    return RecordedBefore(
        "Deze verwijzing is al vastgelegd als",
        case.reference,
        min(reversed(differs), key=bool),
        Referral,
        closed_on,
        f" Is dit een andere verwijzing? Geef een eigen kenmerk dat nieuw is{otherwise}.",
        goes_again=goes_again,
    )


def _goes_again(values: Referral, known: RecordedBefore) -> bool:
    """A new case under the reference of one that was closed or is called otherwise now, where somebody says so and it differs."""
    return values.again and known.goes_again and bool(known.differs)


def _tell_referrer(session: Session, values: Referral, referrer: str, now: datetime) -> str:
    """Queue the letter about a rejected referral, once per sender's reference (F-10). Answers with its subject."""
    occasion = _fingerprint(values.sender_reference or uuid4().hex)
    subject = f"afgewezen:{referrer}:{occasion}"
    kind = "direct_flex_rejected"
    context = context_of(kind, opdracht=values.opdracht, provider=values.provider, received_on=values.received_on)
    queue_once(session, letter_row(kind, referrer, subject, occasion, context, now))
    return subject


def _fingerprint(sender_reference: str) -> str:
    """In place of a text that somebody typed (C.4). No digits: they could look like a BSN, which stops a letter."""
    return sha256(sender_reference.encode()).hexdigest()[:32].translate(str.maketrans("0123456789", "ghijklmnop"))


def _checked(act: Act[Asked], asked: Asked) -> tuple[Referral, str]:
    values: Referral = valid(act, asked, nothing_more).values
    by, region = asked.by, asked.region
    referrer = values.referrer or by
    if not is_referrer(referrer, region):
        raise invalid("referrer", "vul in welke verwijzer heeft verwezen")
    if is_referrer(by, region) and referrer != by:
        raise invalid("referrer", "een verwijzer meldt alleen eigen verwijzingen aan")
    provider = region.organisation[values.provider]
    if not (provider.is_system_provider(values.received_on) or provider.is_flex_provider()):
        raise invalid("provider", f"{provider.name} is geen systeem- of prestatieaanbieder")
    judged(values.opdracht, region)
    return values, referrer


def judged(opdracht: str, region: Region) -> None:
    """A case of an opdracht that nobody judges, or that is none, would wait for nobody in the end (F-27, F-33, AMB-18). Raises Refused."""
    if not region.has_opdracht(opdracht):
        raise invalid(
            "opdracht", f"{opdracht} is geen opdracht van deze regio; kies uit: {', '.join(region.opdrachten)}"
        )
    if not region.contract_managers(opdracht):
        raise invalid(
            "opdracht", f"voor opdracht {opdracht} is er in deze regio geen contractmanager en geen contractbeheer"
        )


def open_case(
    session: Session,
    asked: Asked,
    values: Referral,
    referrer: str,
    now: datetime,
    stop_child_id: int | None = None,
) -> Case:
    """Make the case, its youth and the decision that begins it; `stop_child_id`: the child of a stopping provider that it is about."""
    year, region = asked.today.year, asked.region
    weeks = values.treeknorm_weeks or treeknorm_weeks(region, values.opdracht, values.care_form, values.received_on)
    kept = values.model_dump(exclude={"private", "referrer", "provider", "treeknorm_weeks", "again"})
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
    begin(session, [case.reference], "flex", "case", case.process_version)
    session.add(case)
    session.flush()
    if values.private:
        session.add(new_youth(values.private, case_id=case.id))
    public = values.model_copy(update={"private": {}}).model_dump(mode="json")
    keep(session, (asked, {**about(case), "act": NAME, "at": now, "data": public}))
    return case


def _begins(asked: Asked) -> Beginning:
    """A referrer refers for itself, in its own way, and a care mediator says for whom; to a system or performance provider (F-01, F-10)."""
    region, by, known = asked.region, asked.by, {"received_on": asked.today.isoformat()}
    among = {
        "provider": [row.id for row in region.organisations if row.is_system_provider(asked.today)],
        "referrer": [row.id for row in region.organisations if row.referrer],
    }
    if not is_referrer(by, region):
        return Beginning(known, without=frozenset(("again",)), among=among)
    own = {"referral_route": region.organisation[by].referrer}
    return Beginning(known | own, without=frozenset(("referrer", "again")), among=among)


REGISTER = Act(
    NAME,
    Referral,
    _may,
    "een verwijzer of een zorgbemiddelaar",
    record=record_referral,
    makes="case",
    doubts=about_referral,
    begins=_begins,
)
ACTS = (REGISTER,)
