"""What was decided about a subject, and which letters went out about it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from models.store.decision import Decision
from models.store.letter import Letter

Rows = list[dict[str, Any]]


def timeline(session: Session, reference: str) -> dict[str, Rows]:
    """Who recorded what and when (`timeline`), and what was sent (`letters`). Of a case also the round."""
    decided = select(Decision).where(Decision.subject == reference).order_by(col(Decision.id))
    mail = select(Letter).where(Letter.subject == reference).order_by(col(Letter.id))
    return {
        "timeline": [_decision(one) for one in session.exec(decided)],
        "letters": [
            {"kind": one.kind, "to": one.recipient, "state": one.state, "queued_at": one.queued_at}
            for one in session.exec(mail)
        ],
    }


def _decision(one: Decision) -> dict[str, Any]:
    said = {"at": one.at, "act": one.act, "by": one.by}
    return {**said, "round": one.round} if one.round else said
