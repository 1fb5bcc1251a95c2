"""What was decided about a subject, and which letters went out about it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import aliased
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
    person: str | None = None  # the name of who acted for it, where that is somebody else and known
    confirmed: bool | None = None  # false: that name was typed, and is not proven
    at_request: bool | None = None  # that was somebody of the region, at its request (by phone)
    stands_in: bool | None = None  # that was who stands in for a person with a role
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
    mail = select(Letter).where(Letter.subject == reference).order_by(col(Letter.id))
    return Timeline(
        timeline=[_event(*one) for one in decided_about(session, reference)],
        letters=[
            Sent(kind=one.kind, to=one.recipient, state=one.state, queued_at=one.queued_at)
            for one in session.exec(mail)
        ],
    )


class Signed(NamedTuple):
    """Who acted for somebody else: the name, and how. No name: nobody else, or nobody knows."""

    person: str | None = None
    confirmed: bool = True  # otherwise a name that somebody typed, and that is not proven
    at_request: bool = False  # of an organisation, by somebody of the region (by phone)
    stands_in: bool = False  # for a person with a role


def signed_by(by_person: bool, by: str, person: PersonRecord | None) -> Signed:
    """Who acted. `by_person`: for whom was a person with a role."""
    if person is None or person.id == by:
        return Signed()
    of_region = person.organisation is None
    return Signed(person.name, person.confirmed, of_region and not by_person, of_region and by_person)


def decided_about(session: Session, reference: str) -> list[tuple[Decision, Signed]]:
    """The decisions about a subject with who took them, oldest first."""
    whom = aliased(PersonRecord)
    decided = (
        select(Decision, PersonRecord, whom.id)
        .outerjoin(PersonRecord, col(Decision.person) == col(PersonRecord.id))
        .outerjoin(whom, col(Decision.by) == whom.id)
        .where(Decision.subject == reference)
        .order_by(col(Decision.id))
    )
    return [(one, signed_by(whom_ is not None, one.by, person)) for one, person, whom_ in session.exec(decided)]


def _event(one: Decision, signed: Signed) -> Event:
    return Event(
        at=one.at,
        act=one.act,
        by=one.by,
        person=signed.person,
        confirmed=None if signed.confirmed else False,
        at_request=signed.at_request or None,
        stands_in=signed.stands_in or None,
        round=one.round or None,
        exception=one.exception,
    )
