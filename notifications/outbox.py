"""Queueing letters: in the transaction of the change that causes them, once per recipient."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from models.database import upsert
from models.letter import Letter


def letter_row(
    kind: str,
    recipient: str,
    subject: str,
    occasion: str,
    context: dict[str, Any],
    now: datetime,
    case_id: int | None = None,
    meeting_id: int | None = None,
) -> dict[str, Any]:
    """A letter to queue. The key (kind, subject, occasion, recipient: ids and ISO dates) makes it unique."""
    return {
        "key": f"{kind}:{subject}:{occasion}:{recipient}",
        "kind": kind,
        "case_id": case_id,
        "meeting_id": meeting_id,
        "subject": subject,
        "recipient": recipient,
        "context": context,
        "queued_at": now,
        "state": "queued",
    }


def queue_letters(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Put letters in the outbox, all in one statement."""
    if rows := list(rows):
        session.execute(insert(Letter), rows)


def queue_once(session: Session, row: dict[str, Any]) -> None:
    """Put a letter in the outbox unless it is there already."""
    session.execute(upsert(session, Letter).values(row).on_conflict_do_nothing(index_elements=["key"]))
