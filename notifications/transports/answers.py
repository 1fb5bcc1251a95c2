"""What an answer of a mail server is about: us, the server itself, or one letter or recipient (RFC 3463, and what large servers say).

Its words are looked at and kept nowhere: they may repeat what is private (C.4).
"""

from __future__ import annotations

import re

from notifications.retry import Trouble, TroubleKind, of_one

CLOSING, LOGIN_NEEDED, TOO_LARGE = 421, (530, 534, 535, 538), 552
FULL = (432, 452)  # of the server, where no other code says that it is a mailbox

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_BUSY = re.compile(r"[45]\.(4\.5|3\.[12]|7\.23[23])|4\.7\.5\d\d|5\.1\.90|5\.7\.70[58]")
_NOT_US = re.compile(
    r"[45]\.(1\.[78]|2\.252|3\.5|7\.([389]|11|14|23|2[567]|5[147]|6[014]|139))|5\.7\.(5(?!04|05)\d\d|[67]\d\d)"
)
_SIZE = re.compile(r"\bsize\b|too (large|big)", re.IGNORECASE)
_LIMIT = re.compile(
    r"submission ?quota|(daily|hourly|sending|sender|tenant|connection|rate|messages?)\b[^.;]{0,40}\b(limit|quota|threshold)"
    r"|exceeded your|your [^.;]{0,40}\b(limit|quota)|too many (e?mails|messages|connections)|throttl|(message|mail|sending) rate",
    re.IGNORECASE,
)
_WORDS_NOT_US = re.compile(
    r"relay(ing)?\W{1,3}(access )?(denied|not |is not|prohibited)|(unable to|not|cannot|refus\w+|denied|deny) relay"
    r"|send ?as ?denied|not (allowed|permitted|authori[sz]ed) to (relay|send)(?! (e?mail |messages )?to\b)"
    r"|not authenticated|unauthenticated"
    r"|authenti\w+ (is )?required|must (log ?in|authenticate)|sender( address)?( is)? (rejected|denied|not allowed)"
    r"|client host|bad outbound sender|not owned by",
    re.IGNORECASE,
)


def trouble(code: int, answer: bytes | str, of_sender: bool = False) -> Trouble:
    """The trouble that an answer means which is not a yes. `of_sender`: it came when the sender was named, before any recipient."""
    text = answer if isinstance(answer, str) else answer.decode("ascii", "replace")
    told, too_large = codes(code, answer), code == TOO_LARGE or _SIZE.search(text) is not None
    if code == CLOSING:
        return Trouble(TroubleKind.UNREACHABLE, f"de mailserver sluit de verbinding ({told})")
    if code in LOGIN_NEEDED:
        return Trouble(TroubleKind.LOGIN, f"de mailserver wil dat Flexroute inlogt ({told})")
    if not too_large and _busy(code, told, text):
        return Trouble(
            TroubleKind.BUSY, f"de mailserver neemt nu niets meer aan: te druk, vol, of een grens bereikt ({told})"
        )
    if of_sender and code >= 500 and not too_large:
        return Trouble(TroubleKind.LOGIN, f"de mailserver neemt niets aan van deze afzender ({told})")
    if not of_one(told) and (_NOT_US.fullmatch(_enhanced(text)) or _WORDS_NOT_US.search(text)):
        return Trouble(TroubleKind.LOGIN, f"de mailserver laat Flexroute niet mailen ({told})")
    if code >= 500:
        return Trouble(TroubleKind.REFUSED, f"de mailserver weigert deze brief of deze ontvanger ({told})")
    return Trouble(TroubleKind.REFUSED_FOR_NOW, f"de mailserver neemt deze brief nu niet aan ({told})")


def codes(code: int, answer: bytes | str) -> str:
    """The numbers of an answer, as 550 5.1.1."""
    text = answer if isinstance(answer, str) else answer.decode("ascii", "replace")
    return f"{code} {_enhanced(text)}".strip()


def _enhanced(text: str) -> str:
    found = _ENHANCED.match(text)
    return found.group() if found else ""


def _busy(code: int, told: str, text: str) -> bool:
    """Whether the server takes nothing for a while: it is full or busy, or we have sent as much as we may."""
    if re.search(r"submission ?quota", text, re.IGNORECASE):  # said with the code of a full mailbox: the sender's
        return True
    if of_one(told):
        return False
    return code in FULL or bool(_BUSY.fullmatch(_enhanced(text)) or _LIMIT.search(text))
