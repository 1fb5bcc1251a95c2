"""What an act is, and how it is checked: each kind of subject says in which order, the checks are the same for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError
from sqlmodel import Session

from flexroute.settings import settings
from models.store.database import Database
from notifications.words import vocabulary
from rules.shared.asked import Asked
from rules.shared.person import AtRequest, Signer, signer
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.values import NO_TEXT, Values, WrongField, first_unreadable
from rules.shared.vocabulary import Vocabulary

V = TypeVar("V", bound=Values)
A = TypeVar("A", bound=Asked)


class Unsettled(Exception):
    """An earlier decision about this case, child, dossier or meeting waits to be settled: move it, then try again."""


def nothing_more(_asked: Any) -> None:
    """For acts that need no further check."""


def always(_asked: Any) -> bool:
    """For values that anybody who may act may give."""
    return True


def as_it_is(_session: Session, _row: Any, _asked: Any) -> None:
    """For acts of which all is in the decision."""


def as_asked(asked: A) -> A:
    """For gates that look at what was asked as it is."""
    return asked


class AtRequestOf(NamedTuple):
    """Who may record an act for who may do it."""

    may: Callable[[str, Region], bool]
    who: str  # in Dutch


class Doubt(NamedTuple):
    """What may be a mistake in values that are allowed: the field, and the question in Dutch, without a question mark."""

    field: str
    asked: str


@dataclass(frozen=True)
class Beginning:
    """What is known of the values before somebody gives them: a form asks only for the rest.

    Fields are named by their path without numbers: `answers.provider`. `values` are as a decision keeps them.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()  # what cannot be otherwise: it is told, where there is a value, and not asked
    without: frozenset[str] = frozenset()  # what is not asked for in this case
    among: Mapping[str, Collection[str]] = field(default_factory=dict)  # which codes fit, where not all do


def nothing_known(_asked: Any) -> Beginning:
    """For acts whose values nobody knows before."""
    return Beginning()


@dataclass(frozen=True)
class Act(Generic[A]):
    """Something that a person can do. A check that refuses raises Refused, or answers with it."""

    name: str
    values: type[Values]
    may: Callable[[A], bool]
    who: str  # in Dutch: who may do it
    kind: SubjectKind[A] | None = None  # what it is about; None: something new
    theirs: Callable[[A], bool] = always  # whether the values are this actor's to give
    complete: Callable[[A], None] = nothing_more  # what is missing of the values
    twice: Callable[[A], bool] | None = None  # already decided
    not_now: Callable[[A], Refused | None] = nothing_more  # why it cannot be now, beside where the subject stands
    fits: Callable[[A], None] = nothing_more  # a value that does not fit
    kept: Callable[[Session, Any, A, datetime], None] | None = None  # what does not fit with what is kept
    # keeps, with the decision, what may not be in it or must be so at once
    apart: Callable[[Session, Any, A], None] = as_it_is
    seen: Callable[[A], A] = as_asked  # what the gates look at: which proposal, which day
    gates: tuple[Callable[[A], Refused | None], ...] = ()  # in the order of the document
    value_gates: tuple[Callable[[A], Refused | None], ...] = ()  # the last of them: they look at the values
    exception: Callable[[A], str | None] = (
        nothing_more  # of the region, by which only it is possible: kept with the decision
    )
    single: tuple[str, ...] = ()  # values that belong to one subject only: never for a selection
    record: Record | None = None  # its own way, for what makes something new or has no reference
    makes: str | None = None  # the label of what it makes
    at_request: AtRequestOf | None = None  # who else may record it, at the request of who may do it (by phone)
    doubts: Callable[[Session, Region, str, Any], list[Doubt]] | None = None  # what a person is asked before it is sent
    begins: Callable[[A], Beginning] = nothing_known  # what a form begins with
    moves: Callable[[Session, Sequence[str]], list[str]] | None = None  # what else then has news, of another process


def doers(act: Act[Any]) -> str:
    """In Dutch: who may do it, and who else may record it at their request."""
    return f"{act.who}; op verzoek ook {act.at_request.who}" if act.at_request else act.who


Record = Callable[[Act[Any], Database, str | None, str, Mapping[str, Any], datetime, str | None], str]


