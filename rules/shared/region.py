"""A region as data: settings, terms, norms, tables, organisations and people. A second region is a file, not a branch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from rules.shared import letterable
from rules.shared.calendar import KNOWN_YEARS, WorkingDays, working_days

T = TypeVar("T")
STORED = {"stored": True}  # the context in which a region comes out of the database


def _at_the_door(check: Callable[[T], T]) -> AfterValidator:
    """A check of a region that comes in. What was stored under older checks still loads: it may not stop the program."""

    def unless_stored(value: T, info: ValidationInfo) -> T:
        return value if info.context == STORED else check(value)

    return AfterValidator(unless_stored)


def _at_most(most: int) -> AfterValidator:
    def check(value: int) -> int:
        if value > most:
            raise ValueError(f"dit getal is te groot; het meeste is {most}")
        return value

    return _at_the_door(check)


def _of_known_year(value: date) -> date:
    if value.year not in KNOWN_YEARS:
        raise ValueError(f"kies een dag van {KNOWN_YEARS[0]} tot en met {KNOWN_YEARS[-1]}")
    return value


Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=40)]
EightDigits = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), _at_the_door(letterable.name)
]
Mail = Annotated[str, StringConstraints(max_length=200), _at_the_door(letterable.address)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ContractKind = Literal["system", "performance", "flex"]
PersonRole = Literal["care_mediator", "scheduler", "contract_manager", "contract_administration"]
MAILBOX_NAMES = {
    "care_mediation_team": "Team Zorgbemiddeling",
    "access_working_group": "Werkgroep Toegang",
    "backoffice": "Backoffice",
}
_FromZero = Annotated[int, Field(ge=0, strict=True)]
_FromOne = Annotated[int, Field(ge=1, strict=True)]
Day = Annotated[date, _at_the_door(_of_known_year)]
Days = Annotated[_FromOne, _at_most(366)]
Weeks = Annotated[_FromOne, _at_most(104)]
Months = Annotated[_FromOne, _at_most(60)]


def _clock_time(value: Any) -> Any:
    if isinstance(value, str) and len(value) != 5:
        raise ValueError('schrijf de tijd als "uu:mm"')
    return value


Clock = Annotated[
    time,
    BeforeValidator(_clock_time),
    PlainSerializer(lambda at: at.strftime("%H:%M"), return_type=str, when_used="json"),
]


class Frozen(BaseModel):
    """Facts do not change; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class HolidayChoices(Frozen):
    """Which days are no working days (AMB-14)."""

    country: Literal["NL"] = "NL"
    liberation_day_every_year: bool = False
    good_friday: bool = False
    extra: tuple[Day, ...] = ()


class WeeklyMoment(Frozen):
    """A weekday and a time, local."""

    weekday: Weekday = "friday"
    time: Clock = time(13, 0)


class ClosingTime(Frozen):
    """When the agenda of a meeting closes (AMB-14)."""

    working_days_before: Annotated[_FromOne, _at_most(30)] = 1  # a weekly table is planned a year ahead
    time: Clock = time(12, 0)


class Settings(Frozen):
    """The numbers of the process; each is a reading of the documents that a region may change."""

    assessment_days: Days = 7  # F-21, AMB-01: calendar days
    escalation_working_days: Days = 1  # AMB-04
    approval_reminder_working_days: Days = 2  # AMB-19
    flex_reminder_working_days: Days = 3  # AMB-19
    flex_learning_meetings: Annotated[_FromZero, _at_most(104)] = 3  # AMB-12
    return_on_first_decline: bool = False  # AMB-23
    many_rounds_from: Annotated[int, Field(ge=2, strict=True), _at_most(100)] = 3  # AMB-29
    stop_term_months: Months = 12  # S-10
    stop_term_warnings_months: Annotated[tuple[Months, ...], Field(max_length=12)] = (3, 1)
    file_transfer_days: Days = 28  # S-47
    table_prep: WeeklyMoment = WeeklyMoment()
    agenda_closes: ClosingTime = ClosingTime()
    acceptance_duty: bool = True  # F-04, AMB-69


