"""A region as data: settings, terms, norms, tables, organisations and people. A second region is a file, not a branch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import (
    Field,
    SerializeAsAny,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from rules.shared import letterable
from rules.shared.calendar import WorkingDays, working_days
from rules.shared.settings import (
    OWN,
    STORED,
    WEEKDAYS,
    Clock,
    Day,
    FromOne,
    FromZero,
    Frozen,
    Settings,
    Weekday,
    Weeks,
    apart,
    at_most,
    at_the_door,
    every_process,
)
from rules.shared.vocabulary import Vocabulary

S = TypeVar("S", bound=Frozen)

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=40)]
EightDigits = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), at_the_door(letterable.name)
]
Mail = Annotated[str, StringConstraints(max_length=200), at_the_door(letterable.address)]
ContractKind = Literal["system", "performance", "flex"]
PersonRole = Literal["care_mediator", "scheduler", "contract_manager", "contract_administration"]
MAILBOX_NAMES = {
    "care_mediation_team": "Team Zorgbemiddeling",
    "access_working_group": "Werkgroep Toegang",
    "backoffice": "Backoffice",
}


class HolidayChoices(Frozen):
    """Which days are no working days (AMB-14)."""

    country: Literal["NL"] = "NL"
    liberation_day_every_year: bool = False
    good_friday: bool = False
    extra: tuple[Day, ...] = ()


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
    minutes: Annotated[FromOne, at_most(24 * 60)] = 60
    every_weeks: Annotated[FromOne, at_most(52)] = 1
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
    flex_order: Annotated[FromZero, at_most(9999)] | None = None
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


class Deputy(NamedTuple):
    """Who does the work of a person of the region for a while, from and to inclusive; contract administration names one."""

    person: str  # who is replaced
    deputy: str
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether it is so on `day`."""
        return self.first <= day <= self.last


class Mailbox(Frozen):
    """An address that is nobody's own, with the name by which people know it. In a file it may be the bare address."""

    mail: Mail
    name: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, given: Any) -> Any:
        return given if isinstance(given, (Mapping, Mailbox)) else {"mail": given}

    @model_serializer
    def _as_written(self) -> str | dict[str, str]:
        return {"mail": self.mail, "name": self.name} if self.name else self.mail