class Held(NamedTuple, Generic[A]):
    """What an act is about, ours until the transaction ends: its row, and what is asked of it."""

    row: Any
    asked: A


KeptCheck = Callable[[A], None]
Check = Callable[[Act[A], A, KeptCheck[A]], A]
Found = Mapping[str, Held[A] | Refused | Unsettled]


@dataclass(frozen=True)
class SubjectKind(Generic[A]):
    """A kind of subject that acts are about.

    `hold` finds these subjects and makes them ours; it may raise for all of them. `order` is data: the checks as the document has them.
    """

    label: str  # what a scenario and the command line call it
    title: str  # in Dutch: what its reference stands for
    hold: Callable[[Session, Sequence[str], Act[A], str, Mapping[str, Any], datetime], Found[A]]
    about: Callable[[Any], dict[str, Any]]  # of a row: what a decision says of the subject and where it stands
    order: tuple[Check[A], ...]
    # in one transaction
    parts: Callable[[Sequence[str]], list[list[str]]] = lambda references: [[one] for one in references]


def check(act: Act[A], asked: A, kept: KeptCheck[A] = nothing_more) -> A:
    """Whether this act may happen now: what was asked, with its values. Raises Refused with the code that comes first.

    `kept` raises it for a value that does not fit with what is kept.
    """
    if act.kind is None:
        raise TypeError(f"{act.name} is about nothing that is there already")
    for one in act.kind.order:
        asked = one(act, asked, kept)
    return asked


def offer(act: Act[A], asked: A) -> None:
    """Whether this act is possible now, whatever its values: the same checks, without those of values. Raises Refused."""
    if act.kind is None:
        raise TypeError(f"{act.name} is about nothing that is there already")
    for one in act.kind.order:
        if one not in (readable, valid, fitting):
            asked = one(act, asked, nothing_more)


def allowed(act: Act[A], asked: A, _kept: KeptCheck[A]) -> A:
    """Who may do it (A.8); who stands in for somebody who may, does it for that one."""
    asked = for_whom(act, asked)
    if not act.may(asked):
        raise forbidden(act.who)
    if isinstance(asked.person, AtRequest):
        _at_request(act, asked.person, asked)
    who_signs(asked.by, asked.person, asked.region, asked.today)
    return asked


def who_signs(by: str, person: str | None, region: Region, today: date) -> Signer | None:
    """The natural person who decides as `by`; in practice an organisation may be named alone (None), as stories do.

    Raises Refused where that person may not, and in production where nobody is named: a decision is somebody's.
    """
    who = signer(by, person, region, today)
    if who is None and settings().environment == "production":
        named = (
            f"zeg welke persoon dit voor {region.name_of(by)} vastlegt: een contactpersoon of een naam (met --person)"
        )
        raise invalid("person", named)
    return who


def for_whom(act: Act[A], asked: A) -> A:
    """The same, asked for somebody whom this person replaces today, where only that one may do it."""
    return next((one for one in (asked, *_as_deputy(asked)) if act.may(one)), asked)


def _as_deputy(asked: A) -> Iterator[A]:
    if asked.person in (None, asked.by):
        for one in asked.region.stands_in_for(asked.by, asked.today):
            yield replace(asked, by=one, person=asked.by)


def _at_request(act: Act[Any], who: str, asked: Asked) -> None:
    """Whether somebody may record this act for who may do it, of their own or standing in. Raises Refused."""
    if act.at_request is None:
        raise Refused("forbidden", f"Dit kan niet op verzoek. Dit legt zelf vast: {act.who}.", "for")
    region = asked.region
    if not any(act.at_request.may(one, region) for one in (who, *region.stands_in_for(who, asked.today))):
        raise Refused("forbidden", f"Op verzoek legt dit alleen vast: {act.at_request.who}.", "for")


def readable(act: Act[A], asked: A, _kept: KeptCheck[A]) -> A:
    """The values where they are well-formed, also with a day in the future: where what was decided already goes before that."""
    try:
        return replace(asked, values=read_values(act.values, asked.given, asked.region, date.max))
    except Refused:
        return replace(asked, values=None)


