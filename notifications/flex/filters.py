"""What only letters of the flex route say: about the treeknorm, and which of two things a provider cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from notifications.words import day_in_words

NORM_IS = "de langste tijd dat een jeugdige op hulp mag wachten"
NO_NORM = f"Er is geen treeknorm ingesteld ({NORM_IS})."


def norm_in_words(day: date | str | None) -> str:
    """Before which day the help must start, or that there is no treeknorm (F-31, AMB-03)."""
    return f"De hulp moet uiterlijk starten op {day_in_words(day)}. Dat is de treeknorm: {NORM_IS}." if day else NO_NORM


def shortfall_in_words(offer: Mapping[str, Any] | None, *, with_day: bool = True) -> str:
    """Which of the two it is: the help not at all, or not in time, and from which day (F-20). None: a letter of before knows neither."""
    if offer is None:
        return "niet, of niet op tijd, leveren"
    if not offer["can_deliver"]:
        return "niet leveren"
    day = f": pas vanaf {day_in_words(offer['first_day'])}" if with_day and offer["first_day"] else ""
    return f"niet op tijd leveren{day}"


FILTERS: dict[str, Callable[..., str]] = {"treeknorm": norm_in_words, "tekort": shortfall_in_words}
