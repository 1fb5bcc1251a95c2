"""Who it is about, kept apart from everything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, select

from flexroute.signing import keyed
from rules.shared.youth import MARKS, marks


class Youth(SQLModel, table=True):
    """Who a case, or a child in a dossier, is about. Never in letters, logs, runs or errors; kept apart, read by role."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, unique=True, foreign_key="escalation_case.id")
    child_id: int | None = Field(default=None, unique=True, foreign_key="stop_child.id")
    data: dict[str, Any] = Field(sa_type=JSON)
    # of a case: keyed hashes by which the same youth is known again, and not read (flexroute/signing.py)
    bsn_hash: str | None = Field(default=None, index=True)
    name_hash: str | None = Field(default=None, index=True)
    birth_date_hash: str | None = None


def known_by(data: Mapping[str, Any]) -> dict[str, str]:
    """Keyed hashes of what a youth is known by, by mark (rules/shared/youth.py). Raises UserError: production without a key."""
    return {mark: keyed(mark, told) for mark, told in marks(data).items()}


def new_youth(data: Mapping[str, Any], **of: int | None) -> Youth:
    """Who a case (`case_id`) is about, to be known again, or a child (`child_id`). Raises UserError: production without a key."""
    return Youth(data=dict(data)).sqlmodel_update({**of, **_hashes(data, of)})


def _hashes(data: Mapping[str, Any], of: Mapping[str, int | None]) -> dict[str, str | None]:
    known = known_by(data) if of.get("case_id") else {}
    return {f"{mark}_hash": known.get(mark) for mark in MARKS}


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
    row = session.exec(select(Youth).filter_by(**of).with_for_update()).first() or Youth(**of, data={})  # type: ignore[arg-type]
    row.sqlmodel_update({"data": dict(wanted), **_hashes(wanted, of)})
    session.add(row)
