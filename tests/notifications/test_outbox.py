"""The outbox as a state machine: when a letter is tried again, the modes, the settings, and letters from before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, text
from sqlmodel import select

from flexroute.settings import practising
from models.region.directory import store_region
from models.store.database import Database, using
from models.store.letter import Letter, State
from models.store.schema import migrate
from notifications import outbox, sender
from notifications.guard import private_number
from notifications.retry import OF_THE_SERVER, Trouble, TroubleKind
from notifications.sender import send_due
from notifications.templates import Rendered
from rules.shared.region import Region
from tests.models.test_migrations import alembic
from tests.support.mail_servers import parsed
from tests.support.queued_letters import HOUR, MINUTE, QUEUED_AT, letters, queue

PAUSES = st.timedeltas(timedelta(0), timedelta(days=9))


class Wire:
    """A transport that has what it is told to have: trouble, a mistake, or nothing (it takes the letter)."""

    def __init__(self, plan: list[Trouble | Exception | None]) -> None:
        self.plan, self.tried, self.taken = plan, Counter[int | None](), Counter[int | None]()

    def send(self, letter: Letter, _mail: EmailMessage) -> None:
        self.tried[letter.id] += 1
        if self.plan and (met := self.plan.pop(0)):
            raise met
        self.taken[letter.id] += 1

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory, region: Region) -> Iterator[Database]:
    """Hypothesis tries a hundred stories; each begins with an empty outbox."""
    home = tmp_path_factory.mktemp("outbox")
    with practising(home=home, database_url=""), using(Database(f"sqlite:///{home / 'flexroute.db'}")) as made:
        migrate(made)
        with made.writing() as session:
            store_region(session, region)
        yield made


def at_their_end(database: Database) -> bool:
    """Whether no letter waits any more."""
    return {letter.state for letter in letters(database)} <= {State.SENT, State.FAILED}


ANSWERS = st.none() | st.builds(
    Trouble,
    st.sampled_from(TroubleKind),
    st.just("reden (450)"),
    st.none() | PAUSES.map(QUEUED_AT.__add__),
    st.booleans(),
)


@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANSWERS | st.builds(ValueError), max_size=25), st.lists(PAUSES, min_size=1, max_size=12))
def test_no_letter_is_lost(
    one_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    plan: list[Trouble | Exception | None],
    rounds: list[timedelta],
) -> None:
    """C.4: whatever the server answers, in whatever order: sent once, failed with a reason, or waiting with a try to come."""
    with one_database.writing() as session:
        session.execute(delete(Letter))
    queue(one_database, 4)
    now, wire = QUEUED_AT, Wire(list(plan))
    monkeypatch.setattr(sender, "transport", contextmanager(lambda *_: iter([wire])))
    waits = timedelta(days=2)
    for number, pause in enumerate([*rounds, *[waits] * 30]):
        if number > len(rounds) and at_their_end(one_database):
            break
        send_due(one_database, now)
        with one_database.reading() as session:
            paused = outbox.pause(session, now)
        for letter in letters(one_database):
            assert wire.taken[letter.id] == (letter.state == State.SENT)
            assert wire.tried[letter.id] == letter.attempts
            if letter.state == State.QUEUED:
                assert paused
            elif letter.state == State.RETRY:
                assert letter.reason
                assert letter.try_at
                assert letter.try_at > now or paused
            elif letter.state == State.FAILED:
                assert letter.reason
                assert letter.trouble is None
            else:
                assert letter.state == State.SENT
        now += pause
    assert at_their_end(one_database)


def test_busy_is_for_the_whole_post_office(one_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a server asks is kept to the second, by every letter; a person may have one tried before that."""
    with one_database.writing() as session:
        session.execute(delete(Letter))
    queue(one_database, 3)
    wire = Wire([Trouble(TroubleKind.BUSY, "druk (429)", QUEUED_AT + 17 * MINUTE)])
    monkeypatch.setattr(sender, "transport", contextmanager(lambda *_: iter([wire])))
    send_due(one_database, QUEUED_AT)
    assert [letter.state for letter in letters(one_database)] == ["retry", "queued", "queued"]
    send_due(one_database, QUEUED_AT + 17 * MINUTE - timedelta(seconds=1))
    assert wire.tried.total() == 1
    with one_database.writing() as session:
        assert outbox.send_again(session.get_one(Letter, letters(one_database)[0].id), QUEUED_AT + MINUTE)
    send_due(one_database, QUEUED_AT + MINUTE)
    assert [letter.state for letter in letters(one_database)] == ["sent"] * 3
    assert OF_THE_SERVER == (TroubleKind.UNREACHABLE, TroubleKind.BUSY, TroubleKind.LOGIN)


# modes


def files(home: Path) -> list[EmailMessage]:
    return [parsed(path.read_bytes()) for path in sorted((home / "letters").glob("*.eml"))]


