"""What was decided about a subject, and which letters went out about it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from models.region.directory import PersonRecord
from models.store.decision import Decision
from models.store.letter import Letter


class Event(BaseModel):
    """Who recorded what, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    act: str
    by: str  # for whom: an organisation, or a person with a role
    person: str | None = None  # the name of who acted for an organisation, where that is known
    at_request: bool | None = None  # that was somebody of the region, at its request (by phone)
    round: int | None = None  # of a case
    exception: str | None = None  # of the region, by which it was possible: its reason


class Sent(BaseModel):
    """A letter about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    to: str  # id in the region
    state: str
    queued_at: datetime


class Timeline(BaseModel):
    """Both, oldest first. Without what is not known its fields are those of `case --json` and `stop --json` (docs/json.md)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timeline: list[Event]
    letters: list[Sent]


def timeline(session: Session, reference: str) -> Timeline:
    """What happened to a subject."""
    decided = select(Decision, PersonRecord).outerjoin(PersonRecord).where(Decision.subject == reference)
    mail = select(Letter).where(Letter.subject == reference).order_by(col(Letter.id))
    return Timeline(
        timeline=[_event(one, person) for one, person in session.exec(decided.order_by(col(Decision.id)))],
        letters=[
            Sent(kind=one.kind, to=one.recipient, state=one.state, queued_at=one.queued_at)
            for one in session.exec(mail)
        ],
    )


def signed_by(one: Decision, person: PersonRecord | None) -> tuple[str | None, bool]:
    """The name of who acted for an organisation, and whether that was somebody of the region, at its request (by phone)."""
    if person is None or one.person == one.by:
        return None, False
    return person.name, person.organisation is None


def _event(one: Decision, person: PersonRecord | None) -> Event:
    name, at_request = signed_by(one, person)
    return Event(
        at=one.at,
        act=one.act,
        by=one.by,
        person=name,
        at_request=at_request or None,
        round=one.round or None,
        exception=one.exception,
    )
