"""Who read what was said about a subject, or who it is about: append-only (C.4)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel


class Reading(SQLModel, table=True):
    """One reading, written before it is shown: what cannot be kept is not shown."""

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(foreign_key="subject.reference", index=True)
    by: str  # for whom: an organisation, or a person with a role
    person: str | None = Field(default=None, foreign_key="person.id")  # who
    at: datetime
    youth: bool = False  # also who it is about
