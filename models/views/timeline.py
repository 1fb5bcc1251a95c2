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

    `person`: the name of who acted for an organisation, where that is known.
    """
    decided = select(Decision, PersonRecord.name).outerjoin(PersonRecord).where(Decision.subject == reference)
    decided = decided.order_by(col(Decision.id))
    mail = select(Letter).where(Letter.subject == reference).order_by(col(Letter.id))
    return {
        "timeline": [_decision(one, name) for one, name in session.exec(decided)],
        "letters": [
            {"kind": one.kind, "to": one.recipient, "state": one.state, "queued_at": one.queued_at}
            for one in session.exec(mail)
        ],
    }


def _decision(one: Decision, name: str | None) -> dict[str, Any]:
    said: dict[str, Any] = {"at": one.at, "act": one.act, "by": one.by}
    if name and one.person != one.by:
        said["person"] = name
    return {**said, "round": one.round} if one.round else said
