"""Notes of the region's team: for colleagues who may read who the youth is, never mailed, not for providers (C.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlmodel import Session

from acts.engine.act import read_values
from acts.engine.read import Looking, keep_reading, looking
from flexroute.clock import local_date
from models.region.directory import PersonRecord, load_region
from models.store.database import Database
from models.store.note import Note, notes_about, youth_row
from models.views.in_full import NoteView
from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.shared.values import Text, Values

WHO = "Notities zijn van de regio: van wie daar mag lezen wie de jeugdige is."


class NewNote(Values):
    """What colleagues must know; it may hold what is about the youth."""

    text: Text = Field(title="notitie")


def add_note(
    database: Database, reference: str, by: str, given: Mapping[str, Any], now: datetime, person: str | None = None
) -> None:
    """Write a note about a case or a child. `given`: values of NewNote. Raises Refused."""
    with database.writing() as session:
        region = load_region(session)
        found, of = _team(session, region, reference, by, now, person, reading=False)
        values = read_values(NewNote, given, region, local_date(now))
        who = found.signer.id if found.signer else found.by
        session.add(Note(youth_id=youth_row(session, **of), by=found.by, person=who, at=now, text=values.text))


def read_notes(database: Database, reference: str, by: str, now: datetime, person: str | None = None) -> list[NoteView]:
    """The notes about a case or a child, oldest first; the reading is kept and logged as that of the youth. Raises Refused."""
    with database.writing() as session:
        region = load_region(session)
        found, of = _team(session, region, reference, by, now, person)
        keep_reading(session, reference, found, now, youth=True)
        return [
            NoteView(at=one.at, by=one.by, person=_name(session, one), text=one.text)
            for one in notes_about(session, **of)
        ]


def _team(
    session: Session,
    region: Region,
    reference: str,
    by: str,
    now: datetime,
    person: str | None,
    *,
    reading: bool = True,
) -> tuple[Looking, dict[str, int]]:
    """Somebody of the region who may read who the youth is, and whose youth that is. Raises Refused."""
    found = looking(session, region, reference, by, now, person, youth=True, reading=reading)
    if found.by not in region.person:
        raise Refused("forbidden", WHO)
    of = found.sight.youth_of(session, reference)
    if not of:
        raise Refused("not_found", f"{reference} gaat niet over een jeugdige.", "reference")
    return found, of


def _name(session: Session, one: Note) -> str | None:
    return session.get_one(PersonRecord, one.person).name if one.person != one.by else None
