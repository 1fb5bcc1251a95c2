"""What decisions and letters are about: the identity of a case, a meeting, a dossier, a child. How it stands is its process's to keep."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

from sqlalchemy import insert
from sqlmodel import Field, Session, SQLModel

from models.store.database import upsert


class Subject(SQLModel, table=True):
    """Something with a reference of its own. Its details are a row of its process, with the same reference."""

    reference: str = Field(primary_key=True)
    process: str  # its name; no index: what waits is found by the decisions that do
    kind: str  # the label of its kind in that process
    process_version: str | None = None  # of the document that it began under, where that has one


def begin(session: Session, references: Iterable[str], process: str, kind: str, version: str | None = None) -> None:
    """These begin to exist, in one statement. To be called before the first decision about them."""
    rows = [{"reference": one, "process": process, "kind": kind, "process_version": version} for one in references]
    if rows:
        session.connection().execute(insert(Subject), rows)


def begin_once(session: Session, reference: str, process: str, kind: str) -> None:
    """The same, unless it is there already."""
    row = upsert(session, Subject).values(reference=reference, process=process, kind=kind)
    session.execute(row.on_conflict_do_nothing(index_elements=["reference"]))


def as_stored(fact: Any) -> Any:
    """A fact of the rules as the row of a subject keeps it: a code, a list."""
    if isinstance(fact, Enum):
        return fact.value
    if isinstance(fact, frozenset):
        return sorted(fact)
    return list(fact) if isinstance(fact, tuple) else fact
