"""Addresses and names of a region that a letter can bear: mail servers must read them as they stand (A.10)."""

from __future__ import annotations

import re
from unicodedata import category

from rules.shared.bsn import may_hold_bsn

_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322, atext: no comments, quotes or other letters
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # RFC 1035
_CODED = r"(?!.*=\?)"  # RFC 2047: a header would decode it, and the letter go elsewhere
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_CODED}{_WORD}(?:\.{_WORD})*@(?:{_LABEL}\.)+(?!\d){_LABEL}")
_UNREADABLE = ("Cc", "Cs", "Zl", "Zp")  # control signs, halves of a sign, ends of a line or paragraph


def address(value: str) -> str:
    """One plain address, in ASCII: `name@organisation.nl`. Raises ValueError."""
    if not _ADDRESS.fullmatch(value):
        raise ValueError(
            "dit e-mailadres heeft niet de goede vorm; schrijf alleen het adres zelf, bijvoorbeeld intake@noord.nl: "
            "zonder spaties, haakjes, accenten, of een punt die dubbel is of aan begin of eind staat"
        )
    return _without_bsn(value)


def name(value: str) -> str:
    """A name on one line. Raises ValueError."""
    if any(category(sign) in _UNREADABLE for sign in value):
        raise ValueError("in deze naam staat een regeleinde of een teken dat niemand ziet; typ de naam opnieuw")
    return _without_bsn(value)


def _without_bsn(value: str) -> str:
    """Every letter that shows it would be held back (C.4)."""
    if may_hold_bsn(value):
        raise ValueError("hier staat een getal dat een BSN kan zijn: geen brief mag dat tonen; haal het weg")
    return value
