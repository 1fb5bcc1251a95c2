"""The last check before anything goes out, a letter or a list: no number that may be a BSN (C.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from flexroute.errors import UserError
from notifications.templates import Rendered
from rules.shared.bsn import may_hold_bsn

HELD = "tegengehouden: hierin staat een getal dat een BSN kan zijn"  # in the place of a text in a list
_FOLD = re.compile(r"\r?\n[ \t]")  # where iCalendar breaks a long line
_REFERENCE = re.compile(r"[A-Z]{2}-\d{4}-\d{6}(?:-\d{4})?")  # most of what a list says: not worth a closer look


def private_number(said: Rendered, *around: str) -> bool:
    """Whether subject, text, HTML, an attachment, or what goes around it (names, an address) may hold a BSN."""
    parts = [
        *around,
        said.subject,
        said.text,
        unescape(said.html),
        said.printed,
        *(content.decode("utf-8", "replace") for _, kind, content in said.attachments if kind.startswith("text/")),
    ]
    return any(may_hold_bsn(_FOLD.sub("", part)) for part in parts)


def held_back(value: Any) -> Any:
    """A list of data without the texts that may hold a BSN; each of them says so in its place. The same value where none does."""
    match value:
        case str():
            return HELD if not _REFERENCE.fullmatch(value) and may_hold_bsn(value) else value
        case Mapping():
            kept = {key: held_back(one) for key, one in value.items()}
            return kept if any(kept[key] is not one for key, one in value.items()) else value
        case list() | tuple():
            those = [held_back(one) for one in value]
            return those if any(new is not old for new, old in zip(those, value, strict=True)) else value
    return value


def may_leave(said: Any) -> None:
    """A paper is made whole or not at all. Raises UserError, with where it is, when something in it may hold a BSN."""
    if isinstance(said, Rendered):
        private, where = private_number(said), ""
    else:
        private = held_back(said) is not said
        where = f" ({_where(said)})" if private else ""
    if private:
        raise UserError(
            f"Dit gaat niet naar buiten: er staat een getal in dat een BSN kan zijn{where}. Haal dat getal eerst weg."
        )


def _where(said: Any, about: str = "", field: str = "") -> str:
    """The reference and the field of the first one."""
    if isinstance(said, str):
        return f"{about} {field}".strip()
    if isinstance(said, Mapping):
        about = str(said.get("reference") or about)
    named = said.items() if isinstance(said, Mapping) else ((field, one) for one in said)
    return next(_where(one, about, str(name)) for name, one in named if held_back(one) is not one)
