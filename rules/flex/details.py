"""Which facts stand in letters, so that their reader knows which request it is (C.4): chosen by each region."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, StringConstraints

from rules.shared.settings import at_the_door

Detail = Literal[
    "referrer", "received_on", "opdracht", "first_day", "ground", "care_form", "age_band", "municipality", "own_number"
]
OF_A_CHILD: tuple[Detail, ...] = ("care_form", "age_band", "municipality", "own_number")
USUAL: tuple[Detail, ...] = ("referrer", "received_on", "opdracht", "first_day", "ground")


def _tell_of_nobody(chosen: tuple[Detail, ...]) -> tuple[Detail, ...]:
    if len(set(chosen)) < len(chosen):
        raise ValueError("noem elk gegeven één keer")
    if {"own_number", "municipality"} <= set(chosen):
        raise ValueError("own_number en municipality gaan niet samen: wie de gemeente kent, kan de jeugdige dan vinden")
    return chosen


Details = Annotated[tuple[Detail, ...], at_the_door(_tell_of_nobody)]


def chosen_details(known: Mapping[Detail, Any], chosen: Iterable[Detail]) -> dict[Detail, Any]:
    """Of what is known the facts that this region has in its letters (C.4); an own number that may be a name stays out."""
    named = {fact: known.get(fact) for fact in chosen}
    number = named.get("own_number")
    if number is not None and not is_number(number):
        del named["own_number"]
    return {fact: value for fact, value in named.items() if value is not None}


def is_number(text: str) -> bool:
    """Whether a reference that somebody made up is a number and no name: with digits, in one piece, no more than four letters together."""
    pieces = re.fullmatch(r"[A-Za-z0-9._/-]{1,40}", text) and re.search("[0-9]", text)
    return bool(pieces) and not re.search("[A-Za-z]{5}", text)


def _number(value: str) -> str:
    if not is_number(value):
        raise ValueError("no number")
    return value


OwnNumber = Annotated[str, AfterValidator(_number)]
AgeBand = Literal["0-3", "4-11", "12-15", "16-17", "18+"]
PlaceCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
