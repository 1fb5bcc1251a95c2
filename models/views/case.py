"""Where a case stands, as people look at it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Planned(BaseModel):
    """The meeting whose agenda a case is on."""

    model_config = ConfigDict(frozen=True)

    table: str | None
    on: date


class CaseView(BaseModel):
    """What a case is and where it stands, in codes, ids and dates; nothing of the youth. Its fields are the keys of `case --json`."""

    model_config = ConfigDict(frozen=True)

    reference: str
    opdracht: str
    referrer: str
    provider: str  # that was asked first
    received_on: date
    municipality: str
    care_form: str | None
    age_band: str | None
    forensic: bool
    residential: bool
    step: str
    outcome: str | None
    round: int
    due: date | None
    overdue: bool
    waiting_for: list[str]  # who must act
    recorded_by: list[str]  # who records it here, where that is somebody else
    owner: str  # the provider that the case is at
    agenda: Planned | None
    candidates: list[str]  # flex providers, in the order in which they will be asked
    excluded: dict[str, str]  # flex providers that are not asked, with the code why
    asked: str | None  # the flex provider with the open request
    procedure_check: Literal["passed"] | list[str] | None  # what is wrong, None before the check
    signals: list[str]
    treeknorm_date: date | None
    opened_on: date | None  # this step; None before a flow has opened the first
    sender_reference: str | None
    urgent: bool
    trouble: str | None  # why it was set aside
    stop_child: str | None  # of a provider that stops
