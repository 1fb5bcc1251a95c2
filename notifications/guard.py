"""The last check before a letter goes out: no number that may be a BSN (C.4)."""

from __future__ import annotations

import re

from notifications.templates import Rendered

_NINE_DIGITS = re.compile(r"(?<!\d)\d{9}(?!\d)")
_FOLD = re.compile(r"\r?\n[ \t]")  # where iCalendar breaks a long line


def passes_elfproef(number: str) -> bool:
    """Nine digits of which 9·d1 + 8·d2 + … + 2·d8 − 1·d9 is a multiple of eleven (C.4)."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=True)) % 11 == 0


def private_number(said: Rendered, *around: str) -> bool:
    """Whether subject, text, HTML, an attachment in text, or what goes around it (names, an address) may hold a BSN (nine digits).

    A PDF is made of the same words as the text, and is not read here.
    """
    parts = [
        *around,
        said.subject,
        said.text,
        said.html,
        *(content.decode("utf-8", "replace") for _, kind, content in said.attachments if kind.startswith("text/")),
    ]
    return any(passes_elfproef(number) for part in parts for number in _NINE_DIGITS.findall(_FOLD.sub("", part)))