class Treeknorm(Frozen):
    """Weeks within which help of an opdracht must start (AMB-03); `*` is every opdracht."""

    opdracht: Annotated[str, StringConstraints(pattern=r"^(\*|[A-Za-z0-9]{1,8})$")]
    care_form: Code | None = None
    weeks: Weeks
    valid_from: Day


class OnlyIf(Frozen):
    """What a case must be for a table that takes only some cases of its opdracht (F-59)."""

    forensic: bool | None = None
    residential: bool | None = None


class Table(Frozen):
    """A mediation table: RER/ZBT, with its own rhythm, by opdracht (F-52 … F-62, AMB-06 … AMB-09)."""

    id: Identifier
    name: Name
    opdrachten: Annotated[tuple[Code, ...], Field(min_length=1)]
    only_if: OnlyIf | None = None
    weekday: Weekday
    start: Clock
    minutes: Annotated[_FromOne, _at_most(24 * 60)] = 60
    every_weeks: Annotated[_FromOne, _at_most(52)] = 1
    anchor: Day
    valid_until: Day | None = None
    flex: Literal["never", "on_call", "first_meetings_then_on_call", "always"] = "on_call"
    flex_learning_from: Day | None = None
    chair: Identifier
    participants: tuple[Identifier, ...] = ()

    @model_validator(mode="after")
    def _anchor_on_weekday(self) -> Table:
        if WEEKDAYS[self.anchor.weekday()] != self.weekday:
            raise ValueError(f"anchor {self.anchor} valt niet op {self.weekday}")
        return self


class Contract(Frozen):
    """What an organisation may deliver, from and to inclusive; no care_forms means: not recorded."""

    kind: ContractKind
    opdrachten: Annotated[tuple[Code, ...], Field(min_length=1)]
    valid_from: Day = Field(alias="from")
    valid_to: Day = Field(alias="to")
    care_forms: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Contract:
        if self.valid_to < self.valid_from:
            raise ValueError("to ligt voor from")
        return self

    def holds(self, day: date) -> bool:
        """Whether the contract is in force on `day`."""
        return self.valid_from <= day <= self.valid_to


class Contact(Frozen):
    """A natural person of an organisation, who may answer for it or only read."""

    id: Identifier
    name: Name
    mail: Mail
    may_answer: bool = True


class Organisation(Frozen):
    """A provider, flex provider, subcontractor, referrer or municipal access. One undertaking is one AGB or KvK number."""

    id: Identifier
    name: Name
    mail: Mail
    agb: EightDigits | None = None
    kvk: EightDigits | None = None
    contracts: tuple[Contract, ...] = ()
    subcontractors: tuple[Identifier, ...] = ()
    flex_order: Annotated[_FromZero, _at_most(9999)] | None = None
    referrer: Literal["local_team", "medical", "certified_institution"] | None = None
    municipality: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = None
    contacts: tuple[Contact, ...] = ()

    def is_system_provider(self, day: date | None = None) -> bool:
        """A system or performance provider (F-18), on `day` or at any time."""
        return any(c.kind != "flex" and (day is None or c.holds(day)) for c in self.contracts)

    def is_flex_provider(self) -> bool:
        """Whether it has, or had, a flex contract."""
        return any(c.kind == "flex" for c in self.contracts)

    def has_flex_contract(self, opdrachten: tuple[str, ...], day: date) -> bool:
        """Whether it holds a flex contract for one of the opdrachten on `day`."""
        return any(c.kind == "flex" and c.holds(day) and set(c.opdrachten) & set(opdrachten) for c in self.contracts)


class Person(Frozen):
    """Somebody of the region. A contract manager has the opdrachten that he or she judges (AMB-18)."""

    id: Identifier
    name: Name
    mail: Mail
    roles: Annotated[tuple[PersonRole, ...], Field(min_length=1)]
    opdrachten: tuple[Code, ...] = ()


