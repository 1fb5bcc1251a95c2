"""The own reference of a sender that something had before it was corrected: a list of then still names it so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, insert
from sqlmodel import Field, Session, SQLModel


class FormerReference(SQLModel, table=True):
    """Whose reference it was, and of which case or child."""

    __tablename__ = "former_reference"
    __table_args__ = (Index("subject_by_former_reference", "sender", "sender_reference"),)

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(foreign_key="subject.reference", index=True)
    sender: str = Field(foreign_key="organisation.id")
    sender_reference: str


def remember_reference(session: Session, subject: str, sender: str, sender_reference: str | None) -> None:
    """It was called so, if it was."""
    if sender_reference:
        row: dict[str, Any] = {"subject": subject, "sender": sender, "sender_reference": sender_reference}
        session.execute(insert(FormerReference).values(row))
