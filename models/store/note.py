"""Notes of the region's team about a youth's case: kept with what is kept of the youth, and erased with that (C.4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Field, Session, SQLModel, col

from models.store.database import upsert
from models.store.youth import Youth


class Note(SQLModel, table=True):
    """Somebody of the region wrote this down for colleagues. Never in letters, logs, runs or errors; goes with the youth's own row."""

    id: int | None = Field(default=None, primary_key=True)
    youth_id: int = Field(foreign_key="youth.id", ondelete="CASCADE", index=True)
    by: str  # for whom: a person with a role in the region
    person: str = Field(foreign_key="person.id")  # who
    at: datetime
    text: str


def youth_row(session: Session, **of: int) -> int:
    """The number of the row of a youth (`case_id` or `child_id`); one without data is made where nothing is kept yet."""
    session.execute(upsert(session, Youth).values(**of, data={}).on_conflict_do_nothing(index_elements=[*of]))
    return int(session.execute(select(col(Youth.id)).filter_by(**of)).scalar_one())


def notes_about(session: Session, **of: int) -> list[Note]:
    """The notes about this case or child, oldest first; only for who may read who the youth is, each time logged."""
    mine = (
        select(Note)
        .join(Youth, col(Note.youth_id) == col(Youth.id))
        .filter(*(getattr(Youth, name) == value for name, value in of.items()))
    )
    return list(session.execute(mine.order_by(col(Note.id))).scalars())