def valid(act: Act[A], asked: A, _kept: KeptCheck[A]) -> A:
    """The values, held to the region and the day; of this actor, and complete."""
    asked = replace(asked, values=read_values(act.values, asked.given, asked.region, asked.today))
    if not act.theirs(asked):
        raise forbidden(act.who)
    act.complete(asked)
    return asked


def fitting(act: Act[A], asked: A, kept: KeptCheck[A]) -> A:
    """The values fit what it is about, and what is kept."""
    act.fits(asked)
    kept(asked)
    return asked


def gated(act: Act[A], asked: A, _kept: KeptCheck[A]) -> A:
    """The gates, from left to right; without values those that do not look at them."""
    asked = act.seen(asked)
    for gate in (*act.gates, *(act.value_gates if asked.values is not None else ())):
        if refused := gate(asked):
            raise refused
    return asked


def forbidden(who: str) -> Refused:
    """Somebody without the right role."""
    return Refused("forbidden", f"Dit mag alleen: {who}.")


def already_decided() -> Refused:
    """It was recorded before."""
    return Refused("already_decided", "Dit is al vastgelegd. De eerste vastlegging blijft staan.")


def read_values(kind: type[V], given: Mapping[str, Any], region: Region, today: date) -> V:
    """The values of an act, held to the region and the day.

    Raises Refused (`invalid`) naming the first wrong field, and telling all that is wrong.
    """
    if odd := first_unreadable(given):
        raise invalid(odd, NO_TEXT)
    try:
        return kind.model_validate(dict(given), context={"region": region, "today": today})
    except ValidationError as error:
        errors = error.errors(include_url=False)
        # a name that was typed wrong says more than the field that is missing because of it
        errors.sort(key=lambda one: one["type"] != "extra_forbidden")
        told = [(_path(one) or "with", _in_dutch(one, kind)) for one in errors]
        raise invalid(*told[0], others=told[1:]) from None


def _path(error: Any) -> str:
    """Where it is wrong; empty where it is about all values together."""
    found = error.get("ctx", {}).get("error")
    return ".".join(str(part) for part in (*error["loc"], *([found.field] if isinstance(found, WrongField) else [])))


_DUTCH = {
    "missing": "vul dit veld in",
    "string_type": "vul een tekst in",
    "string_too_short": "vul dit veld in",
    "too_long": "deze tekst is te lang",
    "string_pattern_mismatch": "deze waarde heeft niet de goede vorm",
    "tuple_type": "geef een lijst",
    "list_type": "geef een lijst",
    "dict_type": "geef velden met een waarde",
    "model_type": "geef velden met een waarde",
    "int_type": "vul een heel getal in",
    "int_parsing": "vul een heel getal in",
    "too_short": "vul er ten minste één in",
}


def not_one_of(known: Vocabulary, given: Any) -> str:
    """That a value cannot be chosen, with the nearest right one and all of them. Only for what stands in no list (C.4)."""
    meant = known.meant(given) if isinstance(given, str) else ""
    choice = f"ies een van: {', '.join(map(known.name_of, known.of))}"
    return f"'{given}' kan hier niet; {meant} K{choice}" if meant else f"k{choice}"


def _no_field(given: str, kind: type[Values]) -> str:
    """The fields there are, and which of them is most like it."""
    known = Vocabulary({field: (info.title or field,) for field, info in kind.model_fields.items()})
    choice = f"kies uit: {', '.join(known.listed([field]) for field in known.of)}"
    return "; ".join(filter(None, ["dit veld hoort hier niet", known.meant(given), choice]))


def _in_dutch(error: Any, kind: type[Values]) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "extra_forbidden":
        return _no_field(str(error["loc"][0]), kind) if len(error["loc"]) == 1 else "dit veld hoort hier niet"
    if error["type"] in ("enum", "literal_error"):
        return not_one_of(vocabulary(re.split(", | or ", error["ctx"]["expected"].replace("'", ""))), error["input"])
    if error["type"] == "string_too_long":
        return f"deze tekst is te lang; er passen {error['ctx']['max_length']} tekens in"
    if error["type"] == "greater_than_equal":
        return f"dit getal is te klein; het minste is {error['ctx']['ge']}"
    if error["type"] == "less_than_equal":
        return f"dit getal is te groot; het meeste is {error['ctx']['le']}"
    return _DUTCH.get(error["type"], "deze waarde kan niet")
