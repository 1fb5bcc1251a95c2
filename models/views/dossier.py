"""Where a dossier of a provider that stops stands, and where a child in it stands, as people look at them."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict


class Counted(BaseModel):
    """The numbers of one municipality by category: of the stopping provider and of its access (S-40, S-41)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: dict[str, int] | None = None  # None as long as that side has given none
    access: dict[str, int] | None = None
    explained: bool = False  # the difference between these two (S-42)


class Duty(BaseModel):
    """One duty of the IGJ guideline: whether it was seen to, when and by whom (S-13 … S-23)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    duty: str
    done_on: date | None = None
    by: str | None = None
    note: str | None = None  # typed: not for mail


class DossierView(BaseModel):
    """The standing of a dossier, in codes, ids and dates; nothing of a youth. Its fields are the keys of `stops --json` (docs/json.md)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: str
    provider: str  # that stops
    stop_type: str
    announced_on: date
    opened_on: date
    contract_ends_on: date
    care_forms: list[str]
    locations: list[str]  # none: all of them
    status: str
    missing: list[str]
    differences: dict[str, dict[str, list[int]]]  # by municipality and category: both numbers (S-42)
    counts: dict[str, Counted]  # by municipality
    added: dict[str, dict[str, int]]  # children, by municipality and category (S-17)
    left_out: int  # counted, not added
    not_counted: int  # added, not counted
    children: dict[str, int]  # by status
    open: int  # children that are not settled
    ends_by: date  # last day of the term (S-10)
    days_left: int  # until then; below zero when it is over
    declarations_by: date
    candidates: list[str]  # who may take over
    signals: list[str]  # of all its children together
    waiting_for: list[str]  # who must act for the dossier itself
    acts: list[str]  # that are due, the first one first
    closed_on: date | None
    trouble: str | None  # why it was set aside
    next_consultation: date | None
    stopping: list[str]  # every provider with an open dossier
    duties: list[Duty]


class ChildView(BaseModel):
    """The standing of a child in a dossier, in codes, ids and dates; nothing of the youth. Its fields are the keys of `stop CHILD --json`.

    A model costs some 7 µs more than a dict would; reading a child and asking its rules costs over 120 µs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: str
    dossier: str
    sender_reference: str | None
    municipality: str
    care: str
    category: str
    care_form: str
    location: str | None
    status: str
    route: int | None
    receiving_provider: str | None
    moves_along: bool  # with employees (S-29)
    expected_end: date | None  # of the care
    # the values of the route that waits for the access (models.stop.dossier.as_proposal)
    proposal: dict[str, Any] | None
    held_by: str
    ends_by: date  # last day of its term
    days_left: int | None  # until then, None once it is settled
    due: date | None  # by when somebody must act
    due_in: int | None  # days until then; below zero when it is late
    added_on: date
    registered_on: date | None
    allocation_ends_on: date | None
    started_on: date | None
    finished_on: date | None
    file_due: date | None
    file_late_days: int | None
    missing: list[str]
    signals: list[str]
    waiting_for: list[str]  # who must act
    acts: list[str]  # that are due, the first one first
    flex_cases: list[str]  # its cases in the flex route, the last one last
    flex_step: str | None  # of that last one
    trouble: str | None  # why it was set aside
    removed_on: date | None = None  # it was added by mistake, and is in the dossier no more
