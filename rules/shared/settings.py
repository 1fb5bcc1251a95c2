"""The numbers that a region may change, with their bounds: those of all processes together, and those of each, which it defines itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationInfo
from pydantic import create_model as make_model

from rules.shared.calendar import KNOWN_YEARS

T = TypeVar("T")
STORED = {"stored": True}  # the context in which a region comes out of the database


def at_the_door(check: Callable[[T], T]) -> AfterValidator:
    """A check of a region that comes in. What was stored under older checks still loads: it may not stop the program."""

    def unless_stored(value: T, info: ValidationInfo) -> T:
        return value if info.context == STORED else check(value)

    return AfterValidator(unless_stored)


def at_most(most: int) -> AfterValidator:
    """The greatest that a number may be, at the door."""

    def check(value: int) -> int:
        if value > most:
            raise ValueError(f"dit getal is te groot; het meeste is {most}")
        return value

    return at_the_door(check)


def _of_known_year(value: date) -> date:
    if value.year not in KNOWN_YEARS:
        raise ValueError(f"kies een dag van {KNOWN_YEARS[0]} tot en met {KNOWN_YEARS[-1]}")
    return value


def _clock_time(value: Any) -> Any:
    if isinstance(value, str) and len(value) != 5:
        raise ValueError('schrijf de tijd als "uu:mm"')
    return value


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FromZero = Annotated[int, Field(ge=0, strict=True)]
FromOne = Annotated[int, Field(ge=1, strict=True)]
Day = Annotated[date, at_the_door(_of_known_year)]
Days = Annotated[FromOne, at_most(366)]
Weeks = Annotated[FromOne, at_most(104)]
Months = Annotated[FromOne, at_most(60)]
Clock = Annotated[
    time,
    BeforeValidator(_clock_time),
    PlainSerializer(lambda at: at.strftime("%H:%M"), return_type=str, when_used="json"),
]


class Frozen(BaseModel):
    """Facts do not change; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class WeeklyMoment(Frozen):
    """A weekday and a time, local."""

    weekday: Weekday = "friday"
    time: Clock = time(13, 0)


class ClosingTime(Frozen):
    """When the agenda of a meeting closes (AMB-14)."""

    working_days_before: Annotated[FromOne, at_most(30)] = 1  # a weekly table is planned a year ahead
    time: Clock = time(12, 0)


class Settings(Frozen):
    """What no process owns: the rhythm of the agendas. Each is a reading of the documents that a region may change."""

    table_prep: WeeklyMoment = WeeklyMoment()
    agenda_closes: ClosingTime = ClosingTime()


OWN: dict[str, type[Frozen]] = {}  # the settings of each process that runs here, by its name; `register` fills it


def every_process() -> type[Frozen]:
    """What stands under `processes` in a region file: a key for each process that runs here, with its settings."""
    return _of_these(tuple(OWN.items()))


@cache
def _of_these(kinds: tuple[tuple[str, type[Frozen]], ...]) -> type[Frozen]:
    parts: dict[str, Any] = {name: (kind, kind()) for name, kind in kinds}
    return make_model("Processes", __base__=Frozen, **parts)


def owners(key: str) -> list[str]:
    """The processes that have a setting of this name."""
    return [name for name, kind in OWN.items() if key in kind.model_fields]


def is_setting(key: str) -> bool:
    """Whether there is a setting of this name, of all processes together or of one."""
    return key in Settings.model_fields or bool(owners(key))


def apart(region: Mapping[str, Any]) -> dict[str, Any]:
    """A region in the form of now: what stands among the settings of all goes to the processes whose it is, as it was written before.

    A number that stands at both places stays where it is, which is an error; so does what has no form at all.
    """
    together, own = region.get("settings"), region.get("processes") or {}
    if not isinstance(together, Mapping) or not isinstance(own, Mapping):
        return dict(region)
    moved: dict[str, dict[str, Any]] = {}
    for key, value in together.items():
        names = owners(key)
        if all(isinstance(part := own.get(name, {}), Mapping) and key not in part for name in names):
            for name in names:
                moved.setdefault(name, {})[key] = value
    if not moved:
        return dict(region)
    left = {key: value for key, value in together.items() if not any(key in part for part in moved.values())}
    return {**region, "settings": left, "processes": {**own, **{n: {**own.get(n, {}), **p} for n, p in moved.items()}}}