class Region(Frozen):
    """Everything that differs by region."""

    region: Identifier
    name: Name
    timezone: Literal["Europe/Amsterdam"] = "Europe/Amsterdam"
    holidays: HolidayChoices = HolidayChoices()
    settings: Settings = Settings()
    treeknorm: tuple[Treeknorm, ...] = ()
    tables: tuple[Table, ...]
    organisations: tuple[Organisation, ...]
    people: tuple[Person, ...]
    mailboxes: dict[Identifier, Mail]

    @field_validator("mailboxes")
    @classmethod
    def _needs_the_team(cls, mailboxes: dict[str, str]) -> dict[str, str]:
        if missing := set(MAILBOX_NAMES) - set(mailboxes):
            raise ValueError(f"hier ontbreekt {', '.join(sorted(missing))}")
        return mailboxes

    @cached_property
    def version(self) -> int:
        """Which version of the stored region this is; 0 where it was not stored."""
        return 0

    @cached_property
    def days(self) -> WorkingDays:
        """The working days of this region."""
        h = self.holidays
        return working_days(h.country, h.liberation_day_every_year, h.good_friday, h.extra)

    @cached_property
    def organisation(self) -> dict[str, Organisation]:
        """Organisations by id."""
        return {row.id: row for row in self.organisations}

    @cached_property
    def access(self) -> dict[str, str]:
        """The id of the municipal access, by municipality."""
        return {row.municipality: row.id for row in self.organisations if row.municipality}

    @cached_property
    def person(self) -> dict[str, Person]:
        """People by id."""
        return {row.id: row for row in self.people}

    @cached_property
    def table(self) -> dict[str, Table]:
        """Tables by id."""
        return {row.id: row for row in self.tables}

    def name_of(self, ident: str) -> str:
        """The name by which people know an organisation, person, table or mailbox."""
        row = self.organisation.get(ident) or self.person.get(ident) or self.table.get(ident)
        return row.name if row else MAILBOX_NAMES.get(ident, ident)

    def knows(self, ident: str) -> bool:
        """Whether there is an address for this organisation, person or mailbox."""
        return ident in self.organisation or ident in self.person or ident in self.mailboxes

    def mail_of(self, ident: str) -> str:
        """The address of an organisation, person or mailbox. Raises KeyError when there is none."""
        row = self.organisation.get(ident) or self.person.get(ident)
        return row.mail if row else self.mailboxes[ident]

    def contract_managers(self, opdracht: str) -> tuple[str, ...]:
        """Who judges for an opdracht; contract administration where nobody has it (AMB-18)."""
        managers = tuple(p.id for p in self.people if "contract_manager" in p.roles and opdracht in p.opdrachten)
        return managers or self.contract_administration()

    def contract_administration(self) -> tuple[str, ...]:
        """Who administers the contracts: every person with that role."""
        return tuple(p.id for p in self.people if "contract_administration" in p.roles)

    def replaces(self, former: Region) -> dict[str, str]:
        """The accesses of the former region in whose place another one came, each with that one."""
        mine = ((who, self.access.get(place)) for place, who in former.access.items())
        return {who: now for who, now in mine if now not in (None, who)}

    def is_flex_only(self, organisation: str, opdracht: str, day: date) -> bool:
        """A flex provider that on `day` is no system or performance provider of this opdracht (F-10)."""
        row = self.organisation[organisation]
        return row.is_flex_provider() and not any(
            c.kind != "flex" and opdracht in c.opdrachten and c.holds(day) for c in row.contracts
        )

    def care_forms(self) -> frozenset[str]:
        """The care forms that the region itself names, in contracts and norms."""
        named = {form for o in self.organisations for c in o.contracts for form in c.care_forms}
        return frozenset(named | {row.care_form for row in self.treeknorm if row.care_form})
