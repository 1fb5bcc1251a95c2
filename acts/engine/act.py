"""What every act has: who may do it, values that are read and told when they are wrong, and a decision that waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.values import NO_TEXT, Given, first_unreadable

V = TypeVar("V", bound=Given)


class Unsettled(Exception):
    """An earlier decision about this case, child, dossier or meeting waits to be settled: move it, then try again."""


def read_values(kind: type[V], given: Mapping[str, Any], region: Region, today: date) -> V:
    """The values of an act, held to the region and the day. Raises Refused (`invalid`) naming the first wrong field."""
    if odd := first_unreadable(given):
        raise invalid(odd, NO_TEXT)
    try:
        return kind.model_validate(dict(given), context={"region": region, "today": today})
    except ValidationError as error:
        errors = error.errors(include_input=False, include_url=False)
        # a name that was typed wrong says more than the field that is missing because of it
        first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
        field = ".".join(str(part) for part in first["loc"]) or "with"
        raise invalid(field, _in_dutch(first, kind)) from None


_DUTCH = {
    "missing": "vul dit veld in",
    "string_type": "vul een tekst in (zet getallen tussen aanhalingstekens)",
    "string_too_short": "vul dit veld in",
    "string_too_long": "deze tekst is te lang",
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


def _in_dutch(error: Any, kind: type[Given]) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "extra_forbidden":
        choices = f"; kies uit: {', '.join(kind.model_fields)}" if len(error["loc"]) == 1 else ""
        return f"dit veld hoort hier niet{choices}"
    if error["type"] in ("enum", "literal_error"):
        return f"kies een van: {error['ctx']['expected'].replace(' or ', ', ')}"
    if error["type"] == "greater_than_equal":
        return f"dit getal is te klein; het minste is {error['ctx']['ge']}"
    if error["type"] == "less_than_equal":
        return f"dit getal is te groot; het meeste is {error['ctx']['le']}"
    return _DUTCH.get(error["type"], "deze waarde kan niet")


def forbidden(who: str) -> Refused:
    """Somebody without the right role."""
    return Refused("forbidden", f"Dit mag alleen: {who}.")
