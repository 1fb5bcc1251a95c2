"""Acts that people try, and what they are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flows.mover import Runner
from rules.shared.refusal import Refused

Try = tuple[str, str, dict[str, Any]]  # an act, who does it, with what


def own_number(reference: str) -> str:
    """An allocation number that no other case or child has."""
    return reference.replace("-", "")[-9:]


def of_its_own(about: str | None, what: Try) -> Try:
    """An allocation has a number of its own for each case and child."""
    act, by, given = what
    if "number" in given and about:
        given = {**given, "number": f"{given['number']}{own_number(about)[1:]}"}
    return act, by, given


def deciding(about: str | None, what: Try, now: datetime) -> Callable[[], str]:
    """One person who decides; answers with "recorded" or the code of the refusal."""
    act, by, given = of_its_own(about, what)

    def decide() -> str:
        with Runner(None) as runner:
            try:
                runner.decide(act, about, by, given, now)
            except Refused as refused:
                return refused.code
        return "recorded"

    return decide
