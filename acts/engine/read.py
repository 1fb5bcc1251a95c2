"""Reading everything that was said about a subject: held to who may see it, and kept before it is shown (C.4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from acts.engine.in_words import decision_in_words, youth_in_words
from flexroute import log
from flexroute.clock import local_date
from models.region.directory import PersonRecord, load_region, remember
from models.store.database import Database, when_committed
from models.store.decision import Decision
from models.store.reading import Reading
from models.store.subject import Subject
from models.views.in_full import InFull, InWords, ReadBefore, Said
from models.views.timeline import Signed, decided_about, signed_by
from notifications.guard import held_back
from rules.shared.person import Signer, signer
from rules.shared.process import of_reference
from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.shared.seeing import Sight, Spoken, may_read, not_theirs
from rules.shared.values import PRIVATE

NUMBER = "number"  # of an allocation: it may look like a BSN, and is none


def read_in_full(
    database: Database, reference: str, by: str, now: datetime, person: str | None = None, *, youth: bool = False
) -> InFull:
    """What somebody may read of a subject; the reading is kept and logged: who, for whom, which, when.

    `by`: for whom, an organisation or a person with a role; `person`: who reads for that organisation; `youth`: also who it is
    about. Raises Refused (`not_found`, `forbidden`); then nothing is kept.
    """
    with database.writing() as session:
        region = load_region(session)
        found = looking(session, region, reference, by, now, person, youth=youth)
        sight, facts, by, decided = found.sight, found.facts, found.by, found.decided
        before = _read_before(session, region, reference) if by in region.person else None
        keep_reading(session, reference, found, now, youth=youth)
        return InFull(
            reference=reference,
            decisions=[_said(sight, facts, by, region, one, signed, youth) for one, signed in decided],
            youth=youth_in_words(sight.about_youth(session, reference)) if youth else None,
            may_read_youth=_refused(sight, facts, by, region, found.spoken, youth=True) is None,
            read_before=before,
        )


class Looking(NamedTuple):
    """Somebody who may see a subject: for whom, who, and what there is to see."""

    sight: Sight
    facts: Any
    by: str
    signer: Signer | None
    decided: list[tuple[Decision, Signed]]

    @property
    def spoken(self) -> set[str]:
        """For whom anything was decided."""
        return {one.by for one, _ in self.decided}


def looking(
    session: Session,
    region: Region,
    reference: str,
    by: str,
    now: datetime,
    person: str | None = None,
    *,
    youth: bool = False,
    reading: bool = True,
) -> Looking:
    """Who looks at a subject; who stands in for somebody looks as that one may. `reading`: not to do anything.

    Raises Refused (`not_found`, `forbidden`).
    """
    process = of_reference(reference)
    subject = session.get(Subject, reference) if process else None
    sight: Sight | None = process.sights.get(subject.kind) if process and subject else None
    facts = sight.facts(session, reference) if sight else None
    if process is None or sight is None or facts is None:
        raise Refused("not_found", f"Er is niets met kenmerk {reference}.", "reference")
    if by not in region.organisation and by not in region.person:
        raise Refused("forbidden", f"'{by}' is geen organisatie of persoon van deze regio.", "by")
    decided, today = decided_about(session, reference), local_date(now)
    spoken = {one.by for one, _ in decided}
    refused = _refused(sight, facts, by, region, spoken, youth)
    if refused and by in region.person and person in (None, by):
        others = region.stands_in_for(by, today)
        may = (one for one in others if not _refused(sight, facts, one, region, spoken, youth))
        if whom := next(may, None):
            by, person, refused = whom, by, None
    who = signer(by, person, region, today, reading=reading)
    if refused:
        raise refused
    return Looking(sight, facts, by, who, decided)


def keep_reading(session: Session, reference: str, found: Looking, now: datetime, *, youth: bool) -> None:
    """A reading is kept and logged, in the transaction after which it is shown."""
    reader, process = found.signer, of_reference(reference)
    if reader and not reader.confirmed:
        remember(session, reader)
    who = reader.id if reader else None
    session.add(Reading(subject=reference, by=found.by, person=who, at=now, youth=youth))
    name = process.name if process else None
    when_committed(session, [log.Reading(reference=reference, by=found.by, person=who, youth=youth, process=name)])


def _refused(sight: Sight, facts: Any, by: str, region: Region, spoken: Collection[str], youth: bool) -> Refused | None:
    return not_theirs(sight, facts, by, region, spoke=by in spoken, youth=youth)


def may_see(database: Database, reference: str, by: str, today: date) -> bool:
    """Whether somebody, or whom he or she replaces today, has a part in a subject, or said something about it; nothing of it is read."""
    with database.reading() as session:
        region, process = load_region(session), of_reference(reference)
        subject = session.get(Subject, reference) if process else None
        if process is None or subject is None or subject.kind not in process.sights:
            return False
        sight: Sight = process.sights[subject.kind]
        if (facts := sight.facts(session, reference)) is None:
            return False
        spoken = set(session.exec(select(Decision.by).where(Decision.subject == reference)))
        whose = (by, *region.stands_in_for(by, today))
        return any(_refused(sight, facts, one, region, spoken, youth=False) is None for one in whose)


_READ = (  # built once
    select(Reading, PersonRecord)
    .outerjoin(PersonRecord)
    .where(Reading.subject == bindparam("subject"))
    .order_by(col(Reading.id))
)


def _read_before(session: Session, region: Region, reference: str) -> list[ReadBefore]:
    found = []
    for one, person in session.exec(_READ, params={"subject": reference}):
        who = signed_by(one.by not in region.organisation, one.by, person)
        signed = {"person": who.person, "confirmed": who.confirmed, "stands_in": who.stands_in}
        found.append(ReadBefore(at=one.at, by=one.by, youth=one.youth, **signed))
    return found


def _said(sight: Sight, facts: Any, by: str, region: Region, one: Decision, signed: Signed, youth: bool) -> Said:
    theirs = may_read(sight, facts, by, region, Spoken(one.act, one.by, one.data))
    return Said(
        at=one.at,
        act=one.act,
        step=one.step,
        round=one.round,
        by=one.by,
        person=signed.person,
        confirmed=signed.confirmed,
        at_request=signed.at_request,
        stands_in=signed.stands_in,
        exception=one.exception,
        said=_in_words(one, region, youth) if theirs else None,
    )


def _in_words(one: Decision, region: Region, youth: bool) -> InWords:
    """A text that may hold a BSN is only for who reads who the youth is."""
    if youth:
        return decision_in_words(one, region)
    kept = {field: value if field in (NUMBER, PRIVATE) else held_back(value) for field, value in one.data.items()}
    return decision_in_words(one, region, kept)
