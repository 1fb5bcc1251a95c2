"""The last check before a letter goes out: no number that may be a BSN (C.4)."""

from __future__ import annotations

import re

from notifications.templates import Rendered
from rules.values import may_hold_bsn

_FOLD = re.compile(r"\r?\n[ \t]")  # where iCalendar breaks a long line


def private_number(said: Rendered, *around: str) -> bool:
    """Whether subject, text, HTML, an attachment, or what goes around it (names, an address) may hold a BSN (nine digits)."""
    parts = [
        *around,
        said.subject,
        said.text,
        said.html,
        said.printed,
        *(content.decode("utf-8", "replace") for _, kind, content in said.attachments if kind.startswith("text/")),
    ]
    return any(may_hold_bsn(_FOLD.sub("", part)) for part in parts)
