"""The sender: lets the letters of the outbox travel one by one, and writes down what became of each (A.10).

No transaction is open while a letter travels. A letter costs one: what became of the one before is written with the claim of the next.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, NamedTuple

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from flexroute.settings import settings
from models.database import Database
from models.directory import load_region
from models.letter import WAITING, Letter, State
from models.turn import turn
from notifications import outbox
from notifications.guard import private_number
from notifications.message import message
from notifications.render import render
from notifications.retry import OF_THE_SERVER, Kind, Trouble, after
from notifications.transports import Transport, transport
from rules.region import Region

AT_ONCE = 50  # letters that may not travel are written together
NO_TROUBLE: dict[str, Any] = {"try_at": None, "trouble": None, "trouble_since": None}


@dataclass
class Delivered:
    """What a round did: how many letters went out, what people must know of it, and which were kept and why (ids only)."""

    sent: int = 0
    notes: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def send_due(database: Database, now: datetime) -> Delivered:
    """Send everything that is due, in the order in which it was queued; one sender at a time. Raises Unreachable.

    Who has the turn knows that a letter which is still under way was left by a sender that died. Whether it arrived nobody can tell
    (SMTP cannot): it goes again with the same Message-ID, and is counted as in doubt.
    """
    with turn(database, "post") as ours:
        if not ours:
            return Delivered(notes=["een andere run bezorgt de post al"])
        outbox.take_over(database, now)
        began = time.monotonic()
        with transport(lambda: now + timedelta(seconds=time.monotonic() - began)) as post:
            return _Round(database, post, now).send()


class _Kept(NamedTuple):
    """A letter that may not travel."""

    state: State
    reason: str


class _Change(NamedTuple):
    """What became of a letter, to write if it is still as we left it."""

    letter: Letter
    left: str  # its state
    attempts: int
    values: dict[str, Any]


class _Overtaken(Exception):
    """A letter of ours is not as we left it: the turn was lost (with the connection that held it), and somebody else has it."""


class _Round:
    def __init__(self, database: Database, post: Transport, now: datetime) -> None:
        self.database, self.post, self.now = database, post, now
        self.done, self.twice = Delivered(), 0
        self.unwritten: list[_Change] = []
        self.broke_off = False  # the connection, with the letter before
        with database.reading() as session:
            self.region = load_region(session)
            self.due = outbox.due(session, now)

    def send(self) -> Delivered:
        try:
            coming = map(self._prepare, self.due)
            here = next(coming, None)
            while here:
                letter, ready = here
                mail = ready if isinstance(ready, EmailMessage) and self._claim(letter) else None
                if isinstance(ready, _Kept):
                    self._became(letter, letter.state, letter.attempts, state=ready.state, reason=ready.reason)
                here = next(coming, None)  # made before this one travels: what becomes of that is then written at once
                if mail is not None and not self._travel(letter, mail):
                    break
                if len(self.unwritten) >= AT_ONCE:
                    self._write()
            self._write()
        except _Overtaken:
            self.done.notes.append("een andere run heeft het bezorgen overgenomen")
        if self.twice:
            said = "1 brief is" if self.twice == 1 else f"{self.twice} brieven zijn"
            self.done.notes.append(f"{said} misschien dubbel aangekomen")
        return self.done

    def _prepare(self, ident: int) -> tuple[Letter, EmailMessage | _Kept | None]:
        with self.database.reading() as session:
            letter = session.get_one(Letter, ident)
            if letter.state not in WAITING:
                return letter, None
            try:
                return letter, _ready(session, self.region, letter)
            except DBAPIError:
                raise  # the database, not the letter
            except Exception as error:
                return letter, _Kept(State.FAILED, f"van deze brief is geen e-mail te maken ({type(error).__name__})")

    def _claim(self, letter: Letter) -> bool:
        """Mark a letter as under way, and write what became of the one before: the one transaction that a letter costs."""
        claim = (
            update(Letter)
            .where(col(Letter.id) == letter.id, col(Letter.state).in_(WAITING), col(Letter.attempts) == letter.attempts)
            .values(state=State.SENDING, attempts=Letter.attempts + 1, tried_at=self.now)
        )
        return self._write(claim) == 1

    def _write(self, also: Any = None) -> int:
        """Write what became of letters. `also`: one more statement; answers with the number of its rows."""
        count = 0
        if self.unwritten or also is not None:
            with self.database.writing() as session:
                for letter, left, attempts, values in self.unwritten:
                    as_left = (col(Letter.id) == letter.id, col(Letter.state) == left, col(Letter.attempts) == attempts)
                    if session.connection().execute(update(Letter).where(*as_left).values(values)).rowcount == 0:
                        raise _Overtaken
                if also is not None:
                    count = session.connection().execute(also).rowcount
            self.unwritten.clear()
        return count

    def _travel(self, letter: Letter, mail: EmailMessage) -> bool:
        """Let a letter go; whether the next one may follow."""
        try:
            self.post.send(letter, mail)
        except Trouble as trouble:
            return self._met(letter, trouble)
        except Exception as error:  # a mistake in the program: this letter only
            return self._met(letter, Trouble(Kind.REFUSED, f"fout bij het versturen ({type(error).__name__})"))
        redirected = "omgeleid" if settings().mail_mode == "redirect" else None
        self._became(letter, State.SENDING, letter.attempts + 1, state=State.SENT, sent_at=self.now, reason=redirected)
        self.done.sent += 1
        self.twice += letter.in_doubt > 0
        self.broke_off = False
        return True

    def _met(self, letter: Letter, trouble: Trouble) -> bool:
        kind = trouble.kind
        if kind is Kind.DROPPED and self.broke_off:
            kind = Kind.UNREACHABLE  # twice in a row: it is not the letter
        self.broke_off = kind is Kind.DROPPED
        since = letter.trouble_since if letter.trouble == kind and letter.trouble_since else self.now
        state, try_at = after(kind, since, self.now, trouble.until)
        lasting = {"try_at": try_at, "trouble": kind, "trouble_since": since} if state is State.RETRY else {}
        in_doubt = letter.in_doubt + trouble.in_doubt
        self._became(
            letter, State.SENDING, letter.attempts + 1, state=state, reason=trouble.reason, in_doubt=in_doubt, **lasting
        )
        return kind not in OF_THE_SERVER

    def _became(self, letter: Letter, left: str, attempts: int, **values: Any) -> None:
        self.unwritten.append(_Change(letter, left, attempts, NO_TROUBLE | values))
        if values["state"] in (State.HELD, State.FAILED):
            self.done.kept[f"brief {letter.id}"] = values["reason"]


def _ready(session: Session, region: Region, letter: Letter) -> EmailMessage | _Kept:
    """The letter as an e-mail, or why it may not go. Raises whatever does not fit between letter, template and address."""
    if settings().mail_mode == "off":
        return _Kept(State.WITHHELD, "de post stond uit")
    if not region.knows(letter.recipient):
        return _Kept(State.HELD, "de ontvanger staat niet meer in de regio")
    said = render(session, region, letter)
    mail = message(letter, region, said)
    if private_number(said, *(str(mail[header]) for header in ("From", "Reply-To", "To", "Subject"))):
        return _Kept(State.HELD, "er staat een getal in dat een BSN kan zijn")
    return mail
