"""What is asked before a person sends a referral: is it one that is there already, and is this the opdracht (F-17, F-27)?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, or_, select

from acts.engine.act import Doubt
from models.flex.case import Case
from models.flex.history import facts_of
from models.store.database import in_parts
from models.store.youth import Youth, known_by
from rules.flex.doubts import Sent, already_registered, repeats, unknown_opdracht
from rules.flex.route import Step
from rules.flex.seeing import parts
from rules.shared.region import Region
from rules.shared.values import Values
from rules.shared.youth import BSN, MARKS, NAME


def about_opdracht(_session: Session, region: Region, _by: str, values: Values) -> list[Doubt]:
    """An opdracht that the region has nowhere; of a correction where it gives one."""
    opdracht: str | None = values.opdracht  # type: ignore[attr-defined]
    asked = unknown_opdracht(opdracht, region) if opdracht else None
    return [Doubt("opdracht", asked)] if asked else []


def about_referral(session: Session, region: Region, by: str, values: Values) -> list[Doubt]:
    """Also a youth that is on its way already, or an open referral that this one repeats; of another's nothing is told (F-17, C.4)."""
    said = values.model_dump()
    new = Sent(
        referrer=said["referrer"] or by,
        youth=known_by(said["private"]),
        **{field: said[field] for field in ("provider", "received_on", "opdracht", "care_form", "sender_reference")},
    )
    there = _there(session, new)
    same_bsn = [case for case, sent in there if BSN in new.youth and sent.youth.get(BSN) == new.youth[BSN]]
    alike = [case for case, sent in there if case not in same_bsn and repeats(new, sent)]
    seen = _seen(session, region, by, [case for case, _ in there])
    theirs = [case.reference for case in same_bsn if case.reference in seen]
    found = [already_registered(theirs, len(same_bsn) - len(theirs))]
    if told := ", ".join(case.reference for case in alike if case.reference in seen):
        found.append(f"dit lijkt dezelfde verwijzing als {told}, die nog open is")
    return [*(Doubt("reference", asked) for asked in found if asked), *about_opdracht(session, region, by, values)]


def on_their_way(session: Session, region: Region, by: str, references: Sequence[str]) -> dict[str, str]:
    """Of these cases those whose youth is at another open case too, by BSN, each with what `by` may hear of that (F-17, C.4)."""
    same, other_youth, other = col(Youth.bsn_hash), aliased(Youth), aliased(Case)
    pairs = (
        select(Case.reference, other)
        .join(Youth, col(Youth.case_id) == col(Case.id))
        .join(other_youth, and_(col(other_youth.bsn_hash) == same, col(other_youth.id) != col(Youth.id)))
        .join(other, col(other.id) == col(other_youth.case_id))
        .where(other.step != Step.CLOSED)
        .order_by(col(other.id))
    )
    found: dict[str, list[Case]] = {}
    for part in in_parts(references):
        for reference, case in session.exec(pairs.where(col(Case.reference).in_(part))):
            found.setdefault(reference, []).append(case)
    seen = _seen(
        session, region, by, list({case.reference: case for cases in found.values() for case in cases}.values())
    )
    theirs = {of: [case.reference for case in cases if case.reference in seen] for of, cases in found.items()}
    return {of: already_registered(theirs[of], len(cases) - len(theirs[of])) or "" for of, cases in found.items()}


def _there(session: Session, new: Sent) -> list[tuple[Case, Sent]]:
    """The open cases that it may repeat. Of the same sender's number the act itself says that it is there already."""
    hashes = (col(Youth.bsn_hash), col(Youth.name_hash), col(Youth.birth_date_hash))
    named = [column == new.youth[mark] for mark, column in zip((BSN, NAME), hashes, strict=False) if mark in new.youth]
    alike = and_(Case.referrer_id == new.referrer, Case.provider_id == new.provider, Case.opdracht == new.opdracht)
    found = select(Case, *hashes).join(Youth, col(Youth.case_id) == col(Case.id), isouter=True)
    found = found.where(Case.step != Step.CLOSED, or_(*named, alike)).order_by(col(Case.id))
    return [
        (case, _sent(case, {mark: value for mark, value in zip(MARKS, known, strict=True) if value}))
        for case, *known in session.exec(found)
        if new.sender_reference is None
        or (case.referrer_id, case.sender_reference) != (new.referrer, new.sender_reference)
    ]


def _seen(session: Session, region: Region, by: str, cases: Sequence[Case]) -> set[str]:
    """The references of those that are somebody's to see."""
    facts = facts_of(session, cases)
    return {reference for reference, known in facts.items() if parts(known, by, region, {})}


def _sent(case: Case, youth: Mapping[str, str]) -> Sent:
    return Sent(
        referrer=case.referrer_id,
        provider=case.provider_id,
        received_on=case.received_on,
        opdracht=case.opdracht,
        care_form=case.care_form,
        sender_reference=case.sender_reference,
        youth=youth,
    )
