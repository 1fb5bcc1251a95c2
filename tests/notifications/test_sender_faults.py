"""What breaks under the sender: the mail server for a day, one recipient, the line after the last dot, the turn."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from flows.mover import Ended
from models.store.database import Database
from models.store.exclusive import exclusively
from models.store.letter import Letter, State
from notifications import sender
from notifications.outbox import bring_up_to_date, send_again, take_back
from notifications.retry import Trouble
from notifications.sender import Delivered, send_due
from rules.shared.region import Region
from tests.support.mail_servers import MailServer
from tests.support.queued_letters import FIVE_MINUTES, QUEUED_AT, arrived, by_smtp, deliver, expected, letters, queue


@pytest.fixture
def silent_server() -> Iterator[MailServer]:
    with by_smtp() as made:
        yield made


def test_the_mail_server_is_away_for_a_day(database: Database, silent_server: MailServer) -> None:
    """C.4: letters wait, ever longer between tries; new ones come in; then all go, once, in their order. None is lost."""
    queue(database, 20)
    now, told = QUEUED_AT, list[Ended]()
    tries: set[datetime | None] = set()
    while now < QUEUED_AT + timedelta(days=1):
        told.append(deliver(now))
        tries |= {letter.tried_at for letter in letters(database)}
        now += FIVE_MINUTES
        if now == QUEUED_AT + timedelta(hours=5):
            queue(database, 10, now)
    assert Counter(letter.state for letter in letters(database)) == {"queued": 29, "retry": 1}
    moments = sorted(moment for moment in tries if moment)
    pauses = [round((after - before) / timedelta(minutes=1)) for before, after in pairwise(moments)]
    assert pauses[:5] == [5, 10, 20, 40, 60]
    assert set(pauses[5:]) == {60}
    assert [ended.attention for ended in told[:25]] == [False] * 25  # two hours of patience
    assert all(ended.attention for ended in told[25:])
    assert "de mailserver is niet bereikbaar (ConnectionRefusedError)" in told[-1].message
    with silent_server.running():
        ended = deliver(now + timedelta(hours=1))
        assert (ended.attention, ended.message) == (False, "30 verstuurd")
        assert not deliver(now + timedelta(hours=2)).attention
    assert arrived(silent_server) == expected(database)
    assert {(letter.state, letter.reason, letter.trouble) for letter in letters(database)} == {("sent", None, None)}


def test_one_recipient_of_three_is_refused(database: Database, silent_server: MailServer, region: Region) -> None:
    """The outcome is that of a recipient: two have theirs, one has failed with the server's code; by hand it goes after all."""
    queue(database, 3)
    silent_server.says[region.mail_of("sys-zuid")] = "550 5.1.1 <Kornoelje> unknown"
    with silent_server.running():
        ended = deliver(QUEUED_AT)
    reason = "de mailserver weigert deze brief of deze ontvanger (550 5.1.1)"
    assert (ended.attention, ended.message) == (True, f"post: 2 verstuurd; brief 1: {reason}")
    assert [(one.state, one.reason) for one in letters(database)] == [
        ("failed", reason),
        ("sent", None),
        ("sent", None),
    ]


def test_a_login_that_is_refused(database: Database, silent_server: MailServer) -> None:
    """Somebody must look, at once and in every run; no letter fails by it. Mended, one that is tried by hand opens the office."""
    queue(database, 3)
    silent_server.says["mail"] = "530 5.7.0 Authentication required"
    with silent_server.running():
        told = [deliver(QUEUED_AT), deliver(QUEUED_AT + FIVE_MINUTES)]
        assert [ended.attention for ended in told] == [True, True]
        assert told[1].message.startswith(
            "post: 0 verstuurd; de post wacht tot 02-03 08:30: de mailserver wil dat Flexroute"
        )
        assert [one.state for one in letters(database)] == ["retry", "queued", "queued"]
        silent_server.says.clear()
        with database.writing() as session:
            assert send_again(session.get_one(Letter, 1), QUEUED_AT + FIVE_MINUTES)
        assert deliver(QUEUED_AT + FIVE_MINUTES).message == "3 verstuurd"


def test_refused_for_now_until_five_days_are_over(database: Database, silent_server: MailServer) -> None:
    """Greylisting and full mailboxes: each letter is tried again by itself, then has failed; only then somebody must look."""
    queue(database, 1)
    silent_server.says["rcpt"] = "450 4.2.0 Greylisted"
    now, tries, told = QUEUED_AT, 0, list[Ended]()
    with silent_server.running():
        while letters(database)[0].state in ("queued", "retry"):
            told.append(deliver(now))
            tries += told[-1].message != "1 verstuurd"
            now = letters(database)[0].try_at or now
    assert letters(database)[0].state == "failed"
    assert timedelta(days=5) <= now - QUEUED_AT < timedelta(days=5, hours=4)
    assert letters(database)[0].attempts == tries == 35
    assert [ended.attention for ended in told] == [False] * 34 + [True]


def test_the_line_breaks_after_the_last_dot(database: Database, silent_server: MailServer) -> None:
    """Nobody can tell whether it arrived: it goes again with the same Message-ID, and is counted. The others wait for nothing."""
    queue(database, 3)
    silent_server.hangs_up = 1
    with silent_server.running():
        assert deliver(QUEUED_AT).message == "2 verstuurd"
        assert [(one.state, one.in_doubt) for one in letters(database)] == [("retry", 1), ("sent", 0), ("sent", 0)]
        assert deliver(QUEUED_AT + FIVE_MINUTES).message == "1 verstuurd; 1 brief is misschien dubbel aangekomen"
    first, *others = expected(database)
    assert arrived(silent_server) == [first, *others, first]
    assert {letter.state for letter in letters(database)} == {"sent"}


