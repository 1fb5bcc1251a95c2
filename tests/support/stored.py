"""What is stored in a database, for tests that look behind the program."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from models.flex.case import Case
from models.stop.dossier import StopChild
from models.store.database import Database
from models.store.decision import Decision
from models.store.letter import Letter
from models.store.youth import Youth


def rows(database: Database, kind: Any, *where: Any) -> list[Any]:
    """All rows of a kind, or those for which this holds, in the order in which they came."""
    with database.reading() as session:
        return list(session.exec(select(kind).where(*where).order_by(*kind.__table__.primary_key)).all())


def case_of(database: Database, reference: str) -> Case:
    """The case with this reference."""
    [case] = rows(database, Case, col(Case.reference) == reference)
    assert isinstance(case, Case)
    return case


def counts(database: Database) -> list[int]:
    """How many cases, children, youths, decisions and letters there are."""
    return [len(rows(database, kind)) for kind in (Case, StopChild, Youth, Decision, Letter)]


def unsettled(database: Database) -> list[str]:
    """The acts that wait to be settled."""
    return [decision.act for decision in rows(database, Decision, col(Decision.settled_at).is_(None))]
