"""Who it is about, kept apart from everything else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class Youth(SQLModel, table=True):
    """Who a case, or a child in a dossier, is about. Never in letters, logs, runs or errors; kept apart, read by role."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, unique=True, foreign_key="escalation_case.id")
    child_id: int | None = Field(default=None, unique=True, foreign_key="stop_child.id")
    data: dict[str, Any] = Field(sa_type=JSON)
