"""What may go wrong with a letter, and when it is tried again. Pure: moments come in, a state and a moment go out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.store.letter import State


class TroubleKind(StrEnum):
    """Kinds of trouble. Of the first three nobody's letters go: the server is away, is busy, or does not take us."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"  # it says until when
    LOGIN = "login"  # password, permission, sender or certificate, or it refuses everybody: somebody must mend it
    DROPPED = "dropped"  # the connection broke off with this letter under way
    REFUSED_FOR_NOW = "refused_for_now"
    REFUSED = "refused"


OF_THE_SERVER = (TroubleKind.UNREACHABLE, TroubleKind.BUSY, TroubleKind.LOGIN)


class Trouble(Exception):
    """A letter did not go. `reason`: Dutch, with codes of the server but none of its words. `until`: when the server wants it again.

    `in_doubt`: it may have arrived all the same.
    """

    def __init__(self, kind: TroubleKind, reason: str, until: datetime | None = None, in_doubt: bool = False) -> None:
        super().__init__(reason)
        self.kind, self.reason, self.until, self.in_doubt = kind, reason, until, in_doubt


@dataclass(frozen=True)
class Patience:
    """Pauses double from `first` to `most`; what lasts for `give_up` has failed."""

    first: timedelta
    most: timedelta
    give_up: timedelta | None = None


PATIENCE = {
    TroubleKind.UNREACHABLE: Patience(timedelta(minutes=5), timedelta(hours=1)),
    TroubleKind.BUSY: Patience(timedelta(minutes=5), timedelta(hours=1)),
    TroubleKind.LOGIN: Patience(timedelta(minutes=30), timedelta(hours=4)),
    TroubleKind.DROPPED: Patience(timedelta(minutes=5), timedelta(hours=1)),
    TroubleKind.REFUSED_FOR_NOW: Patience(timedelta(minutes=15), timedelta(hours=4), timedelta(days=5)),
    TroubleKind.REFUSED: Patience(timedelta(0), timedelta(0), give_up=timedelta(0)),
}
DOUBTS = 5  # attempts that may have arrived: after so many no more copies are risked
ALIKE = "; verschillende ontvangers krijgen dit antwoord"
_OF_ONE = re.compile(
    r"\b[45]\.(1\.([12346]|10)|2\.[1-4]|3\.4|7\.1[23]\d?)\b|\b552\b(?! 5\.)|\b413\b|ErrorInvalidRecipients|SizeExceeded"
)
LONGEST = timedelta(days=1)  # no server keeps letters waiting longer than this with one answer


def after(
    kind: TroubleKind, since: datetime, now: datetime, until: datetime | None = None
) -> tuple[State, datetime | None]:
    """What becomes of a letter that meets this trouble now, and has met nothing else `since`: failed, or tried again later than now.

    A pause is the first one and the time that the trouble has lasted: so it doubles, also when nobody came to try in time.
    """
    patience, lasted = PATIENCE[kind], max(now - since, timedelta(0))
    if patience.give_up is not None and lasted >= patience.give_up:
        return State.FAILED, None
    if until is not None and until > now:
        return State.RETRY, min(until, now + LONGEST)
    return State.RETRY, now + min(patience.first + lasted, patience.most)


def of_one(codes: str) -> bool:
    """Whether an answer is by its codes about one recipient (unknown, full) or one letter (too large): others may do better."""
    return _OF_ONE.search(codes) is not None
