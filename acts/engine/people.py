"""Who may act for whom: contract administration keeps the contacts of organisations, and who stands in for a person of the region."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from unicodedata import normalize

from pydantic import Field
from sqlmodel import Session, col, select

from acts.engine.act import already_decided, forbidden, read_values
from flexroute.clock import local_date
from models.region.directory import ContactChange, DeputyRecord, PersonRecord, changed_region, hold_region, load_region
from models.store.database import Database
from rules.shared.deputies import no_deputy
from rules.shared.person import Signer, plain, signer
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Contact, Identifier, Mail, Name, Region
from rules.shared.roles import is_administration
from rules.shared.values import Day, OrganisationId, PersonId, Truth, Values

ADDED, ENDED = "added", "ended"


class NewContact(Values):
    """A natural person who may act for an organisation, or only read."""

    organisation: OrganisationId = Field(title="organisatie")
    name: Name = Field(title="naam")
    mail: Mail = Field(title="e-mailadres")
    may_answer: Truth = Field(True, title="mag antwoorden")
    id: Identifier | None = Field(None, title="id")


class ContactOf(NamedTuple):
    """A contact as contract administration looks at it; without a change it is as the region file has it."""

    organisation: str
    contact: Contact
    changed_at: datetime | None = None
    changed_by: str | None = None  # a person of contract administration
    person: str | None = None  # who did it


def contacts(session: Session, organisation: str | None = None) -> list[ContactOf]:
    """The contacts of every organisation, or of this one, each with who added it."""
    region, last = load_region(session), {}
    for one in session.exec(select(ContactChange).order_by(col(ContactChange.id))):
        last[one.contact] = one
    return [
        ContactOf(row.id, one, *((last[one.id].at, last[one.id].by, last[one.id].person) if one.id in last else ()))
        for row in region.organisations
        if organisation in (None, row.id)
        for one in row.contacts
    ]


def add_contact(
    database: Database, given: Mapping[str, Any], by: str, now: datetime, person: str | None = None
) -> Contact:
    """Add a contact, or bring back one that was ended (by its `id`). `given`: values of NewContact. Raises Refused."""
    today = local_date(now)
    with database.writing() as session:
        region = hold_region(session)
        by, who = administrator(region, by, person, today)
        values = read_values(NewContact, given, region, today)
        organisation = region.organisation[values.organisation]
        for one in organisation.contacts:
            if plain(one.name) == plain(values.name):
                if one.mail.lower() == values.mail.lower():
                    raise already_decided()
                raise invalid("name", f"{one.id} heet ook zo; schrijf deze naam zo dat te zien is wie wie is")
        ident = values.id or _new_id(values.name, organisation.id, _taken(session, region))
        row = session.get(PersonRecord, ident)
        if (row is None and values.id in _taken(session, region)) or (row and not _comes_back(row, values)):
            raise invalid("id", "deze id is al van iemand anders; kies een andere, of laat dit leeg")
        contact = Contact(id=ident, name=values.name, mail=values.mail, may_answer=values.may_answer)
        row = row or PersonRecord(**contact.model_dump(), position=len(organisation.contacts), roles=[], opdrachten=[])
        row.sqlmodel_update(
            {**contact.model_dump(), "organisation": organisation.id, "added": True, "current": True, "ended_at": None}
        )
        session.add(row)
        _keep(session, row, ADDED, by, who, now)
        return contact


def end_contact(database: Database, contact: str, by: str, now: datetime, person: str | None = None) -> None:
    """From now on this contact may not act or read; what it decided stays. Raises Refused."""
    with database.writing() as session:
        region = hold_region(session)
        by, who = administrator(region, by, person, local_date(now))
        row = session.get(PersonRecord, contact)
        if row is None or row.organisation is None or not row.confirmed:
            raise Refused("not_found", f"Er is geen contactpersoon met id {contact}.", "id")
        if not row.current:
            raise already_decided()
        row.current, row.ended_at = False, now
        _keep(session, row, ENDED, by, who, now)


class NewDeputy(Values):
    """Who does the work of a person of the region for a while, from and to inclusive."""

    person: PersonId = Field(title="wie wordt vervangen")
    deputy: PersonId = Field(title="vervanger")
    first: Day = Field(title="eerste dag")
    last: Day = Field(title="laatste dag")


def deputies(session: Session, since: date | None = None) -> list[DeputyRecord]:
    """Who stands in for whom, also those that were ended; those whose last day is before `since` not."""
    found = select(DeputyRecord).order_by(col(DeputyRecord.first), col(DeputyRecord.id))
    return list(session.exec(found.where(col(DeputyRecord.last) >= since) if since else found))


def name_deputy(
    database: Database, given: Mapping[str, Any], by: str, now: datetime, person: str | None = None
) -> DeputyRecord:
    """Name who stands in for a person. `given`: values of NewDeputy. Raises Refused."""
    today = local_date(now)
    with database.writing() as session:
        region = hold_region(session)
        by, who = administrator(region, by, person, today)
        values = read_values(NewDeputy, given, region, today)
        if refused := no_deputy(values.person, values.deputy, values.first, values.last, region, today):
            raise refused
        row = DeputyRecord(**values.model_dump(), named_at=now, named_by=by, named_person=who.id)
        session.add(row)
        changed_region(session)
        session.refresh(row)
        session.expunge(row)
        return row


def end_deputy(database: Database, number: int, by: str, now: datetime, person: str | None = None) -> None:
    """From now on this one does not stand in any more; what was decided stays. Raises Refused."""
    today = local_date(now)
    with database.writing() as session:
        region = hold_region(session)
        by, who = administrator(region, by, person, today)
        row = session.get(DeputyRecord, number)
        if row is None:
            raise Refused("not_found", f"Er is geen vervanging met nummer {number}.", "number")
        if row.ended_at or row.last < today:
            raise already_decided()
        row.ended_at, row.ended_by, row.ended_person = now, by, who.id
        changed_region(session)


def administrator(region: Region, by: str, person: str | None, today: date) -> tuple[str, Signer]:
    """For whom of contract administration, and the natural person who acts. Raises Refused where that is somebody else."""
    if not is_administration(by, region) and person in (None, by):  # who stands in for somebody of it
        whom = next((one for one in region.stands_in_for(by, today) if is_administration(one, region)), None)
        by, person = (whom, by) if whom else (by, person)
    who = signer(by, person, region, today)
    if who is None or not is_administration(by, region):
        raise forbidden("contractbeheer")
    return by, who


def _keep(session: Session, row: PersonRecord, change: str, by: str, who: Signer, now: datetime) -> None:
    session.flush()
    session.add(
        ContactChange(contact=row.id, organisation=row.organisation or "", change=change, at=now, by=by, person=who.id)
    )
    changed_region(session)


def _comes_back(row: PersonRecord, values: NewContact) -> bool:
    """Whether this is the contact that left, and nobody else who has its id."""
    same = row.organisation == values.organisation and plain(row.name) == plain(values.name)
    return same and row.confirmed and not row.current


def _taken(session: Session, region: Region) -> Collection[str]:
    """Every id that names somebody, or did."""
    return {*session.exec(select(PersonRecord.id)), *region.organisation, *region.mailboxes}


def _new_id(name: str, organisation: str, taken: Collection[str]) -> str:
    """Made of the name: J. Bos of sys-noord is j-bos, or sys-noord-j-bos, or that with a number."""
    ascii_ = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    short = "-".join(re.findall("[a-z0-9]+", ascii_))[:25].strip("-") or "contact"
    numbered = (f"{organisation[:25].strip('-')}-{short}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (short, f"{organisation[:30].strip('-')}-{short}", *numbered) if one not in taken)
