"""What breaks around the program or in it: nothing is half-done, nobody waits, and what stayed behind goes on afterwards."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

import acts
from acts import perform
from flexroute.clock import from_local
from flexroute.errors import Unreachable, UserError
from flows.deadline_watch import deadline_watch
from flows.deliver_mail import deliver_mail
from flows.flex_route import flex_route
from flows.mover import Runner
from flows.table_prep import table_prep
from models.region.directory import load_region, store_region
from models.store import database as database_module
from models.store.database import Database, using
from models.store.letter import Letter
from models.store.schema import migrate
from notifications.render import render
from rules.shared.region import Region
from tests.support.flex_acts import CANNOT, FRIDAY, MONDAY, refer
from tests.support.private import BSN, NAME
from tests.support.stored import case_of, rows

OVERDUE = from_local("2026-03-10T18:00")
CANCEL = {"table": "T_BC", "on": "2026-03-10", "cancelled": True, "reason": NAME}


def assessed(database: Database, runner: Runner, number: int) -> list[str]:
    """Cases whose provider said no; recorded, not moved."""
    references = [refer(database) for _ in range(number)]
    runner.move(None, "aanmeldingen", MONDAY)
    for reference in references:
        perform(database, "record_assessment", reference, "sys-noord", CANNOT, MONDAY)
    return references


def dump(path: Path) -> str:
    with sqlite3.connect(path) as other:
        content = "\n".join(other.iterdump())
    other.close()
    return content


# the case database


@pytest.fixture
def file_in_use(home: Path, region: Region, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Database, Path]]:
    """A database in a file that gives up on a lock at once."""
    monkeypatch.setattr(database_module, "LOCK_WAIT_MS", 30)
    with using(Database(f"sqlite:///{home / 'flexroute.db'}")) as made:
        migrate(made)
        with made.writing() as session:
            store_region(session, region)
        yield made, home / "flexroute.db"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program writes, and does not stop."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_locked_file_changes_nothing_and_says_so(file_in_use: tuple[Database, Path], runner: Runner) -> None:
    """A.12, design "exactly once": every act and every flow is told; nothing is half-done; afterwards all of it works."""
    database, path = file_in_use
    reference, left = refer(database), refer(database)
    runner.move([reference], "aanmelding", MONDAY)
    before = dump(path)
    tried: list[Callable[[], Any]] = [
        lambda: refer(database),
        lambda: runner.decide("record_assessment", reference, "sys-noord", CANNOT, MONDAY),
        lambda: runner.decide("call_flex_provider", None, "tz-anna", {**CANCEL, "provider": "flex-anker"}, MONDAY),
        lambda: runner.run(flex_route, "verplaatsen", now=MONDAY),
        lambda: runner.run(table_prep, "agenda's", now=FRIDAY),
        lambda: runner.run(deadline_watch, "termijnen", now=OVERDUE),
        lambda: runner.run(deliver_mail, "post", now=MONDAY),
    ]
    for attempt in tried:
        with locked(path), pytest.raises(Unreachable) as told:
            attempt()
        assert NAME not in str(told.value)
        assert dump(path) == before
    runner.decide("record_assessment", reference, "sys-noord", CANNOT, MONDAY)
    runner.move(None, "verplaatsen", MONDAY)
    assert (case_of(database, reference).step, case_of(database, left).step) == ("mediation", "provider_check")


def test_a_new_connection_to_a_locked_file(file_in_use: tuple[Database, Path]) -> None:
    """Design "exactly once": also who comes in while the file is locked is told, not shown a stack trace."""
    _, path = file_in_use
    with locked(path), using(Database(f"sqlite:///{path}")) as newcomer, pytest.raises(Unreachable):
        refer(newcomer)


def test_a_lock_between_the_act_and_the_flow(
    file_in_use: tuple[Database, Path], runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A.12: what was recorded stands, so nobody is told that nothing changed; the next run moves it."""
    database, path = file_in_use
    reference = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    lock, really = sqlite3.connect(path, isolation_level=None), acts.perform

    def record_and_lock(*given: Any) -> str:
        recorded = really(*given)
        lock.execute("BEGIN EXCLUSIVE")
        return recorded

    monkeypatch.setattr(acts, "perform", record_and_lock)
    of, ended = runner.decide("record_assessment", reference, "sys-noord", CANNOT, MONDAY)
    lock.execute("ROLLBACK")
    lock.close()
    assert (of, ended.attention, ended.tracked) == (reference, True, False)
    assert "vastgelegd" in ended.message
    assert case_of(database, reference).step == "provider_check"
    runner.move(None, "veegronde", MONDAY)
    assert case_of(database, reference).step == "mediation"


