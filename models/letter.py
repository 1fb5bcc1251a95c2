"""The outbox: one row per letter and recipient, queued in the transaction of the change that causes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class Letter(SQLModel, table=True):
    """A letter to one recipient. `context` holds codes, dates and ids; the words come when it is sent."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)  # the same letter is never queued twice
    kind: str
    case_id: int | None = Field(default=None, foreign_key="escalation_case.id", index=True)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", index=True)
    subject: str = Field(index=True)  # the case reference, the meeting, or the rejected referral
    recipient: str
    context: dict[str, Any] = Field(sa_type=JSON)
    queued_at: datetime
    state: str = Field(default="queued", index=True)  # queued, sent, held, failed
    sent_at: datetime | None = None
    reason: str | None = None
