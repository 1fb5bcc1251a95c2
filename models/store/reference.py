"""Neutral references, never a BSN (C.4): ZB-2026-000123 for a case, ST-2026-000004 for a dossier."""

from __future__ import annotations

from sqlmodel import Field, Session, SQLModel

from models.store.database import upsert


class ReferenceCounter(SQLModel, table=True):
    """The last number given out of a kind in a year."""

    __tablename__ = "reference_counter"

    kind: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int


def next_number(session: Session, kind: str, year: int) -> int:
    """The next number of this kind in this year; two at once get two."""
    counter = upsert(session, ReferenceCounter).values(kind=kind, year=year, last=1)
    counter = counter.on_conflict_do_update(index_elements=["kind", "year"], set_={"last": ReferenceCounter.last + 1})
    return int(session.execute(counter.returning(ReferenceCounter.last)).scalar_one())
