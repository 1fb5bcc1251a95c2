"""Corrections of what was given: compared with what stands; only what differs is recorded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, TypeVar

from pydantic_core import to_jsonable_python
from sqlmodel import Session

from acts.engine.act import Beginning, already_decided
from models.store.youth import keep_youth, youth_as_corrected
from rules.shared.asked import Asked
from rules.shared.values import PRIVATE

A = TypeVar("A", bound=Asked)


def otherwise(asked: Asked) -> dict[str, Any]:
    """The fields that say something else than what stands; whether those of the youth do is seen where they are kept."""
    given = asked.values.fields
    return {field: value for field, value in given.items() if field == PRIVATE or value != asked.request[field]}


def only_what_differs(asked: A) -> A:
    """Only that is recorded; the rest stays as it is."""
    return asked if asked.values is None else replace(asked, values=asked.values.only(otherwise(asked)))


def as_it_stands(asked: Asked, correctable: Collection[str], fields: Collection[str]) -> Beginning:
    """A correction begins with what stands; what may not be corrected any more is not asked. Who it is about is never shown (C.4)."""
    stands = {field: to_jsonable_python(asked.request[field]) for field in correctable if field in asked.request}
    return Beginning(stands, without=frozenset(fields) - {*correctable, "reason"})


def changes_something(session: Session, asked: Asked, **of: int) -> None:
    """Something is said otherwise, of the youth or of the rest. Raises Refused. `of`: whose youth, as in `youth_as_corrected`."""
    changed = otherwise(asked)
    if not changed.keys() - {PRIVATE} and youth_as_corrected(session, changed.get(PRIVATE), **of) is None:
        raise already_decided()


def correct_youth(session: Session, asked: Asked, **of: int) -> dict[str, Any] | None:
    """Keep what was corrected of the youth; answers with all that is known of it now, None where nothing of it was."""
    wanted = youth_as_corrected(session, asked.values.fields.get(PRIVATE), **of)
    if wanted is not None:
        keep_youth(session, wanted, **of)
    return wanted
