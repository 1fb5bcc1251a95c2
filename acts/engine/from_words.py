"""What people type, as an act takes it: the other way round of `in_words`. Acts, lists, filters and forms all ask it here.

Only a word that stands for one thing becomes a code; what is not known stays, and the act says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import EnumMeta
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from acts.engine.in_words import label, parts_of, rows_of
from acts.engine.perform import acts
from notifications.words import care_form_names, vocabulary, words
from rules.shared.process import of_reference
from rules.shared.refusal import invalid
from rules.shared.region import Region
from rules.shared.values import NO, PRIVATE, YES, Means, Values, as_day
from rules.shared.vocabulary import Vocabulary

SAID = {True: (*YES, "j", "yes", "y", "waar"), False: (*NO, "n", "no", "onwaar")}
TRUTH = {word: truth for truth, said in SAID.items() for word in said}


def act_names(about: str | None = None) -> Vocabulary:
    """The acts with their words; those of the process of this reference, where one is given."""
    process = of_reference(about)
    return Vocabulary({name: (words(about)[name],) for name in (process.acts if process else acts())})


def act_name(text: str, about: str | None = None) -> str:
    """The name of an act that is given by its name or in words; another text stays as it is. Raises Refused where it may be several."""
    try:
        own = act_names(about).code(text)
        return own if own in acts() else act_names().code(text)
    except ValueError as error:
        raise invalid("act", str(error)) from None


def field_names(kind: type[Values]) -> Vocabulary:
    """The fields of an act with what people call them."""
    return Vocabulary({field: (label(field, info),) for field, info in kind.model_fields.items()})


def in_codes(kind: type[Values], given: Mapping[str, Any], region: Region, about: str | None = None) -> dict[str, Any]:
    """The values that somebody gave, with fields, codes, ids, days and yes or no as the act takes them.

    `about`: the reference of the subject; words are those of its process. Raises Refused (`invalid`) for a word that may stand for
    several, with what to choose from.
    """
    return _in_codes(kind, given, region, about, "")


def _in_codes(
    kind: type[Values], given: Mapping[str, Any], region: Region, about: str | None, path: str
) -> dict[str, Any]:
    names, found = field_names(kind), dict[str, Any]()
    for text, value in given.items():
        field = _one(names, text, path + text)
        if field in found:
            raise invalid(path + field, "dit veld staat er twee keer in")
        info = kind.model_fields.get(field)
        found[field] = value if info is None or field == PRIVATE else _value(info, value, region, about, path + field)
    return found


def _value(info: FieldInfo, value: Any, region: Region, about: str | None, path: str) -> Any:
    parts = [*parts_of(info.annotation), *info.metadata]
    if rows := rows_of(parts):
        within = enumerate(value) if isinstance(value, (list, tuple)) else ()
        read = [
            _in_codes(rows, row, region, about, f"{path}.{n}.") if isinstance(row, Mapping) else row
            for n, row in within
        ]
        return read or value
    read_one = reader(info, region, about)
    if isinstance(value, (list, tuple)):
        return [_told(read_one, one, path) for one in value]
    return _told(read_one, value, path)


def _told(read: Callable[[str], Any], value: Any, path: str) -> Any:
    try:
        return read(value.strip()) if isinstance(value, str) else value
    except ValueError as error:
        raise invalid(path, str(error)) from None


def _one(names: Vocabulary, text: str, path: str) -> str:
    try:
        return names.code(text)
    except ValueError as error:
        raise invalid(path, str(error)) from None


def reader(info: FieldInfo, region: Region, about: str | None = None) -> Callable[[str], Any]:
    """How a text in such a field is read. What it returns raises ValueError for a word that may stand for several."""
    parts = [*parts_of(info.annotation), *info.metadata]
    if bool in parts:
        return lambda text: TRUTH.get(text.casefold(), text)
    if date in parts:
        return as_day
    known = choices(info, region, about)
    if known is None:
        return lambda text: text
    if Means.PLACE in parts:
        return lambda text: text.zfill(4) if text.isdecimal() else known.code(text)
    return known.code


def choices(info: FieldInfo, region: Region, about: str | None = None) -> Vocabulary | None:
    """What there is to choose from in such a field, by code and in words; None where anything may be filled in."""
    parts = [*parts_of(info.annotation), *info.metadata]
    codes = [*(info.examples or ()), *(code for part in parts for code in _codes(part))]
    own = vocabulary(codes, about).of
    if Means.NAMED in parts:
        return Vocabulary({**region.names.of, **own}, ids=True)
    if Means.ORGANISATION in parts:
        return region.organisation_names
    if Means.TABLE in parts:
        return region.table_names
    if Means.PLACE in parts:
        return region.place_names
    if Means.CARE_FORM in parts:
        return care_form_names(region)
    if Means.OPDRACHT in parts:
        return region.opdracht_names
    return Vocabulary(own) if own else None


def _codes(part: Any) -> Iterator[Any]:
    if isinstance(part, EnumMeta):
        yield from part
    elif get_origin(part) is Literal:
        yield from get_args(part)
