"""What was decided about a subject, and which letters went out about it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from models.region.directory import PersonRecord
from models.store.decision import Decision
from models.store.letter import Letter

Rows = list[dict[str, Any]]


def timeline(session: Session, reference: str) -> dict[str, Rows]:
    """Who recorded what and when (`timeline`), and what was sent (`letters`). Of a case also the round.

    `person`: the name of who acted for an organisation, where that is known; `at_request`: it was somebody of the region.
    """
    decided = select(Decision, PersonRecord).outerjoin(PersonRecord).where(Decision.subject == reference)
    decided = decided.order_by(col(Decision.id))
    mail = select(Letter).where(Letter.subject == reference).order_by(col(Letter.id))
    return {
        "timeline": [_decision(one, person) for one, person in session.exec(decided)],
        "letters": [
            {"kind": one.kind, "to": one.recipient, "state": one.state, "queued_at": one.queued_at}
            for one in session.exec(mail)
        ],
    }


def signed_by(one: Decision, person: PersonRecord | None) -> tuple[str | None, bool]:
    """The name of who acted for an organisation, and whether that was somebody of the region, at its request (by phone)."""
    if person is None or one.person == one.by:
        return None, False
    return person.name, person.organisation is None


def _decision(one: Decision, person: PersonRecord | None) -> dict[str, Any]:
    name, at_request = signed_by(one, person)
    said: dict[str, Any] = {"at": one.at, "act": one.act, "by": one.by}
    if name:
        said["person"] = name
    if at_request:
        said["at_request"] = True
    return {**said, "round": one.round} if one.round else said
