"""How a subject stands, in Dutch words: what a page or a screen shows of it, whatever its process."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Stage(BaseModel):
    """One step of its process, in the order of the document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    name: str
    state: Literal["done", "now", "later"]
    note: str = ""  # what more there is to say: the round


class Asked(BaseModel):
    """What is asked now, of whom, by when, and on which sentence that stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    who: list[str]  # ids
    acts: list[str]  # the names of what answers it
    due: date | None
    until: str  # by when, in words: a term, a meeting or the start; empty where there is none
    overdue: bool
    requirement: str


class Listed(BaseModel):
    """Rows under a heading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    columns: list[str]
    rows: list[list[str]]


class Standing(BaseModel):
    """A subject as people look at it; nothing of who it is about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: str
    title: str
    state: str  # where it stands, or how it ended
    closed: bool
    urgent: bool
    stages: list[Stage]
    about: list[tuple[str, str]]  # what it is: labels and values
    asked: list[Asked]
    remarks: list[str]  # what somebody must look at: signals, that it was set aside
    lists: list[Listed]
