"""What somebody decided, as people read it: the values of a decision in Dutch, each with its label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import EnumMeta
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from acts.engine.perform import act_for
from models.store.decision import Decision
from models.views.in_full import InWords
from notifications.words import care_form_in_words, code_in_words
from rules.shared.region import Region
from rules.shared.values import PRIVATE, Correction, Means, Values

EMPTIED = "leeg"  # what a correction took away
OF_YOUTH = {"name": "naam", "birth_date": "geboortedatum", "bsn": "bsn"}  # what is asked for; more may be given


def decision_in_words(decision: Decision, region: Region, data: Mapping[str, Any] | None = None) -> InWords:
    """The values of a decision (`data`: these instead). Raises Refused for an act that no process has any more."""
    kept = decision.data if data is None else data
    return values_in_words(act_for(decision.act, decision.subject).values, kept, region, decision.subject)


def values_in_words(kind: type[Values], kept: Mapping[str, Any], region: Region, about: str | None = None) -> InWords:
    """Values as they are kept, each under the label of its field; without what was not given and what is private.

    `about`: the reference of the subject; codes are told in the words of its process. A correction tells what it emptied.
    """
    return {
        label(field, info): _told(info, kept[field], region, about)
        for field, info in kind.model_fields.items()
        if field != PRIVATE
        and (field in kept if issubclass(kind, Correction) else kept.get(field) not in (None, [], ""))
    }


def youth_in_words(kept: Mapping[str, Any]) -> dict[str, str]:
    """Who it is about, each value under its label; for who may read that, and each time logged (C.4)."""
    return {OF_YOUTH.get(field, field): _as_day(value) for field, value in kept.items() if value not in (None, "")}


def _as_day(value: Any) -> str:
    try:
        return f"{date.fromisoformat(value):%d-%m-%Y}"
    except (TypeError, ValueError):
        return str(value)


def field_in_words(kind: type[Values], path: str) -> str:
    """A field as people call it, also within a list: `answers.0.provider` is "antwoorden 1, aanbieder"."""
    field, _, rest = path.partition(".")
    info = kind.model_fields.get(field)
    if info is None:
        return path
    number, _, within = rest.partition(".")
    told = f"{label(field, info)} {int(number) + 1}" if number.isdigit() else label(field, info)
    rows = rows_of([*parts_of(info.annotation)])
    return f"{told}, {field_in_words(rows, within)}" if rows and within else told


def label(field: str, info: FieldInfo) -> str:
    """What people call a field."""
    return info.title or field


def _told(info: FieldInfo, value: Any, region: Region, about: str | None) -> Any:
    """One value, or each of a list; rows have fields of their own."""
    if value in (None, [], ""):
        return EMPTIED
    parts = [*parts_of(info.annotation), *info.metadata]
    if rows := rows_of(parts):
        return [values_in_words(rows, row, region, about) for row in value]
    tell = _teller(parts, info.examples or (), region, about)
    return [tell(one) for one in value] if isinstance(value, list) else tell(value)


def rows_of(parts: list[Any]) -> type[Values] | None:
    """The kind of its rows, where a field has rows with fields of their own."""
    return next((part for part in parts if isinstance(part, type) and issubclass(part, Values)), None)


def parts_of(annotation: Any) -> Iterator[Any]:
    """The types that a field is made of, with what was noted beside them."""
    yield annotation
    for part in get_args(annotation):
        yield from parts_of(part)


def _teller(parts: list[Any], examples: Any, region: Region, about: str | None) -> Callable[[Any], str]:
    """How one value of such a field is told."""

    def named(value: Any) -> str:
        name = region.name_of(value)
        return name if name != value else code_in_words(value, about)

    if bool in parts:
        return lambda value: "ja" if value else "nee"
    if date in parts:
        return lambda value: f"{date.fromisoformat(value):%d-%m-%Y}"
    if any(one in parts for one in (Means.NAMED, Means.ORGANISATION, Means.TABLE)):
        return named
    if Means.PLACE in parts:
        return lambda value: region.name_of(region.access.get(value, value))
    if Means.CARE_FORM in parts:
        return lambda value: care_form_in_words(value, region)
    if Means.OPDRACHT in parts:
        return region.opdracht_in_words
    if any(get_origin(part) is Literal or isinstance(part, EnumMeta) for part in parts):
        return lambda value: code_in_words(value, about)
    return lambda value: code_in_words(value, about) if value in examples else str(value)
