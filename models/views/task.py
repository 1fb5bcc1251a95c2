"""Something that somebody must do, as a list of work shows it."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple


class Claimed(NamedTuple):
    """Whose something is, of those who may act on it."""

    person: str  # id
    name: str
    since: datetime


class Task(NamedTuple):
    """Who must act on what: ids, codes and dates only."""

    reference: str
    process: str  # its name
    kind: str  # of the subject: case, stop, child
    acts: tuple[str, ...]  # the one that is due first; none where somebody only sees to it
    who: tuple[str, ...]  # ids; for Team Zorgbemiddeling the team itself
    requirement: str
    since: date
    due: date | None
    urgent: bool
    claimed_by: str | None = None  # id of whose it is, of those who must act; nobody has claimed it
    claimed_name: str | None = None
