"""Where the database goes away halfway, people hear what went in and that doing it again is safe; the database is told for what it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, func, select

import acts
from flexroute import progress
from flexroute.clock import from_local
from flexroute.errors import Unreachable, UserError
from flexroute.settings import practising
from flows.mover import Runner
from models.flex.case import Case
from models.store.database import Database, using
from models.store.database_address import address
from models.store.letter import Letter
from notifications import sender
from tests.support.commands import Run
from tests.support.flex_acts import REFERRAL
from tests.support.queued_letters import QUEUED_AT, queue

ON_MONDAY = from_local("2026-03-02T14:00")
NOBODY = 65_534
HEADER = "eigen kenmerk;verwijsroute;opdracht;aanbieder;ontvangen op;gemeentecode\n"


@pytest.fixture(autouse=True)
def _a_command_of_its_own() -> None:
    progress.begin()


@contextmanager
def gone_after(database: Database, commits: int) -> Iterator[None]:
    """So many transactions are recorded; then the database takes no more."""
    left = [commits]

    def break_off(*_: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OperationalError("INSERT", {}, Exception("server closed the connection"))

    event.listen(Session, "before_commit", break_off)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", break_off)


def test_an_import_that_stops(case_database: Database, flexroute: Run, tmp_path: Path) -> None:
    """A.10: how many lines are in, that this stays, and that the same file again is safe; it is."""
    file = tmp_path / "verwijzingen.csv"
    lines = "".join(f"K-{n};wijkteam;B;sys-noord;2026-03-02;0599\n" for n in range(1, 13))
    file.write_text(HEADER + lines)
    command = ("import-referrals", str(file), "--by", "ref-lt", "--no-prefect")
    with practising(now=ON_MONDAY):
        with gone_after(case_database, 5):
            told = flexroute(*command)
        assert told.code == 1
        assert "Al gedaan: 5 regels zijn overgenomen. Dat blijft zo" in told.err
        assert "niets gewijzigd" not in told.err
        with case_database.reading() as session:
            assert session.exec(select(func.count(Case.id))).one() == 5  # type: ignore[arg-type]
        assert flexroute(*command).out.startswith("7 nieuw, 5 al bekend, 0 fout.")


def test_a_mover_that_stops(case_database: Database, flexroute: Run) -> None:
    """A.10: how many were moved; a command that did nothing says that nothing was changed."""
    for _ in range(60):
        acts.perform(case_database, "register_referral", None, "ref-lt", REFERRAL, ON_MONDAY)
    with practising(now=ON_MONDAY), gone_after(case_database, 2):  # a savepoint, and the transaction
        told = flexroute("run", "--no-prefect")
    assert "Al gedaan: 50 casussen of jeugdigen zijn verwerkt." in told.err
    with practising(now=ON_MONDAY), gone_after(case_database, 0):
        assert "Er is niets gewijzigd." in flexroute("run", "--no-prefect").err
    with practising(now=ON_MONDAY), gone_after(case_database, 1):
        assert "niet zeker of dit is vastgelegd" in flexroute("run", "--no-prefect").err
    with practising(now=ON_MONDAY):
        assert flexroute("run", "--no-prefect").code == 0


def test_a_sender_that_stops(case_database: Database, flexroute: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A.10: how many letters went."""
    monkeypatch.setattr(sender, "PAUSE", 0)
    queue(case_database, 6)
    with practising(now=QUEUED_AT), gone_after(case_database, 8):
        told = flexroute("deliver", "--no-prefect")
    assert (told.code, "Al gedaan: 4 brieven zijn verstuurd." in told.err) == (1, True)


def test_after_something_was_recorded(case_database: Database) -> None:
    """A.12: who recorded something before does not hear that nothing was changed."""
    acts.perform(case_database, "register_referral", None, "ref-lt", REFERRAL, ON_MONDAY)
    with pytest.raises(Unreachable) as told, case_database.reading():
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))
    assert "niets gewijzigd" not in str(told.value)
    assert "Kijk eerst hoe het ervoor staat" in str(told.value)


@pytest.mark.parametrize(
    ("written", "driver"),
    [
        ("postgres://u:p@host/x", "postgresql+psycopg"),
        ("postgresql://u:p@host/x", "postgresql+psycopg"),
        ("postgresql+asyncpg://u:p@host/x", "postgresql+psycopg"),
        ("postgresql+psycopg2://u:p@host/x", "postgresql+psycopg"),
        (" sqlite:///data/x.db ", "sqlite"),
        ("sqlite+aiosqlite:////data/x.db", "sqlite"),
    ],
)
def test_an_address_as_people_write_it(written: str, driver: str) -> None:
    """Design "two sizes": whatever driver somebody names, it is ours that is used; nothing else changes."""
    url = address(written)
    assert url.drivername == driver
    assert url.database in ("x", "data/x.db", "/data/x.db")
    assert url.password in (None, "p")


