"""The sender: lets the mails of the outbox travel one by one, and writes down what became of each letter (A.10).

Letters of one kind, to one receiver and of one run, are one mail: sent, failed or in doubt together. Each mail by the same four steps:
prepare it, claim it as it was prepared, let it travel, write the outcome. No transaction is open while it travels.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any, NamedTuple

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from flexroute import log, progress
from flexroute.clock import local_date
from flexroute.errors import Unreachable
from flexroute.settings import settings
from models.region.directory import load_region
from models.store.database import Database
from models.store.exclusive import exclusively
from models.store.letter import WAITING, Letter, State
from notifications import outbox
from notifications.guard import private_number
from notifications.message import message
from notifications.render import render, together
from notifications.retry import ALIKE, DOUBTS, OF_THE_SERVER, Trouble, TroubleKind, after, of_one
from notifications.transports import Transport, transport
from rules.shared.region import Region

MINUTE = timedelta(minutes=1)
TRIES, PAUSE = 4, 5.0  # seconds: a database that is busy for a moment may not cost a second copy
NO_TROUBLE: dict[str, Any] = {"try_at": None, "trouble": None, "trouble_since": None}


@dataclass
class Delivered:
    """What a round did: how many letters went out, what people must know of it, and which were kept and why (ids only)."""

    sent: int = 0
    notes: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    elsewhere: bool = False  # another run has the turn, so what waits is under way


def send_due(database: Database, now: datetime) -> Delivered:
    """Send everything that is due, in the order in which it was queued; one sender at a time. Raises Unreachable.

    Who has the turn knows that a letter which is still under way was left by a sender that died. Whether it arrived nobody can tell
    (SMTP cannot): it goes again with the same Message-ID, and is counted as in doubt.
    """
    with exclusively(database, "post") as ours:
        if not ours:
            return Delivered(notes=["een andere run bezorgt de post al"], elsewhere=True)
        outbox.take_over(database, now)
        began = time.monotonic()

        def clock() -> datetime:
            return now + timedelta(seconds=time.monotonic() - began)

        with transport(clock) as post:
            return _Round(database, post, now, clock).send()


class _Kept(NamedTuple):
    """Why a letter may not travel, and the state that it gets."""

    state: State
    reason: str


class _Overtaken(Exception):
    """A letter is not as we left it: the turn was lost (with the connection that held it), and somebody else has it."""


class _Round:
    def __init__(self, database: Database, post: Transport, now: datetime, clock: Callable[[], datetime]) -> None:
        self.database, self.post, self.began, self.clock = database, post, now, clock
        self.done, self.twice, self.at_home = Delivered(), 0, 0
        self.broke_off = False  # the connection, with the letter before
        with database.reading() as session:
            self.region = load_region(session)
            self.due = deque(outbox.due(session, now))
            self.refused = outbox.refused(session, now)  # since a letter was last taken

    def send(self) -> Delivered:
        try:
            while self.due:
                letters, mail = self._take(self.due.popleft())
                if mail is None:
                    continue
                trouble = self._travel(letters, mail)
                if trouble is None:
                    self._sent(letters)
                elif self._met(letters, trouble) in OF_THE_SERVER:
                    break
        except _Overtaken:
            self.done.notes.append("een andere run heeft het bezorgen overgenomen")
            self.done.elsewhere = True
        if self.at_home:
            self.done.notes.append(f"{self.at_home} niet verstuurd (zie flexroute letters --state withheld)")
        if self.twice:
            said = "1 brief is" if self.twice == 1 else f"{self.twice} brieven zijn"
            self.done.notes.append(f"{said} misschien dubbel aangekomen")
        return self.done

    def _take(self, idents: Sequence[int]) -> tuple[list[Letter], EmailMessage | None]:
        """The letters that travel, claimed, and their mail; none where nothing of it goes now. What changed meanwhile is looked at anew."""
        while True:
            going, mail, kept = self._prepare(idents)
            try:
                for letter, why in kept:
                    self._keep(letter, why)
                if mail:
                    self._claim(going)
            except _Overtaken:
                if self._tried_elsewhere([*going, *(letter for letter, _ in kept)]):
                    raise
                continue  # taken back, or corrected
            return going, mail

    def _prepare(self, idents: Sequence[int]) -> tuple[list[Letter], EmailMessage | None, list[tuple[Letter, _Kept]]]:
        """The letters that travel, their mail, and those that are kept, with the reason: one of these holds up none of the others.

        Those that each could go, but not as one mail, come next, one by one. One that need not go any more is left out.
        """
        with self.database.reading() as session:
            found = [session.get_one(Letter, ident) for ident in idents]
            if any(letter.state == State.SENDING for letter in found):
                raise _Overtaken
            ready = [(letter, self._checked(session, [letter])) for letter in found if letter.state in WAITING]
            kept = [(letter, why) for letter, why in ready if isinstance(why, _Kept)]
            mails = [(letter, mail) for letter, mail in ready if not isinstance(mail, _Kept)]
            going = [letter for letter, _ in mails]
            if len(going) < 2:
                return going, mails[0][1] if mails else None, kept
            whole = self._checked(session, going)
        if isinstance(whole, _Kept):
            self.due.extendleft([letter.id or 0] for letter in reversed(going))
            return [], None, kept
        return going, whole, kept

    def _checked(self, session: Session, letters: Sequence[Letter]) -> EmailMessage | _Kept:
        try:
            return _ready(session, self.region, letters, local_date(self.clock()))
        except DBAPIError:
            raise  # the database, not the letter
        except Exception as error:
            log.write(log.trouble(error, letter=letters[0].id))
            return _Kept(State.FAILED, f"van deze brief is geen e-mail te maken ({type(error).__name__})")

    def _keep(self, letter: Letter, kept: _Kept) -> None:
        self._write([letter], NO_TROUBLE | {"state": kept.state.value, "reason": kept.reason})
        self.at_home += kept.state is State.WITHHELD
        self._tell(letter)
        _log(letter)

    def _claim(self, letters: Sequence[Letter]) -> None:
        """Mark letters as under way: should we die, the next sender sees it. What is tried at one moment stays together."""
        self._write(letters, {"state": State.SENDING.value, "tried_at": self.clock()}, attempts=1)

    def _tried_elsewhere(self, letters: Sequence[Letter]) -> bool:
        """Whether another sender claimed one of them: each claim counts as an attempt."""
        with self.database.reading() as session:
            return any(session.get_one(Letter, letter.id).attempts > letter.attempts for letter in letters)

    def _travel(self, letters: Sequence[Letter], mail: EmailMessage) -> Trouble | None:
        try:
            self.post.send(letters[0], mail)
        except Trouble as trouble:
            return trouble
        except Exception as error:  # a mistake in the program: this mail only
            log.write(log.trouble(error, letter=letters[0].id))
            return Trouble(TroubleKind.REFUSED, f"fout bij het versturen ({type(error).__name__})")
        return None

    def _sent(self, letters: Sequence[Letter]) -> None:
        redirected = "omgeleid" if settings().mail_mode == "redirect" else None
        sent = {"state": State.SENT.value, "sent_at": self.clock(), "reason": redirected}
        self._write_surely(letters, NO_TROUBLE | sent)
        self.broke_off = False
        self.refused.clear()
        for letter in letters:
            self.done.sent += 1
            progress.done("brief is verstuurd", "brieven zijn verstuurd")
            self.twice += letter.in_doubt > 0
            _log(letter)

    def _met(self, letters: Sequence[Letter], trouble: Trouble) -> TroubleKind:
        """Write what letters met; answers with what that means for the others."""
        kind, now, first = trouble.kind, self._now(), letters[0]
        if kind is TroubleKind.DROPPED and self.broke_off:
            kind = TroubleKind.UNREACHABLE  # twice in a row: it is not the letter
        self.broke_off = kind is TroubleKind.DROPPED
        since = first.trouble_since if first.trouble == kind and first.trouble_since else now
        state, try_at = after(kind, since, now, trouble.until)
        reason = trouble.reason
        if state is State.FAILED and (alike := self._refused_alike(letters, reason)):
            kind, reason, since = TroubleKind.LOGIN, reason + ALIKE, min(one.trouble_since or now for one in alike)
            state, try_at = after(kind, since, now)
            self._wait_after_all(alike, reason)
        elif state is State.FAILED:
            self.refused += letters
        lasting = {"try_at": try_at, "trouble": kind.value, "trouble_since": since} if state is State.RETRY else {}
        outcome = {"state": state.value, "reason": reason}
        self._write_surely(letters, NO_TROUBLE | outcome | lasting, in_doubt=int(trouble.in_doubt))
        for letter in letters:
            self._tell(letter)
            _log(letter, kind)
        return kind

    def _refused_alike(self, letters: Sequence[Letter], reason: str) -> list[Letter]:
        """Who got this answer before, where it came to others as well and nothing was taken in between: it is not the letter.

        One that waited because of that, in a round in which others were taken, stands alone after all.
        """
        ours = {letter.id for letter in letters}
        if of_one(reason) or (self.done.sent and (letters[0].reason or "").endswith(ALIKE)):
            return []
        alike = [one for one in self.refused if one.reason in (reason, reason + ALIKE) and one.id not in ours]
        return alike if any(one.recipient != letters[0].recipient for one in alike) else []

    def _wait_after_all(self, letters: list[Letter], reason: str) -> None:
        with self.database.writing() as session:
            outbox.wait_after_all(session, letters, self._now(), reason)
        for letter in letters:
            self.done.kept.pop(f"brief {letter.id}", None)

    def _now(self) -> datetime:
        """The moment, in whole minutes since we began: a pause of five minutes is over for the round of five minutes later."""
        return self.began + (self.clock() - self.began) // MINUTE * MINUTE

    def _tell(self, letter: Letter) -> None:
        if letter.state in (State.HELD, State.FAILED):
            self.done.kept[f"brief {letter.id}"] = letter.reason or ""

    def _write(self, letters: Sequence[Letter], values: dict[str, Any], **more: int) -> None:
        """Write this of letters that are as we left them, and know it so; `more` is added to what they count.

        All of them or none: raises _Overtaken when one is not as we left it, or says something else by now than the mail
        that was made of it; Unreachable. Whoever corrects a letter that waits has locked it, or waits for us.
        """
        all_values = [values | {name: getattr(one, name) + number for name, number in more.items()} for one in letters]
        with self.database.writing() as session:
            for letter, own in zip(letters, all_values, strict=True):
                as_left = update(Letter).filter_by(id=letter.id, state=letter.state, attempts=letter.attempts)
                says = session.connection().execute(as_left.values(own).returning(col(Letter.context))).scalar()
                if says is None or (letter.state in WAITING and says != letter.context):
                    raise _Overtaken
        for letter, own in zip(letters, all_values, strict=True):
            for name, value in own.items():
                setattr(letter, name, value)

    def _write_surely(self, letters: Sequence[Letter], outcome: dict[str, Any], **more: int) -> None:
        """Write what became of letters that have left; left unwritten, they would go again."""
        for _ in range(TRIES - 1):
            try:
                return self._write(letters, outcome, **more)
            except Unreachable:
                time.sleep(PAUSE)
        return self._write(letters, outcome, **more)


def _log(letter: Letter, trouble: TroubleKind | None = None) -> None:
    """A line of what became of a letter."""
    line = log.Letter(
        letter=letter.id or 0,
        kind=letter.kind,
        recipient=letter.recipient,
        state=str(letter.state),
        trouble=trouble.value if trouble else None,
        edition=letter.edition,
        attempts=letter.attempts,
    )
    log.write(line)


def _ready(session: Session, region: Region, letters: Sequence[Letter], today: date) -> EmailMessage | _Kept:
    """Letters as one e-mail, or why it may not go. Raises whatever does not fit between letters, template and address."""
    first = letters[0]
    if settings().mail_mode == "off":
        return _Kept(State.WITHHELD, "de post stond uit")
    if outbox.superseded(session, first):
        return _Kept(State.WITHHELD, "er is een nieuwere agenda")
    if first.in_doubt >= DOUBTS:
        return _Kept(State.FAILED, f"misschien aangekomen; {first.reason}")
    if not region.knows(first.recipient):
        return _Kept(State.HELD, "de ontvanger staat niet meer in de regio")
    said = render(session, region, first, mailed=True) if len(letters) == 1 else together(region, letters)
    mail = message(letters, region, said, today)
    if private_number(said, *(str(mail[header]) for header in ("From", "Reply-To", "To", "Subject"))):
        return _Kept(State.HELD, "er staat een getal in dat een BSN kan zijn")
    return mail
