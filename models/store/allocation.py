"""Allocation numbers (JW301): one number of a municipality is one youth's, in all processes together."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, select

from rules.shared.process import Hook

# whose it is: a table and the id in it. What is about one youth in two processes has the same
Youth = tuple[str, int | None]


class Holder(NamedTuple):
    """What has an allocation number, or will have it once a decision is settled."""

    reference: str
    youth: Youth
    waits: bool = False


holders: Hook[[Session, str, str], list[Holder]] = Hook()  # of this number of this municipality, in one process


def alone_with(session: Session, municipality: str, number: str) -> None:
    """Whoever records this number at the same moment waits until this transaction ends. On SQLite nobody else writes anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"allocation.{municipality}.{number}"))))


def others(session: Session, municipality: str, number: str, own: Youth) -> list[Holder]:
    """Who else has this number; who may be getting it first."""
    found = [one for known in holders(session, municipality, number) for one in known if one.youth != own]
    return sorted(found, key=lambda one: not one.waits)
