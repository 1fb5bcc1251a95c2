"""Whose a subject is, among those of one side who may act on it: that shows, and changes no right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, Session, SQLModel, col, select

from models.region.directory import PersonRecord
from models.store.database import in_parts
from models.views.task import Claimed
from rules.shared.assignment import Party, Role
from rules.shared.region import Region

REGION = "region"  # the side of the region's own people; that of an organisation is its id
_OPEN: dict[str, Any] = {"sqlite_where": text("ended_at IS NULL"), "postgresql_where": text("ended_at IS NULL")}


class Claim(SQLModel, table=True):
    """Somebody does this, of those of one side. What ended stays, with by whom and why."""

    __table_args__ = (Index("one_open_claim", "subject", "side", unique=True, **_OPEN),)

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(foreign_key="subject.reference", index=True)
    side: str
    person: str = Field(foreign_key="person.id")  # whose it is
    since: datetime
    by: str = Field(foreign_key="person.id")  # who claimed it, or handed it over
    reason: str | None = None
    ended_at: datetime | None = None
    ended_by: str | None = Field(default=None, foreign_key="person.id")
    ended_reason: str | None = None


def side_of(who: str, region: Region) -> str:
    """Of which side somebody is: an organisation, or the region."""
    return who if who in region.organisation else REGION


def side_of_party(party: Party, region: Region) -> str:
    """The side that must act."""
    if party.role == Role.ACCESS:
        return region.access.get(party.scope or "", REGION)
    return party.organisation or REGION


def open_claims(session: Session, references: Sequence[str]) -> dict[tuple[str, str], Claimed]:
    """By reference and side: whose these are now."""
    found = {}
    for part in in_parts(references):
        rows = select(Claim, PersonRecord.name).join(PersonRecord, col(Claim.person) == col(PersonRecord.id))
        for one, name in session.exec(rows.where(col(Claim.subject).in_(part), col(Claim.ended_at).is_(None))):
            found[one.subject, one.side] = Claimed(one.person, name, one.since)
    return found


def claims_on(session: Session, reference: str) -> list[Claim]:
    """Every claim on a subject, also those that ended, oldest first."""
    return list(session.exec(select(Claim).where(Claim.subject == reference).order_by(col(Claim.id))))


def hold_claims(session: Session, references: Iterable[str], side: str) -> dict[str, Claim]:
    """By reference: the open claim of this side, ours until the transaction ends."""
    found: dict[str, Claim] = {}
    for part in in_parts(list(references)):
        mine = select(Claim).where(col(Claim.subject).in_(part), Claim.side == side, col(Claim.ended_at).is_(None))
        found |= {one.subject: one for one in session.exec(mine.order_by(col(Claim.id)).with_for_update())}
    return found