class Region(Frozen):
    """Everything that differs by region. `care_forms` and `opdrachten` are names by code; a region may do without."""

    region: Identifier
    name: Name
    timezone: Literal["Europe/Amsterdam"] = "Europe/Amsterdam"
    holidays: HolidayChoices = HolidayChoices()
    settings: Settings = Settings()
    processes: dict[str, SerializeAsAny[Frozen]] = Field(default_factory=dict, validate_default=True)
    care_forms: dict[Code, Name] = Field(default_factory=dict)
    opdrachten: dict[Code, Name] = Field(default_factory=dict)
    treeknorm: tuple[Treeknorm, ...] = ()
    tables: tuple[Table, ...]
    organisations: tuple[Organisation, ...]
    people: tuple[Person, ...]
    mailboxes: dict[Identifier, Mailbox]

    @model_validator(mode="before")
    @classmethod
    def _as_before(cls, given: Any) -> Any:
        return apart(given) if isinstance(given, Mapping) else given

    @field_validator("processes", mode="before")
    @classmethod
    def _each_its_own(cls, given: Any, info: ValidationInfo) -> dict[str, Frozen]:
        if info.context == STORED:  # one that does not run here any more may not stop the program
            given = {name: part for name, part in given.items() if name in OWN}
        return dict(every_process().model_validate(given, context=info.context))

    @field_validator("mailboxes")
    @classmethod
    def _needs_the_team(cls, mailboxes: dict[str, Mailbox]) -> dict[str, Mailbox]:
        if missing := set(MAILBOX_NAMES) - set(mailboxes):
            raise ValueError(f"hier ontbreekt {', '.join(sorted(missing))}")
        return mailboxes

    def settings_of(self, kind: type[S]) -> S:
        """The settings of the process whose kind this is; those that it has by itself where the region has none."""
        return next((own for own in self.processes.values() if isinstance(own, kind)), None) or kind()

    @cached_property
    def version(self) -> int:
        """Which version of the stored region this is; 0 where it was not stored."""
        return 0

    @cached_property
    def deputies(self) -> tuple[Deputy, ...]:
        """Who stands in for whom, and when, as it is stored; none where the region was not stored."""
        return ()

    def stand_in(self, who: str, day: date) -> str:
        """Who does the work of this person on that day: a deputy, or that person."""
        return next((one.deputy for one in self.deputies if one.person == who and one.holds(day)), who)

    def stands_in_for(self, who: str, day: date) -> tuple[str, ...]:
        """Whom this person replaces on that day."""
        return tuple(one.person for one in self.deputies if one.deputy == who and one.holds(day))

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

    @cached_property
    def organisation_names(self) -> Vocabulary:
        """Organisations by id, name and AGB code."""
        return Vocabulary({row.id: (row.name, *([row.agb] if row.agb else [])) for row in self.organisations}, ids=True)

    @cached_property
    def names(self) -> Vocabulary:
        """Everybody who may act or must: organisations, people and mailboxes."""
        people = {ident: (self.name_of(ident),) for ident in (*self.person, *self.mailboxes)}
        return Vocabulary({**people, **self.organisation_names.of}, ids=True)

    @cached_property
    def table_names(self) -> Vocabulary:
        """Tables by id, with or without the T_ of the example region, and by name."""
        return Vocabulary({row.id: (row.name, row.id.removeprefix("T_")) for row in self.tables}, ids=True)

    @cached_property
    def place_names(self) -> Vocabulary:
        """Municipalities by code, and by the name of their access, with or without the word Toegang."""
        names = {place: self.name_of(who) for place, who in self.access.items()}
        return Vocabulary({place: (name, name.removeprefix("Toegang ")) for place, name in names.items()}, ids=True)

    @cached_property
    def opdracht_names(self) -> Vocabulary:
        """The opdrachten that the region has anywhere: in its list, a table, a norm (`*` is none) or a contract (F-27, F-70)."""
        contracts = (contract for row in self.organisations for contract in row.contracts)
        codes = {code for row in self.tables for code in row.opdrachten}
        codes |= {code for contract in contracts for code in contract.opdrachten}
        codes |= {row.opdracht for row in self.treeknorm} - {"*"}
        return Vocabulary(
            {
                code: (self.opdrachten.get(code, code), self.opdracht_in_words(code))
                for code in sorted(codes | {*self.opdrachten})
            },
            ids=True,
        )

    def name_of(self, ident: str) -> str:
        """The name by which people know an organisation, person, table or mailbox."""
        row = self.organisation.get(ident) or self.person.get(ident) or self.table.get(ident)
        if row:
            return row.name
        mailbox = self.mailboxes.get(ident)
        return (mailbox and mailbox.name) or MAILBOX_NAMES.get(ident, ident)

    def knows(self, ident: str) -> bool:
        """Whether there is an address for this organisation, person or mailbox."""
        return ident in self.organisation or ident in self.person or ident in self.mailboxes

    def mail_of(self, ident: str) -> str:
        """The address of an organisation, person or mailbox. Raises KeyError when there is none."""
        row = self.organisation.get(ident) or self.person.get(ident)
        return row.mail if row else self.mailboxes[ident].mail

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

    def has_opdracht(self, code: str) -> bool:
        """Whether it is an opdracht of this region; a region without a list of them takes any (F-27)."""
        return not self.opdrachten or code in self.opdrachten

    def opdracht_in_words(self, code: str) -> str:
        """An opdracht as people read it, with the name that the region has for it: "C1 (Gezinshuizen)"."""
        return f"{code} ({self.opdrachten[code]})" if code in self.opdrachten else code

    def known_care_forms(self) -> frozenset[str]:
        """The care forms that the region itself names: in its list, in contracts and norms."""
        named = {form for o in self.organisations for c in o.contracts for form in c.care_forms}
        return frozenset(named | {row.care_form for row in self.treeknorm if row.care_form} | {*self.care_forms})
