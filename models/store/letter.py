"""The outbox: one row per letter and recipient, queued in the transaction of the change that causes it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class State(StrEnum):
    """Where a letter is. Without a person it goes from queued by sending to sent, failed, held or withheld; retry comes in between."""

    QUEUED = "queued"
    SENDING = "sending"  # it travels, or did when its sender died
    RETRY = "retry"  # tried in vain; again at `try_at`
    FAILED = "failed"  # nobody tries again by itself: see `reason`
    HELD = "held"  # it may not go as it is: see `reason`
    WITHHELD = "withheld"  # there was no mail to go out, or news came after it: see `reason`
    SENT = "sent"


WAITING = (State.QUEUED, State.RETRY)


def _starts_at(number: int) -> dict[str, Any]:
    """The database fills it in: queueing letters in bulk need not name it."""
    return {"default": None, "server_default": str(number)}


class Letter(SQLModel, table=True):
    """A letter to one recipient. `context` holds codes, dates and ids; the words come when it is sent."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)  # the same letter is never queued twice
    kind: str
    case_id: int | None = Field(default=None, foreign_key="escalation_case.id", index=True)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", index=True)
    consultation_id: int | None = Field(default=None, foreign_key="consultation.id", index=True)
    subject: str = Field(index=True)  # the case reference, the meeting, or the rejected referral
    recipient: str
    context: dict[str, Any] = Field(sa_type=JSON)
    queued_at: datetime  # the date of the letter; when somebody has it sent again: of that
    state: str = Field(default=State.QUEUED.value, index=True)
    sent_at: datetime | None = None
    reason: str | None = None
    edition: int = Field(default=1, sa_column_kwargs=_starts_at(1))  # rises when somebody has it sent again
    attempts: int = Field(default=0, sa_column_kwargs=_starts_at(0))
    # attempts that broke off: nobody knows if it arrived
    in_doubt: int = Field(default=0, sa_column_kwargs=_starts_at(0))
    tried_at: datetime | None = None
    try_at: datetime | None = None  # only with `retry`
    trouble_since: datetime | None = None
    trouble: str | None = None  # its kind (notifications.retry), while it lasts
