"""What a letter knows: a typed context per kind, checked where it is queued. Nothing but codes, numbers, days and ids gets in (C.4)."""

from __future__ import annotations

from datetime import date
from typing import Any, NewType

from pydantic import BaseModel, ConfigDict

from rules.shared.process import of_letter
from rules.shared.region import Identifier

Context = NewType("Context", dict[str, Any])  # checked, as the outbox keeps it


class LetterContext(BaseModel):
    """What a letter knows beside its reference, whatever it is about. Its templates read these names."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class OfMeeting(LetterContext):
    """A letter about a meeting reads the agenda that was issued in this version."""

    version: int


class NoLongerInvited(OfMeeting):
    """Who was on the agenda before this version and is on it no more; whether the meeting was about a case of theirs."""

    had_a_case: bool


class StoodIn(LetterContext):
    """Who stood in for its reader, in which days, and about what was decided."""

    deputy: Identifier
    first: date
    last: date
    references: tuple[Identifier, ...]


def context_of(kind: str, **known: Any) -> Context:
    """What a letter of this kind knows, checked. What it may leave out and is not given stays out.

    Raises KeyError for a kind that nobody has, and pydantic.ValidationError where a value is missing, unknown or not
    what the letter says: a fault in the step that queues it, which sets its case aside.
    """
    context: LetterContext = of_letter(kind).contexts[kind](**known)
    return Context(context.model_dump(mode="json", exclude_unset=True))
