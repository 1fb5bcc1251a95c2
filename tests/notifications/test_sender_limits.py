"""Where the sender stops or holds on: copies of a letter in doubt, a database that is busy for a moment, a round that takes hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from flexroute.errors import Unreachable
from models.store.database import Database
from models.store.letter import Letter
from notifications import outbox, sender
from notifications.contexts import Context
from notifications.retry import DOUBTS, Trouble, TroubleKind
from notifications.sender import send_due
from notifications.transports import smtp
from tests.support.mail_servers import MailServer
from tests.support.queued_letters import FIVE_MINUTES, MINUTE, QUEUED_AT, arrived, expected, letters, queue


def rounds(database: Database, hours: int) -> Iterator[tuple[datetime, dict[str, str]]]:
    """The post of so many hours, every five minutes: when, and what people must look at."""
    for number in range(hours * 12):
        now = QUEUED_AT + number * FIVE_MINUTES
        yield now, send_due(database, now).kept


def test_one_letter_that_is_always_in_doubt(database: Database, server: MailServer) -> None:
    """It is copied a few times and then has failed, for somebody to look at; the letters behind it do not wait for it."""
    queue(database, 3)
    first = expected(database)[0]

    def hang_up(stage: str) -> None:
        if stage == "data" and arrived(server)[-1] == first:
            server.hangs_up = 1

    server.at = hang_up
    told = [kept for _, kept in rounds(database, 4) if kept]
    reason = "misschien aangekomen; de verbinding met de mailserver brak af (SMTPServerDisconnected)"
    assert told == [{"brief 1": reason}]
    assert [(one.state, one.attempts) for one in letters(database)] == [("failed", DOUBTS), ("sent", 1), ("sent", 1)]
    assert Counter(arrived(server))[first] == DOUBTS
    server.at = lambda _stage: None
    with database.writing() as session:
        assert outbox.send_again(session.get_one(Letter, 1), QUEUED_AT)
    assert send_due(database, QUEUED_AT).notes == []
    assert arrived(server)[-1] == first.replace("letter-1.1", "letter-1.2")


def test_a_gateway_that_thinks_too_long(
    database: Database, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes every letter and answers too late: two in a row make the office wait, and no letter is copied for ever."""
    monkeypatch.setattr(smtp, "LETTER_TIMEOUT", 0.05)
    queue(database, 6)
    server.thinks = 0.2
    tried: list[set[str]] = []
    for _ in rounds(database, 3):
        tried.append({message for message, number in Counter(arrived(server)).items() if number})
    assert tried[0] == tried[26] == set(expected(database)[:2])  # two hours later still no other
    assert max(Counter(arrived(server)).values()) == DOUBTS
    assert [one.state for one in letters(database)][:2] == ["failed", "failed"]
    server.thinks = 0
    send_due(database, QUEUED_AT + timedelta(hours=4))
    assert [one.state for one in letters(database)][2:] == ["sent"] * 4


def test_the_sender_dies_of_one_letter(database: Database, server: MailServer) -> None:
    """Every sender that takes it up dies: after a few of them it stays behind, and the post goes on."""
    queue(database, 2)
    for _ in range(DOUBTS):
        with database.writing() as session:
            letter = session.get_one(Letter, 1)
            letter.state, letter.try_at = "sending", None
        outbox.take_over(database, QUEUED_AT)
    assert send_due(database, QUEUED_AT).kept == {"brief 1": "misschien aangekomen; de vorige poging brak af"}
    assert arrived(server) == expected(database)[1:]


def test_a_database_that_is_busy_for_a_moment(
    database: Database, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outcome of a letter that has left is written when the database is there again: it costs no copy."""
    queue(database, 3)
    really, busy, waited = database.writing, [0], list[float]()

    def writing() -> AbstractContextManager[Session]:
        if busy[0]:
            busy[0] -= 1
            raise Unreachable("bezet")
        return really()

    server.at = lambda stage: busy.__setitem__(0, 3) if stage == "data" else None
    monkeypatch.setattr(database, "writing", writing)
    monkeypatch.setattr("notifications.sender.time.sleep", waited.append)
    assert send_due(database, QUEUED_AT).sent == 3
    assert waited == [sender.PAUSE] * 9
    assert arrived(server) == expected(database)
    server.at = lambda stage: busy.__setitem__(0, 99) if stage == "data" else None
    queue(database, 1, QUEUED_AT + MINUTE)
    with pytest.raises(Unreachable):
        send_due(database, QUEUED_AT + MINUTE)
    busy[0] = 0
    server.at = lambda _stage: None
    assert send_due(database, QUEUED_AT + MINUTE).notes == ["1 brief is misschien dubbel aangekomen"]


class _Slow:
    """A transport that takes forty minutes for a letter."""

    def __init__(self, answers: list[Trouble | None]) -> None:
        self.answers, self.clock = answers, 0.0

    def monotonic(self) -> float:
        return self.clock

    def send(self, _letter: Letter, _mail: EmailMessage) -> None:
        self.clock += 2400
        if trouble := self.answers.pop(0):
            raise trouble

    def close(self) -> None:
        pass


def test_a_long_round(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written is the moment at which it happened: no next try lies in the past."""
    queue(database, 3)
    slow = _Slow([None, Trouble(TroubleKind.REFUSED_FOR_NOW, "vol (452)"), Trouble(TroubleKind.UNREACHABLE, "weg")])
    monkeypatch.setattr(sender, "time", SimpleNamespace(monotonic=slow.monotonic))
    monkeypatch.setattr(sender, "transport", contextmanager(lambda *_: iter([slow])))
    send_due(database, QUEUED_AT)
    sent, full, away = letters(database)
    assert (sent.tried_at, sent.sent_at) == (QUEUED_AT, QUEUED_AT + 40 * MINUTE)
    assert (full.trouble_since, full.try_at) == (QUEUED_AT + 80 * MINUTE, QUEUED_AT + 95 * MINUTE)
    assert (away.trouble_since, away.try_at) == (QUEUED_AT + 120 * MINUTE, QUEUED_AT + 125 * MINUTE)


@pytest.mark.parametrize(
    ("state", "trouble", "late"),
    [
        ("queued", None, 1),
        ("retry", TroubleKind.UNREACHABLE, 1),
        ("retry", None, 1),
        ("retry", TroubleKind.REFUSED_FOR_NOW, 0),
        ("sent", None, 0),
    ],
)
def test_who_waits_too_long(database: Database, state: str, trouble: str | None, late: int) -> None:
    """A letter that its recipient puts off is told of when it fails; every other one after two hours."""
    queue(database, 1)
    with database.writing() as session:
        letter = session.exec(select(Letter).order_by(col(Letter.id))).one()
        letter.state, letter.trouble = state, trouble
    with database.reading() as session:
        assert sum(outbox.late_by_reason(session, QUEUED_AT + timedelta(hours=3)).values()) == late
        assert not outbox.late_by_reason(session, QUEUED_AT + timedelta(hours=1))


def test_what_is_stored(database: Database) -> None:
    """Plain words, no members of an enumeration, whoever reads the table."""
    row: dict[str, Any] = outbox.letter_row("agenda", "sys-noord", "T_BC:2026-03-10", "1", Context({}), QUEUED_AT)
    assert type(row["state"]) is str
    queue(database, 1)
    with database.reading() as session:
        assert session.connection().execute(text("SELECT state FROM letter")).scalars().all() == ["queued"]
