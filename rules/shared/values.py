"""The kinds of values that people give: dates, texts, ids of the region. Wrong ones are told in plain Dutch."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from json import dumps
from typing import Annotated, Any, get_args
from unicodedata import category

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    ValidationInfo,
    create_model,
    model_serializer,
    model_validator,
)
from pydantic_core import to_jsonable_python

from rules.shared.bsn import may_hold_bsn
from rules.shared.calendar import KNOWN_YEARS
from rules.shared.cleaning import cleaned, one_line
from rules.shared.region import Code
from rules.shared.vocabulary import Vocabulary

_SURROGATE = re.compile("[\ud800-\udfff]")
NO_TEXT = "er staat een teken in dat geen tekst is; typ het opnieuw"
YES, NO = ("ja", "true"), ("nee", "false")  # as an act takes them
_A_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-[0-9]{4}")
_MIDNIGHT = re.compile(r"(?<=\d)[T ]+0?0:00(?::00(?:[.,]0+)?)?$")  # as spreadsheets and other programs add to a day
_ROUNDED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+E[+-]?|E[+-])[0-9]+|#+", re.IGNORECASE)


class WrongField(ValueError):
    """What is wrong with one field, found where several are looked at together."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Means(Enum):
    """What a text stands for, where people say something else for it."""

    NAMED = "an organisation or a person: by its name"
    ORGANISATION = "an organisation: by its name"
    TABLE = "a table: by its name"
    PLACE = "a municipality: by the name of its access"
    CARE_FORM = "a care form: by the name that the region has for it"
    OPDRACHT = "an opdracht, with the name that the region has for it"


def without_midnight(text: str) -> str:
    """A day without the midnight behind it; other text stays as it is."""
    return _MIDNIGHT.sub("", text.strip())


def as_day(text: str) -> str:
    """A day as jjjj-mm-dd, from that or from d-m-jjjj, also with midnight behind it; other text stays as it is."""
    text = without_midnight(text)
    parts = re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})", text)
    return f"{parts[3]}-{parts[2]:0>2}-{parts[1]:0>2}" if parts else text


def day_of(text: str) -> date:
    """The day that somebody typed: jjjj-mm-dd or d-m-jjjj. Raises ValueError in Dutch for what is no day."""
    return _day(as_day(text))


def _day(value: Any) -> date:
    if isinstance(value, str) and _A_DAY.fullmatch(without_midnight(value)):
        with suppress(ValueError):
            value = date.fromisoformat(as_day(value))
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("schrijf een bestaande dag als dag-maand-jaar, bijvoorbeeld 09-03-2026")


def _between(first: int, last: int) -> AfterValidator:
    def check(value: date) -> date:
        if not first <= value.year <= last:
            raise ValueError(f"kies een dag van {first} tot en met {last}")
        return value

    return AfterValidator(check)


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else None
    if text in (*YES, *NO):
        return text in YES
    raise ValueError("kies ja of nee")


def _not_in_future(value: date, info: ValidationInfo) -> date:
    if info.context and value > info.context["today"]:
        raise ValueError("deze dag ligt in de toekomst; kies vandaag of een eerdere dag")
    return value


@dataclass(frozen=True)
class Written:
    """That a text has this form; `how` tells in Dutch how to write it."""

    pattern: str
    how: str

    def __call__(self, value: str) -> str:
        """The text itself. Raises ValueError."""
        if not re.fullmatch(self.pattern, value):
            raise ValueError(self.how)
        return value


def written(pattern: str, how: str) -> AfterValidator:
    """A text of this form; `how` tells in Dutch how to write it."""
    return AfterValidator(Written(pattern, how))


def _readable(value: str) -> str:
    if any(category(sign) in ("Cc", "Cs") and sign not in "\n\r\t" for sign in value):
        raise ValueError(NO_TEXT)
    return value


def exact(value: str) -> str:
    """A number of which no digits are gone: 2,0260E+11, as a spreadsheet shows what does not fit, may be any of millions."""
    if _ROUNDED.fullmatch(value):
        raise ValueError(
            "dit is een afgerond getal, zoals een rekenblad het toont; zet de cel op Tekst en vul het hele nummer in"
        )
    return value


