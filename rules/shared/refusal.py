"""How a rule says no: a code for programs, a sentence in plain Dutch for people."""

import re
from collections.abc import Iterable
from itertools import islice

LONGEST = 60  # signs of a value that is repeated in a sentence
_GIVEN = re.compile(rf"(?<!\w)'[^'\n]*'(?!\w)|[^\s']{{{2 * LONGEST},}}")  # between quotes, or without any space
MOST = 5000  # signs of a line
MOST_TOLD = 20  # values that are wrong


def shortened(text: str) -> str:
    """Sentences in which nothing that somebody gave is repeated whole when it is very long."""
    lines = _GIVEN.sub(_cut, text).split("\n")
    return "\n".join(line if len(line) <= MOST else f"{line[:MOST]}…" for line in lines)


def _cut(found: re.Match[str]) -> str:
    given = found[0]
    if not given.startswith("'"):
        return f"{given[:LONGEST]}…"
    return given if len(given) <= LONGEST + 2 else f"{given[:LONGEST]}…'"


class Refused(Exception):
    """An act that may not happen. Nothing has been changed.

    `code` is one of the codes of the acts (``forbidden``, ``wrong_step``, ``invalid`` …), `field` the value that is
    wrong where there is one, `others` the further values that are wrong, each with what to do. `subject`: what a letter about the
    refusal was filed under (``direct_flex_referral``), or the child that was there already (``already_decided``).
    `requirement`: the number of the sentence it stands on, where the code alone does not tell.
    """

    def __init__(
        self,
        code: str,
        message: str,
        field: str | None = None,
        others: Iterable[tuple[str, str]] = (),
        *,
        requirement: str | None = None,
    ) -> None:
        self.code = code
        self.requirement = requirement
        self.message = shortened(message)
        self.field = shortened(field) if field else field
        self.others = [(shortened(where), shortened(why)) for where, why in islice(others, MOST_TOLD)]
        super().__init__(self.message)
        self.subject: str | None = None


def invalid(field: str, message: str, others: Iterable[tuple[str, str]] = ()) -> Refused:
    """A missing, malformed or unfitting value; names the field and what to do. `others`: what else is wrong."""
    return Refused("invalid", message, field, others)
