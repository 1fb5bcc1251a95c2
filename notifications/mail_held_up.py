"""What people must know of the mail: which letters wait, are held or failed, why, and what to do. For whoever shows it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from flexroute.clock import local
from models.store.letter import Letter, State
from notifications import outbox


class HeldUp(NamedTuple):
    """Letters with one cause: what of them, why, what somebody can do. Codes, numbers and moments only."""

    what: str
    why: str
    do: str


def held_up(session: Session, now: datetime) -> list[HeldUp]:
    """Mail that waits for the server or longer than it should, and letters that stay until somebody does something."""
    found = []
    if (paused := outbox.pause(session, now)) and paused.try_at:
        do = f"Los de oorzaak op; nu proberen: flexroute letters --again {paused.id} en flexroute deliver"
        found.append(HeldUp(f"de post wacht tot {local(paused.try_at):%d-%m %H:%M}", paused.reason or "", do))
    for waits, number in outbox.late_by_reason(session, now).items():
        why = waits or "nog niet geprobeerd"
        do = "Kijk of de mailserver het doet, en of de post loopt: flexroute deliver"
        found.append(HeldUp(f"{_letters(number)} langer dan 2 uur", why, do))
    stopped = select(Letter.state, Letter.reason, func.count(), func.min(Letter.id))
    stopped = stopped.where(col(Letter.state).in_((State.FAILED, State.HELD))).group_by(
        Letter.state, col(Letter.reason)
    )
    for state, reason, number, first in session.exec(stopped.order_by(func.min(Letter.id))):
        words = "mislukt" if state == State.FAILED else "tegengehouden"
        do = f"flexroute letters --show {first}; los de oorzaak op en verstuur opnieuw: flexroute letters --again {first}"
        if number > 1:
            do = f"flexroute letters --state {state}; los de oorzaak op en verstuur opnieuw: flexroute letters --again-all {state}"
        found.append(HeldUp(f"{number} {'brief' if number == 1 else 'brieven'} {words}", reason or "", do))
    return found


def _letters(number: int) -> str:
    return "1 brief wacht" if number == 1 else f"{number} brieven wachten"