@pytest.mark.parametrize(
    "written",
    [
        "postgresql://host:abc/x",
        "postgresql://host:99999/x",
        "postgresql://host:0/x",
        "postgres://host:/x",
        "postgresql://[::1/x",
        "sqlite://data/x.db",
        "zomaar",
        "",
    ],
)
def test_an_address_that_is_wrong(written: str) -> None:
    """One sentence with an example, and no other error."""
    with pytest.raises(UserError, match="Het adres van de database klopt niet"):
        Database(written)


@pytest.mark.parametrize("option", ["foo=bar", "sslmode=soms"])
def test_an_option_that_is_wrong(option: str) -> None:
    """PostgreSQL's own client knows it only when it connects."""
    with (
        using(Database(f"postgresql://127.0.0.1:1/x?{option}")) as database,
        pytest.raises(UserError, match="Het adres van de database klopt niet"),
        database.reading() as session,
    ):
        session.connection()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write anything: look as somebody else."""
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        yield


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o444), (0o777, 0o444), (0o555, 0o666), (0o777, 0o000)])
def test_a_file_that_may_not_be_written(case_database: Database, folder_mode: int, file_mode: int) -> None:
    """Design "two sizes": the file or its folder is named; nobody looks for a server that does not run."""
    case_database.close()
    content = Path(str(case_database.url.database)).read_bytes()
    with TemporaryDirectory() as folder:
        file = Path(folder, "flexroute.db")
        file.write_bytes(content)
        file.chmod(file_mode)
        Path(folder).chmod(folder_mode)
        with using(Database(f"sqlite:///{file}")) as database, as_nobody(), pytest.raises(Unreachable) as told:
            acts.perform(database, "register_referral", None, "ref-lt", REFERRAL, ON_MONDAY)
        Path(folder).chmod(0o777)
    assert f"Het bestand {file} of de map" in str(told.value)
    assert "draait" not in str(told.value)


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    """The same for a folder."""
    with (
        using(Database(f"sqlite:///{tmp_path}")) as database,
        pytest.raises(Unreachable, match="is een map"),
        database.reading() as session,
    ):
        session.connection()


@pytest.fixture
def only_reading(database: Database) -> Iterator[Database]:
    """The same database, as a copy that takes no changes."""
    read_only = create_engine(
        database.url, connect_args={"options": "-c default_transaction_read_only=on"}, hide_parameters=True
    )
    with (
        patch.object(database, "engine", read_only),
        patch.object(database, "_writer", read_only.execution_options(write=True), create=True),
    ):
        yield database
    read_only.dispose()


@pytest.mark.both_databases
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_postgresql_that_may_only_be_read(only_reading: Database) -> None:
    """Looking works; who wants to record something hears why that cannot be."""
    attempts: list[Callable[[], Any]] = [
        lambda: acts.perform(only_reading, "register_referral", None, "ref-lt", REFERRAL, ON_MONDAY),
        lambda: queue(only_reading, 1),
    ]
    for attempt in attempts:
        with pytest.raises(Unreachable, match="mag alleen worden gelezen"):
            attempt()
    with only_reading.reading() as session:
        assert session.exec(select(func.count(Letter.id))).one() == 0  # type: ignore[arg-type]


@pytest.mark.both_databases
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_who_may_not_come_in(database: Database) -> None:
    """A database that is not there, a user that is not known, and one who may do nothing."""
    role = f"lezer_{os.getpid()}"
    with database.writing() as session:
        session.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'geheim'"))
    for url, words in (
        (database.url.set(database="er_niet"), "geen database met deze naam"),
        (database.url.set(username="onbekende_gebruiker"), "laat deze gebruiker niet binnen"),
        (database.url.set(username=role, password="geheim"), "mag in de database niet lezen of schrijven"),
    ):
        with (
            using(Database(url.render_as_string(hide_password=False))),
            Runner(None) as runner,
            pytest.raises(Unreachable, match=words),
        ):
            runner.move(None, "verplaatsen", ON_MONDAY)
    with database.writing() as session:
        session.execute(text(f"DROP ROLE {role}"))