def test_redirect(database: Database, home: Path) -> None:
    """Everything goes to one address and says for whom it was; the outbox says so too."""
    queue(database, 2)
    with practising(mail_mode="redirect", mail_redirect_to="proef@regio.nl"):
        assert send_due(database, QUEUED_AT).sent == 2
    first = files(home)[0]
    assert first["To"] == first["Reply-To"] == "proef@regio.nl"
    assert first["Subject"].startswith("[voor Zuiderzorg Jeugd] [ZB-2026-000001] ")
    assert first["X-Flexroute-For"] == "sys-zuid"
    assert not [mail for mail in files(home) if "example.nl" in f"{mail['To']}{mail['Cc']}{mail['Bcc']}"]
    assert {(letter.state, letter.reason) for letter in letters(database)} == {("sent", "omgeleid")}


def test_off_and_again(database: Database, home: Path) -> None:
    """Nothing goes out and nothing is lost: what was withheld goes when somebody asks; what was sent goes as a new edition."""
    queue(database, 60)
    with practising(mail_mode="off"):
        assert send_due(database, QUEUED_AT).kept == {}
    assert {letter.state for letter in letters(database)} == {"withheld"}
    assert not (home / "letters").exists()
    for edition in (1, 2):
        with database.writing() as session:
            later = QUEUED_AT + edition * HOUR
            assert outbox.send_again(session.get_one(Letter, 7), later)
            assert not outbox.send_again(session.get_one(Letter, 7), later)
        assert send_due(database, later).sent == 1
    assert [mail["Message-ID"] for mail in files(home)] == [
        "<letter-7.2.20260302T100000@example.nl>",
        "<letter-7.1.20260302T090000@example.nl>",
    ]
    assert files(home)[0]["Date"].datetime == QUEUED_AT + 2 * HOUR


def test_who_left_the_region(database: Database, region: Region) -> None:
    """A letter to somebody who is no longer there is held, and checked again when somebody asks."""
    queue(database, 1)
    without = [o for o in region.organisations if o.id != "sys-zuid"]
    tables = [
        t.model_copy(update={"participants": tuple(p for p in t.participants if p != "sys-zuid")})
        for t in region.tables
    ]
    with database.writing() as session:
        store_region(session, region.model_copy(update={"organisations": tuple(without), "tables": tuple(tables)}))
    assert send_due(database, QUEUED_AT).kept == {"brief 1": "de ontvanger staat niet meer in de regio"}
    for back, state in ((False, "held"), (True, "sent")):
        with database.writing() as session:
            if back:
                store_region(session, region)
            outbox.send_again(session.exec(select(Letter)).one(), QUEUED_AT)
        send_due(database, QUEUED_AT)
        assert letters(database)[0].state == state


@pytest.mark.parametrize("where", ["subject", "text", "html", "calendar", "name"])
def test_a_number_that_may_be_a_bsn(where: str) -> None:
    """C.4: wherever in a letter it stands, also where a calendar breaks its lines."""
    said = {key: "999900006" if key == where else "" for key in ("subject", "text", "html")}
    ics = b"SUMMARY:99990\r\n 0006" if where == "calendar" else b"SUMMARY:123456789"
    letter = Rendered(**said, attachments=(("x.ics", "text/calendar", ics),))
    assert private_number(letter, "Zuid 999900006" if where == "name" else "Zuid")
    assert not private_number(Rendered("a", "b 1999900006", "c"))


# letters from before


def test_letters_from_before_stay(empty_database: Database) -> None:
    """Migration 0002 keeps what is in the outbox, and can be undone: what it does not know is queued or held again."""
    migrate(empty_database)
    alembic(empty_database, command.downgrade, "0001")
    states = ["queued", "sent", "held", "failed"]
    with empty_database.writing() as session:
        for number, state in enumerate(states, 1):
            values: dict[str, Any] = {
                "id": number,
                "state": state,
                "at": datetime(2026, 3, 2, 8, tzinfo=UTC).isoformat(" "),
            }
            session.connection().execute(
                text(
                    "INSERT INTO letter (id, key, kind, subject, recipient, context, queued_at, state) "
                    "VALUES (:id, 'k' || :state, 'escalation', 'ZB-2026-000001', 'sys-noord', '{}', :at, :state)"
                ),
                values,
            )
    migrate(empty_database)
    kept = [(one.state, one.edition, one.attempts, one.in_doubt, one.try_at) for one in letters(empty_database)]
    assert kept == [(state, 1, 0, 0, None) for state in states]
    with empty_database.writing() as session:
        for letter, state in zip(session.exec(select(Letter)), ["retry", "sending", "withheld", "failed"], strict=True):
            letter.state = state
    alembic(empty_database, command.downgrade, "0001")
    with empty_database.reading() as session:
        rows = session.connection().execute(text("SELECT state FROM letter ORDER BY id")).scalars().all()
    assert rows == ["queued", "queued", "held", "failed"]
