"""Everything that was said about a subject, for one reader: what is not theirs to read is left out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

InWords = dict[str, Any]  # by label, in the order of the act: a text, several, or (of each party) such a mapping again


class Said(BaseModel):
    """One decision: what, by whom and when, and the words of it. Who may not read those sees only that it was taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    act: str
    step: str | None
    round: int | None
    by: str  # for whom: an organisation, or a person with a role
    person: str | None  # the name of who acted for it, where that is somebody else and known
    confirmed: bool = True  # otherwise that name was typed, and is not proven
    at_request: bool  # that was somebody of the region, at its request (by phone)
    stands_in: bool = False  # that was who stands in for a person with a role
    exception: str | None = None  # of the region, by which it was possible: its reason
    said: InWords | None  # None: not for this reader


class ReadBefore(BaseModel):
    """That somebody read it: for the region's own people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    by: str
    person: str | None  # the name
    confirmed: bool = True  # otherwise that name was typed, and is not proven
    stands_in: bool = False  # that was who stands in for a person with a role
    youth: bool  # also who it is about


class NoteView(BaseModel):
    """A note of the region's team, for who may read who the youth is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    by: str  # a person with a role in the region
    person: str | None  # the name of who stood in for that one
    text: str


class InFull(BaseModel):
    """What one reader may read of a subject, in Dutch words. Its fields are those of `case --full --json` (docs/json.md)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: str
    decisions: list[Said]  # in the order in which they were taken
    youth: dict[str, str] | None  # by label; None: not asked for
    may_read_youth: bool  # whether this reader may ask for it
    read_before: list[ReadBefore] | None  # None: not for this reader
