"""Sending letters: claimed, rendered, guarded, handed to the transport, and marked; a transaction for every fifty."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from models.database import current
from models.directory import load_region
from models.letter import Letter
from notifications.guard import private_number
from notifications.render import render
from notifications.transport import transport
from rules.region import Region
from tasks.step import call, named_task

SIZE = 50


@dataclass
class Delivered:
    """How many letters went out, and which were kept and why (ids only)."""

    sent: int = 0
    kept: dict[str, str] = field(default_factory=dict)


def deliver(now: datetime) -> Delivered:
    """The line of the flow: send what is queued, if anything is."""
    with current().reading() as session:
        if session.exec(select(Letter.id).where(Letter.state == "queued").limit(1)).first() is None:
            return Delivered()
    return call(send_queued, now)


@named_task("Post bezorgen")
def send_queued(now: datetime) -> Delivered:
    """Send all queued letters in the order in which they were written."""
    done = Delivered()
    last = 0
    while True:
        with current().writing() as session:
            queued = (
                select(Letter)
                .where(Letter.state == "queued", col(Letter.id) > last)
                .order_by(col(Letter.id))
                .limit(SIZE)
            )
            letters = session.exec(queued.with_for_update(skip_locked=True)).all()
            if not letters:
                return done
            region = load_region(session)
            for letter in letters:
                _send(session, region, letter, now, done)
                last = letter.id or last


def _send(session: Session, region: Region, letter: Letter, now: datetime, done: Delivered) -> None:
    if not region.knows(letter.recipient):
        letter.state, letter.reason = "held", "de ontvanger staat niet meer in de regio"
        done.kept[f"brief {letter.id}"] = letter.reason
        return
    try:
        said = render(session, region, letter)
        address, name = region.mail_of(letter.recipient), region.name_of(letter.recipient)
        if private_number(said, address, name):
            letter.state, letter.reason = "held", "er staat een getal in dat een BSN kan zijn"
        else:
            transport().send(letter, address, name, said)
            letter.state, letter.sent_at, letter.reason = "sent", now, None
    except OSError as error:
        letter.reason = f"nog niet verstuurd: {type(error).__name__}"  # stays queued: the next run tries again
    except Exception as error:
        letter.state, letter.reason = "failed", type(error).__name__
    if letter.state == "sent":
        done.sent += 1
    else:
        done.kept[f"brief {letter.id}"] = letter.reason or letter.state
