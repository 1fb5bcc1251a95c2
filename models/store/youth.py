"""Who it is about, kept apart from everything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, select


class Youth(SQLModel, table=True):
    """Who a case, or a child in a dossier, is about. Never in letters, logs, runs or errors; kept apart, read by role."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, unique=True, foreign_key="escalation_case.id")
    child_id: int | None = Field(default=None, unique=True, foreign_key="stop_child.id")
    data: dict[str, Any] = Field(sa_type=JSON)


def youth_as_corrected(session: Session, given: Mapping[str, Any] | None, **of: int) -> dict[str, Any] | None:
    """What is kept of a youth with what is given now (a name without a value goes); None where that changes nothing.

    `of`: `case_id` or `child_id`.
    """
    row = session.exec(select(Youth).filter_by(**of)).first()
    kept = dict(row.data) if row else {}
    wanted = {name: value for name, value in {**kept, **(given or {})}.items() if value not in (None, "")}
    return None if wanted == kept else wanted


def keep_youth(session: Session, wanted: Mapping[str, Any], **of: int) -> None:
    """Keep this of a youth, and nothing of before."""
    row = session.exec(select(Youth).filter_by(**of).with_for_update()).first() or Youth(**of, data={})
    row.data = dict(wanted)
    session.add(row)
