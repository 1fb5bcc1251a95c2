"""What was decided about a subject, and which letters went out about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import bindparam
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


_COLUMNS: tuple[Any, ...] = (Letter.kind, col(Letter.recipient).label("to"), Letter.state, Letter.queued_at)
_LETTERS = select(*_COLUMNS).where(Letter.subject == bindparam("subject")).order_by(col(Letter.id))


def timeline(session: Session, reference: str) -> Timeline:
    """What happened to a subject."""
    decided = [_event(*one) for one in decided_about(session, reference)]
    return Timeline(timeline=decided, letters=letters_about(session, reference))


def letters_about(session: Session, reference: str) -> list[Sent]:
    """Which letters went out about a subject, oldest first."""
    return [Sent.model_validate(row._asdict()) for row in session.execute(_LETTERS, {"subject": reference})]


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


_WHOM = aliased(PersonRecord)
_DECIDED = (  # built once: that takes longer than reading them
    select(Decision, PersonRecord, _WHOM.id)
    .outerjoin(PersonRecord, col(Decision.person) == col(PersonRecord.id))
    .outerjoin(_WHOM, col(Decision.by) == _WHOM.id)
    .where(Decision.subject == bindparam("subject"))
    .order_by(col(Decision.id))
)


def decided_about(session: Session, reference: str) -> list[tuple[Decision, Signed]]:
    """The decisions about a subject with who took them, oldest first."""
    decided = session.exec(_DECIDED, params={"subject": reference})
    return [(one, signed_by(whom is not None, one.by, person)) for one, person, whom in decided]


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