@pytest.fixture
def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_postgresql_that_is_away(home: Path, closed_port: int, runner: Runner) -> None:
    """Design "two sizes": one sentence in Dutch, without the password."""
    with using(Database(f"postgresql://flexroute:geheim@127.0.0.1:{closed_port}/flexroute")) as away:
        for attempt in (lambda: refer(away), lambda: runner.move(None, "verplaatsen", MONDAY), lambda: migrate(away)):
            with pytest.raises(Unreachable) as told:
                attempt()
            assert "FLEXROUTE_DATABASE_URL" in str(told.value)
            assert "geheim" not in str(told.value)


def test_a_database_without_tables(empty_database: Database, runner: Runner) -> None:
    """Design "two sizes": who forgot the first command is told which one it is, on both databases."""
    for attempt in (lambda: refer(empty_database), lambda: runner.move(None, "verplaatsen", MONDAY)):
        with pytest.raises(UserError, match="flexroute init"):
            attempt()


def test_a_database_without_a_region(empty_database: Database, runner: Runner) -> None:
    """F-53: tables, but nothing in them."""
    migrate(empty_database)
    for attempt in (lambda: refer(empty_database), lambda: runner.run(table_prep, "agenda's", now=FRIDAY)):
        with pytest.raises(UserError, match="flexroute init"):
            attempt()


# letters


def test_a_number_that_may_be_a_bsn_is_held(database: Database, runner: Runner, region: Region, home: Path) -> None:
    """C.4: somebody gave an organisation a name with nine digits that pass the elfproef; its letters wait, the others go."""
    renamed = [o.model_copy(update={"name": f"Zuid {BSN}"}) if o.id == "sys-zuid" else o for o in region.organisations]
    with database.writing() as session:
        store_region(session, region.model_copy(update={"organisations": tuple(renamed)}))
    odd, plain = refer(database, provider="sys-zuid"), refer(database)
    runner.move(None, "aanmeldingen", MONDAY)
    for reference, owner in ((odd, "sys-zuid"), (plain, "sys-noord")):
        runner.decide("record_assessment", reference, owner, CANNOT, MONDAY)
    ended = runner.run(deliver_mail, "post", now=MONDAY)
    assert ended.attention
    assert BSN not in ended.message
    states = {(letter.subject, letter.kind): letter.state for letter in rows(database, Letter)}
    assert {state for (subject, _), state in states.items() if subject == plain} == {"sent"}
    assert {state for (subject, _), state in states.items() if subject == odd} == {"held"}
    said = [path.read_text(encoding="utf-8") for path in (home / "letters").iterdir()]
    assert len(said) == len([state for state in states.values() if state == "sent"])
    assert not [mail for mail in said if BSN in mail]


def test_one_letter_that_cannot_be_written(database: Database, runner: Runner) -> None:
    """A.10: a mistake in one letter holds up no other; it is kept with the kind of error, not with what it held."""
    good, bad = assessed(database, runner, 2)
    with database.writing() as session:
        session.connection().execute(text("UPDATE letter SET context = '{}' WHERE subject = :bad"), {"bad": bad})
    ended = runner.run(deliver_mail, "post", now=MONDAY)
    assert ended.attention
    assert {letter.subject: letter.state for letter in rows(database, Letter)} == {good: "sent", bad: "failed"}
    with database.reading() as session:
        (letter,) = session.exec(select(Letter).where(Letter.subject == good)).all()
        assert NAME not in render(session, load_region(session), letter).text
