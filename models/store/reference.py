"""Neutral references, never a BSN (C.4): ZB-2026-000123 for a case, ST-2026-000004 for a dossier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select

from models.store.database import upsert
from rules.shared.process import processes
from rules.shared.refusal import Refused


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


_SHORT = re.compile(r"(?:([A-Za-z]{1,8})-)?(?:(20[0-9]{2})-)?([0-9]{1,6})(?:-([0-9]{1,4}))?")
_WHOLE = re.compile(r"[A-Z]+-[0-9]{4}-[0-9]{6}(?:-[0-9]{4})?")
MOST_TOLD = 5


def is_short(text: str) -> bool:
    """Whether this is a number or a part of a reference, to be looked up."""
    return bool(_SHORT.fullmatch(text)) and not _WHOLE.fullmatch(text)


def whole(session: Session, text: str, labels: Sequence[str] = ()) -> str:
    """The reference that a text stands for: `3`, `zb-3`, `2026-3` and `1-2` where there is one such subject of these kinds (none: any).

    Another text stays as it is. Raises Refused (`not_found`) where there are several.
    """
    short = _SHORT.fullmatch(text) if is_short(text) else None
    if short is None:
        return text
    query = (select(table.reference).where(col(table.reference).like(like)) for table, like in _patterns(short, labels))
    found = sorted(reference for one in query for reference in session.exec(one.limit(MOST_TOLD + 1)))
    if len(found) > 1:
        told = ", ".join(found[:MOST_TOLD]) + (" …" if len(found) > MOST_TOLD else "")
        raise Refused(
            "not_found", f"Er is meer dan één met nummer '{text}': {told}. Kies het hele kenmerk.", "reference"
        )
    return found[0] if found else text


def _patterns(short: re.Match[str], labels: Sequence[str]) -> Iterator[tuple[Any, str]]:
    """In which tables to look, and for what."""
    prefix, year, number, within = short.groups()
    for process in processes():
        if prefix is None or prefix.upper() == process.prefix:
            like = f"{process.prefix}-{year or '____'}-{int(number):06d}" + (f"-{int(within):04d}" if within else "")
            yield from ((rows.table, like) for rows in process.subjects if not labels or rows.label in labels)
