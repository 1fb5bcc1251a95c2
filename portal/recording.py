"""Recording an act with the form that was sent: what every page does that has such a form."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from hashlib import sha256
from secrets import token_urlsafe
from threading import Lock
from typing import Any

from fastapi import Request

from acts import Act, Refused
from acts.engine.act import Doubt
from acts.engine.doubts import doubts_about
from flows.mover import Ended
from models.store.database import current
from portal.asking import Asking
from portal.forms import from_form, more_of
from portal.mover import Mover

WAIT_SECONDS = 3.0  # so long somebody waits to see the new state
AGAIN = "al"  # it was recorded before
ONCE = "_once"
RECORDED = {
    "ja": "Vastgelegd.",
    AGAIN: "Dit had u al vastgelegd.",
    "zo": "Vastgelegd. Het gaat zo verder; kijk over een paar tellen opnieuw.",
    "later": "Vastgelegd. Het gaat verder zodra dat weer kan; beheer krijgt bericht.",
    "let-op": "Vastgelegd, en apart gezet: beheer moet ernaar kijken.",
}


@dataclass(frozen=True)
class Sent:
    """A form that was sent and not taken: what was typed stays in it."""

    act: Act[Any]
    given: Mapping[str, Any]
    refused: Refused | None = None
    more: str | None = None  # the list that must be longer
    doubts: Sequence[Doubt] = ()  # what to ask before it is taken
    seen: int | None = None  # how many decisions there were when the form was made


@dataclass(frozen=True)
class Recorded:
    """A form that was taken. `reference`: what it is about, or made; `outcome`: a key of RECORDED."""

    reference: str
    outcome: str


def record_sent(
    request: Request, asking: Asking, act: Act[Any], about: str | None, items: Sequence[tuple[str, str]]
) -> Sent | Recorded:
    """Record an act with the form that was sent, and have it moved; else the form with what there is to ask or to say about it."""
    given, own, actor = from_form(act, items), dict(items), asking.actor
    seen = own.get("_seen", "")
    sent = Sent(act, given, seen=int(seen) if seen.isdecimal() and len(seen) < 10 else None)
    if more := more_of(items):
        return replace(sent, more=more)
    if "_sure" not in own and (doubts := doubts_about(current(), act, actor.by, given, asking.now)):
        return replace(sent, doubts=doubts)
    mover: Mover = request.app.state.mover

    def recorded() -> Recorded:
        reference, moved = mover.decide(act.name, about, actor.by, given, asking.now, actor.person)
        return Recorded(reference, outcome(moved))

    try:
        return once(f"{actor.person} {items!r}", recorded) if ONCE in own else recorded()
    except Refused as refused:
        return replace(sent, refused=refused)


def new_form() -> dict[str, str]:
    """The hidden inputs of a form that makes something new: by these it is known when it is sent again."""
    return {ONCE: token_urlsafe(16)}


class Once:
    """Records what a form makes once, however often its button is pressed. In the memory of this process, of the last `most`."""

    def __init__(self, most: int = 10_000) -> None:
        self._lock, self._most = Lock(), most
        self._made: OrderedDict[bytes, Future[Recorded]] = OrderedDict()

    def __call__(self, form: str, record: Callable[[], Recorded]) -> Recorded:
        """What this form recorded, now or before. Raises what `record` raises; then it may be sent again."""
        key, mine = sha256(form.encode(errors="replace")).digest(), Future[Recorded]()
        with self._lock:
            first = self._made.setdefault(key, mine)
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        if first is not mine:
            return replace(first.result(), outcome=AGAIN)
        try:
            mine.set_result(record())
        except BaseException as error:
            with self._lock:
                self._made.pop(key, None)
            mine.set_exception(error)
            raise
        return mine.result()


once = Once()


def outcome(recorded: Future[Ended | None]) -> str:
    """What became of a decision, as a key of RECORDED: at rest, or not yet."""
    try:
        ended = recorded.result(WAIT_SECONDS)
    except TimeoutError:
        return "zo"
    except Exception:  # it is recorded; the mover told the log
        return "later"
    return "let-op" if ended and ended.attention else "ja"