def _on_one_line(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value


def _without_bsn(told: str) -> AfterValidator:
    """When it is typed; what was stored before stays readable."""

    def check(value: str, info: ValidationInfo) -> str:
        if info.context and may_hold_bsn(value):
            raise ValueError(told)
        return value

    return AfterValidator(check)


def _kept(value: dict[str, Any]) -> Any:
    """As every database can keep it: texts that are text, numbers that end."""
    try:
        kept = to_jsonable_python(value)
        dumps(kept, allow_nan=False)
    except (ValueError, RecursionError):
        raise ValueError("hierin staat iets dat niet te bewaren is; geef teksten, getallen en dagen") from None
    for text in _texts(kept):
        _readable(text)
    return kept


def _texts(value: Any) -> Iterator[str]:
    """Every text in it, however deep."""
    left = [value]
    while left:
        match one := left.pop():
            case str():
                yield one
            case dict():
                left += [*one.keys(), *one.values()]
            case list() | tuple():
                left += one


def _of_region(value: str, what: str, names: Vocabulary) -> str:
    if value not in names.of:
        raise ValueError(names.refusal(f"'{value}' is geen {what} van deze regio", value))
    return value


def _known_organisation(value: str, info: ValidationInfo) -> str:
    return _of_region(value, "organisatie", info.context["region"].organisation_names) if info.context else value


def _known_person(value: str, info: ValidationInfo) -> str:
    if info.context and value not in (region := info.context["region"]).person:
        raise ValueError(region.names.refusal(f"'{value}' is geen persoon van deze regio", value))
    return value


def _known_table(value: str, info: ValidationInfo) -> str:
    return _of_region(value, "tafel", info.context["region"].table_names) if info.context else value


def _with_access(value: str, info: ValidationInfo) -> str:
    if info.context and value not in info.context["region"].access:
        raise ValueError("van deze gemeente kent de regio geen Toegang; vul de gemeentecode in (4 cijfers)")
    return value


Day = Annotated[date, BeforeValidator(_day), _between(KNOWN_YEARS[0], KNOWN_YEARS[-1])]
PastDay = Annotated[Day, AfterValidator(_not_in_future)]
EarlierDay = Annotated[  # of before this process, such as a registration: no working days are counted from it
    date, BeforeValidator(_day), _between(2000, KNOWN_YEARS[-1]), AfterValidator(_not_in_future)
]
Truth = Annotated[bool, BeforeValidator(_truth)]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(_readable)
]
ONE_LINE = BeforeValidator(_on_one_line)
Line = Annotated[Text, ONE_LINE]  # what people write on one line: a name, a place, a link
Shown = Annotated[  # a text that is also read outside its case or dossier, or goes out (C.4)
    Text,
    _without_bsn("hierin staat een getal dat een BSN kan zijn; haal het weg, deze tekst is ook elders te lezen"),
]
ShownLine = Annotated[Shown, ONE_LINE]
OwnReference = Annotated[  # of who sent it, for one child: what makes a second time change nothing
    str,
    ONE_LINE,
    StringConstraints(min_length=1, max_length=80),
    AfterValidator(_readable),
    AfterValidator(exact),
    _without_bsn("dit lijkt een BSN; kies een ander kenmerk"),
]
Private = Annotated[dict[str, Any], AfterValidator(_kept)]  # of the youth; a day is kept as text
CareForm = Annotated[Code, Means.CARE_FORM]
Who = Annotated[str, Means.NAMED]
OrganisationId = Annotated[str, Means.ORGANISATION, AfterValidator(_known_organisation)]
PersonId = Annotated[Who, AfterValidator(_known_person)]
MunicipalCode = Annotated[str, written(r"[0-9]{4}", "een gemeentecode heeft 4 cijfers, bijvoorbeeld 0599"), Means.PLACE]
Municipality = Annotated[MunicipalCode, AfterValidator(_with_access)]
AllocationNumber = Annotated[str, written("[0-9]{1,9}", "een toewijzingsnummer heeft 1 tot 9 cijfers")]
TableId = Annotated[str, Means.TABLE, AfterValidator(_known_table)]


def first_unreadable(given: Mapping[str, Any]) -> str | None:
    """The first field with half a sign in it (a lone surrogate): no database, letter or terminal takes that."""
    odd = (field for field, value in given.items() if any(_SURROGATE.search(text) for text in _texts([field, value])))
    return next(odd, None)


class Ground(StrEnum):
    """Why a provider temporarily cannot (F-05 … F-09)."""

    CAPACITY_NOT_AT_LEVEL = "capacity_not_at_level"
    ANNUAL_CAPACITY_USED = "annual_capacity_used"
    DEMAND_PEAK = "demand_peak"
    OTHER = "other"


class Values(BaseModel):
    """Values that somebody gave, each text cleaned; an unknown field is an error. With a context: held to region and day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _as_seen(cls, given: Any) -> Any:
        return cleaned(given)


PRIVATE = "private"  # the field with what is about the youth: no decision has it, only their own table


class Correction(Values):
    """Only the fields that change, and why. An empty one stands for nothing, where that may be."""

    reason: Text = Field(title="reden")

    @model_validator(mode="before")
    @classmethod
    def _emptied(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        may_be_none = {name for name, info in cls.model_fields.items() if type(None) in get_args(info.annotation)}
        return {field: None if value == "" and field in may_be_none else value for field, value in given.items()}

    @property
    def fields(self) -> dict[str, Any]:
        """What is given, beside the reason."""
        return {field: getattr(self, field) for field in self.model_fields_set if field != "reason"}

    def only(self, fields: Collection[str]) -> Correction:
        """The same correction, of these fields."""
        kept = {field: value for field, value in self.fields.items() if field in fields}
        kind = type(self)
        return kind.model_construct(_fields_set={"reason", *kept}, reason=self.reason, **kept)

    @model_serializer(mode="wrap")
    def _as_given(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """As a decision keeps it: what was not given stays out; of the youth only that something of it was."""
        kept = {field: value for field, value in whole(self).items() if field in self.model_fields_set}
        return kept | ({PRIVATE: {}} if PRIVATE in kept else {})


def correction_of(kind: type[Values], name: str, *but: str) -> type[Correction]:
    """The values with which what was given as `kind` is corrected: the same fields, none of them needed."""
    fields: dict[str, Any] = {}
    for field, info in kind.model_fields.items():
        if field not in but:
            mine = copy(info)
            mine.default, mine.default_factory = None, None
            fields[field] = (info.annotation, mine)
    return create_model(name, __base__=Correction, __doc__=Correction.__doc__, **fields)
