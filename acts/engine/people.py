"""Who may act for an organisation: contract administration adds its contacts and ends them, beside the region file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from unicodedata import normalize

from pydantic import Field
from sqlmodel import Session, col, select

from acts.engine.act import already_decided, forbidden, read_values
from flexroute.clock import local_date
from models.region.directory import ContactChange, PersonRecord, changed_region, hold_region, load_region
from models.store.database import Database
from rules.shared.person import Signer, plain, signer
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Contact, Identifier, Mail, Name, Region
from rules.shared.roles import is_administration
from rules.shared.values import OrganisationId, Truth, Values

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
        who = administrator(region, by, person)
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
        who = administrator(region, by, person)
        row = session.get(PersonRecord, contact)
        if row is None or row.organisation is None or not row.confirmed:
            raise Refused("not_found", f"Er is geen contactpersoon met id {contact}.", "id")
        if not row.current:
            raise already_decided()
        row.current, row.ended_at = False, now
        _keep(session, row, ENDED, by, who, now)


def administrator(region: Region, by: str, person: str | None) -> Signer:
    """The natural person who acts for contract administration. Raises Refused where that is somebody else."""
    who = signer(by, person, region)
    if who is None or not is_administration(by, region):
        raise forbidden("contractbeheer")
    return who


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
