"""The kinds of values that people give: dates, texts, ids of the region. Wrong ones are told in plain Dutch."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationInfo

_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _ISO.match(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise ValueError("schrijf de datum als jjjj-mm-dd, bijvoorbeeld 2026-03-09")


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "ja": True, "false": False, "nee": False}
    if isinstance(value, str) and value.strip().lower() in known:
        return known[value.strip().lower()]
    raise ValueError("kies ja (true) of nee (false)")


def _not_in_future(value: date, info: ValidationInfo) -> date:
    if info.context and value > info.context["today"]:
        raise ValueError("deze dag ligt in de toekomst; kies vandaag of een eerdere dag")
    return value


def _known_organisation(value: str, info: ValidationInfo) -> str:
    if info.context and value not in info.context["region"].organisation:
        raise ValueError(f"'{value}' is geen organisatie van deze regio")
    return value


def _known_table(value: str, info: ValidationInfo) -> str:
    if info.context and value not in info.context["region"].table:
        raise ValueError(f"'{value}' is geen tafel van deze regio")
    return value


Day = Annotated[date, BeforeValidator(_day)]
PastDay = Annotated[date, BeforeValidator(_day), AfterValidator(_not_in_future)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
OrganisationId = Annotated[str, AfterValidator(_known_organisation)]
TableId = Annotated[str, AfterValidator(_known_table)]


class Ground(StrEnum):
    """Why a provider temporarily cannot (F-05 … F-09)."""

    CAPACITY_NOT_AT_LEVEL = "capacity_not_at_level"
    ANNUAL_CAPACITY_USED = "annual_capacity_used"
    DEMAND_PEAK = "demand_peak"
    OTHER = "other"


class Given(BaseModel):
    """Values that somebody gave; an unknown field is an error. Parsed with a context they are held to region and day."""

    model_config = ConfigDict(frozen=True, extra="forbid")