def test_a_server_that_always_hangs_up(database: Database, silent_server: MailServer) -> None:
    """Twice in a row it is not the letter: the post office waits, so that a sick server costs few doubles."""
    queue(database, 50)
    silent_server.hangs_up = 1000
    with silent_server.running():
        for minutes in range(0, 60, 5):
            deliver(QUEUED_AT + timedelta(minutes=minutes))
    assert len(silent_server.received) == sum(letter.in_doubt for letter in letters(database)) <= 8
    assert Counter(letter.state for letter in letters(database)) == {"queued": 48, "retry": 2}


@pytest.mark.both_databases
def test_two_senders_at_once(database: Database, silent_server: MailServer) -> None:
    """A.10: one has the turn; the other ends at once, in peace, and says so. Nothing is doubled."""
    queue(database, 60)
    begun, told = threading.Event(), list[Ended]()
    silent_server.at = lambda _stage: begun.set()
    with silent_server.running():
        other = threading.Thread(target=lambda: told.append(deliver(QUEUED_AT)))
        other.start()
        begun.wait(30)
        second = deliver(QUEUED_AT)
        other.join(60)
    assert (second.attention, second.message) == (False, "0 verstuurd; een andere run bezorgt de post al")
    assert told[0].message == "60 verstuurd"
    assert arrived(silent_server) == expected(database)


def test_the_turn_is_lost_on_the_way(
    database: Database, silent_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL cuts the connection that holds the turn: who took over finishes; the first sees it and writes nothing over that."""
    queue(database, 10)
    really, fired = sender._Round._travel, list[Any]()

    def overtaken(self: Any, letters: list[Letter], mail: Any) -> Trouble | None:
        went = really(self, letters, mail)
        if letters[0].id == 5 and not fired:
            fired.append(None)
            with monkeypatch.context() as free:
                free.setattr(sender, "exclusively", lambda *_: exclusively(database, "another"))
                fired[0] = send_due(database, QUEUED_AT)
        return went

    monkeypatch.setattr(sender._Round, "_travel", overtaken)
    with silent_server.running():
        first = send_due(database, QUEUED_AT)
    assert first.notes == ["een andere run heeft het bezorgen overgenomen"]
    assert fired[0].notes == ["1 brief is misschien dubbel aangekomen"]
    assert Counter(arrived(silent_server)) - Counter(expected(database)) == {expected(database)[4]: 1}
    assert {(letter.state, letter.in_doubt) for letter in letters(database)} == {("sent", 0), ("sent", 1)}


@pytest.mark.both_databases
def test_corrected_between_the_making_of_a_mail_and_its_claim(
    database: Database, silent_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-12: the mail says what the outbox says it said, for nobody would hear of the difference."""
    queue(database, 1)
    really, done = sender._Round._claim, list[Any]()

    def claim(self: Any, ours: list[Letter]) -> None:
        if not done:
            with database.writing() as session:
                done.append(bring_up_to_date(session, ours[0].subject, lambda known: {**known, "opdracht": "E"}))
        really(self, ours)

    monkeypatch.setattr(sender._Round, "_claim", claim)
    with silent_server.running():
        assert send_due(database, QUEUED_AT) == Delivered(sent=1)
    assert [(one.left, one.changed) for one in done[0]] == [(False, True)]
    [mail] = silent_server.mails
    text = " ".join(mail.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
    assert ("opdracht E" in text, "opdracht B" in text) == (True, False)
    [letter] = letters(database)
    assert (letter.state, letter.context["opdracht"], letter.attempts, letter.in_doubt) == ("sent", "E", 1, 0)


@pytest.mark.parametrize("at", ["_sent", "_claim", "_keep"])
def test_taken_back_during_a_round(
    database: Database, silent_server: MailServer, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """F-12: a letter that need not go any more, found before its mail is made or only after: all others go in that round."""
    queue(database, 6)
    really, done = getattr(sender._Round, at), list[None]()

    def step(self: Any, *given: Any) -> None:
        own = given[0] if at == "_keep" else given[0][0]
        if not done and own.id == (1 if at == "_sent" else 2):
            done.append(None)
            with database.writing() as session:
                take_back(session, "ZB-2026-000002", ["assessment_request"], "gecorrigeerd")
        really(self, *given)

    if at == "_keep":  # the second has something that holds it
        found = sender._Round._checked
        held = sender._Kept(State.HELD, "vast")
        monkeypatch.setattr(
            sender._Round, "_checked", lambda self, s, ours: held if ours[0].id == 2 else found(self, s, ours)
        )
    monkeypatch.setattr(sender._Round, at, step)
    with silent_server.running():
        assert send_due(database, QUEUED_AT) == Delivered(sent=5)
    assert [letter.state for letter in letters(database)] == ["sent", "withheld", *["sent"] * 4]


def test_a_turn(database: Database) -> None:
    """One at a time for each kind of work; free again after the block."""
    with (
        exclusively(database, "post") as first,
        exclusively(database, "post") as second,
        exclusively(database, "other") as other,
    ):
        assert (first, second, other) == (True, False, True)
    with exclusively(database, "post") as send_again:
        assert send_again
