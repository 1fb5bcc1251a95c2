"""Links in letters: one function makes every one. A link shows, and never decides: mail scanners follow it, and press buttons.

A letter that is mailed names itself in its link by a token: so who opens it hears which question it is, before signing in, and no more
than its reference. The token is the same at each try, and is seen by nobody but the reader of the mail: wherever else a letter is shown,
its link is the page itself.
"""

from __future__ import annotations

import hmac
import re

from flexroute.settings import settings
from flexroute.signing import signed
from models.store.letter import Letter
from rules.shared.process import of_reference

FROM_LETTER, WORK = "/vraag", "/werk"
_LETTERS = str.maketrans(
    "0123456789abcdef", "abcdefghijklmnop"
)  # no digits: nine of them could be a BSN, and hold the letter back
_DIGITS = {letter: digit for digit, letter in _LETTERS.items()}
_TOKEN = re.compile(r"([a-p]{1,8})-([a-p]{1,4})-([a-p]{32})")


def link(path: str | None) -> str | None:
    """The whole address of a page; None where there is no portal, or no such page."""
    portal = settings().portal_url
    return f"{str(portal).rstrip('/')}{path}" if portal and path else None


def page_of(reference: str) -> str | None:
    """The page on which everybody does their part for a case, a dossier or a child in it: `/zaken/ZB-2026-000123`."""
    process = of_reference(reference)
    return f"/{process.page}/{reference}" if process else None


def question_of(letter: Letter) -> str | None:
    """Where the link in the mail of this letter leads. Raises UserError: there is no secret to sign it with."""
    return f"{FROM_LETTER}/{token(letter)}" if settings().portal_url and page_of(letter.subject) else None


def token(letter: Letter) -> str:
    """Names a letter and its edition, for who has it in a mail. Raises UserError."""
    number, edition = (f"{value:x}".translate(_LETTERS) for value in (letter.id or 0, letter.edition))
    return f"{number}-{edition}-{_signature(letter, edition)}"


def number_in(token: str) -> int | None:
    """The number of the letter that a token says it is of; whether it is, only `is_of` knows."""
    found = _TOKEN.fullmatch(token)
    return int(found[1].translate(_DIGITS), 16) if found else None


def is_of(token: str, letter: Letter) -> bool:
    """Whether this token was made for this letter, in this edition or one before."""
    found = _TOKEN.fullmatch(token)
    return bool(found) and hmac.compare_digest(found[3], _signature(letter, found[2]))  # type: ignore[index]


def _signature(letter: Letter, edition: str) -> str:
    return signed("letter", str(letter.id), edition, letter.key)[:32].translate(_LETTERS)
