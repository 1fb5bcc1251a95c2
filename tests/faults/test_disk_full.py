"""The disk is full, really: people are told so in a sentence, nothing is half done, and with room again everything goes on."""

from __future__ import annotations

import os
import re
import resource
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from flexroute.settings import practising
from models.store.database import Database, using
from models.store.letter import Letter
from models.store.schema import migrate
from tests.faults import cases
from tests.faults.cases import MOVER_COMES, work_left
from tests.faults.processes import PROCESSES, ended, environment, fork, told
from tests.support.private import NAME

MANY = 200
ROOM = 1_000_000  # for some of the work
FULL = "De schijf van de database is vol. Er is niets gewijzigd. Maak ruimte vrij en probeer het dan opnieuw.\n"
PARTLY = (
    r"De schijf van de database is vol. Al gedaan: \d+ casussen of jeugdigen zijn verwerkt. "
    "Dat blijft zo; dezelfde opdracht nog een keer geven kan geen kwaad. Maak ruimte vrij en probeer het dan opnieuw.\n"
)
FORBIDDEN = ("permission denied", "must be superuser", "only root", "password is required", "no new privileges")


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own, of 24 MB, where the user of a PostgreSQL can come too (not so in pytest's own folder).

    Where mounting is forbidden, as in most containers, that is a visible skip, also on CI; there any other reason is a failure.
    """
    refused = []
    with TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=24m,mode=1777", "tmpfs", folder]
        for as_root in ([], ["sudo", "-n"]):
            if not which([*as_root, *mount][0]):
                continue
            tried = subprocess.run([*as_root, *mount], capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"})
            if tried.returncode == 0:
                yield Path(folder)
                subprocess.run([*as_root, "umount", "--lazy", folder], check=True)
                return
            refused.append(tried.stderr.strip())
    if os.environ.get("CI") and not any(word in said.lower() for word in FORBIDDEN for said in refused):
        pytest.fail(f"a small disk cannot be mounted: {refused}")
    pytest.skip(f"mounting a small disk is forbidden to this user or in this container: {refused}")


@contextmanager
def full(disk: Path, room: int = 0) -> Iterator[None]:
    """So much room is left, and no more."""
    left = os.statvfs(disk)
    filler = disk / "filler"
    filler.write_bytes(bytes(left.f_bavail * left.f_bsize - room))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def copied(path: Path, source: Database) -> Iterator[Database]:
    """The three hundred cases in a file on this disk; nobody has it open."""
    with using(Database(f"sqlite:///{path}")) as database, practising(home=path.parent):
        cases.copy(source, database)
        yield database


def test_everybody_is_told_that_the_disk_is_full(small_disk: Path, three_hundred: Database) -> None:
    """A.12, design "exactly once": every act and every flow says it in one sentence; nothing of it has happened."""
    referrals = small_disk / "verwijzingen.csv"
    referrals.write_text(
        "eigen kenmerk;verwijsroute;opdracht;aanbieder;ontvangen op;gemeentecode\n"
        "K-1;wijkteam;B;sys-noord;2026-03-02;0599\n"
    )
    with copied(small_disk / "flexroute.db", three_hundred) as database:
        settings, before = environment(database, MOVER_COMES), cases.standing(database)
        database.close()
        refer = ["act", "register_referral", "--by", "ref-lt", "referral_route=local_team", "opdracht=B"]
        refer += ["provider=sys-noord", "received_on=2026-03-02", "municipality=0599", "--yes"]
        answer = ["act", "re_offer", "--case", "ZB-2026-000001", "--by", "sys-noord", "explanation=vol"]
        import_it = ["import-referrals", str(referrals), "--by", "ref-lt"]
        with full(small_disk):
            for command in (refer, answer, import_it, ["run"], ["prep"], ["watch"]):
                assert told(settings, *command) == (1, FULL), command
        assert not cases.differences(cases.standing(database), before)
        for command in (refer, import_it, ["run"], ["prep"], ["watch"]):
            assert told(settings, *command)[0] == 0, command
        assert not work_left(database)


def test_a_disk_that_is_full_on_the_way(small_disk: Path, three_hundred: Database, undisturbed: Counter[str]) -> None:
    """A.10: what was moved before there was no room stays moved, the chunk that did not fit is undone; the rest goes on later."""
    with copied(small_disk / "flexroute.db", three_hundred) as database:
        settings, work = environment(database, MOVER_COMES), work_left(database)
        database.close()
        with full(small_disk, ROOM):
            code, said = told(settings, "run")
        assert (code, bool(re.fullmatch(PARTLY, said))) == (1, True), said
        assert 0 < work_left(database) < work
        assert told(settings, "run")[0] == 0
        assert not cases.differences(cases.standing(database), undisturbed)


def test_a_file_that_may_not_grow(home: Path, three_hundred: Database, undisturbed: Counter[str]) -> None:
    """The same where the limit is on the file, as with a quota."""
    with copied(home / "flexroute.db", three_hundred) as database:
        settings, work = environment(database, MOVER_COMES), work_left(database)
        start = PROCESSES.Barrier(2)
        mover = fork(settings, "run", said=str(home / "said"), start=start)
        resource.prlimit(mover.pid or 0, resource.RLIMIT_FSIZE, (ROOM, ROOM))
        start.wait()
        code, said = ended(mover), (home / "said").read_text()
        assert (code, bool(re.fullmatch(PARTLY, said))) == (1, True), said
        assert 0 < work_left(database) < work
        assert told(settings, "run")[0] == 0
        assert not cases.differences(cases.standing(database), undisturbed)


def test_no_room_for_letters(small_disk: Path, home: Path, three_hundred: Database) -> None:
    """A.10: letters that cannot be written wait; each is there once and whole when there is room again."""
    with copied(home / "flexroute.db", three_hundred) as database:
        with database.writing() as session:
            session.execute(delete(Letter).where(col(Letter.id) > MANY))
            for letter in session.exec(select(Letter)):  # each of a run of its own: each a mail
                letter.queued_at += timedelta(microseconds=letter.id or 0)
        (small_disk / "prefect").mkdir()
        with full(small_disk, ROOM // 4):
            code, said = told(environment(database, MOVER_COMES, FLEXROUTE_HOME=str(small_disk)), "deliver")
        assert (code, "Traceback" in said, NAME in said) == (1, False, False)
        with database.reading() as session:
            states = Counter(session.exec(select(Letter.state)))
        assert 0 < states["sent"] < MANY
        later = environment(database, MOVER_COMES + timedelta(days=1), FLEXROUTE_HOME=str(small_disk))
        assert told(later, "deliver")[0] == 0
        assert len(list((small_disk / "letters").glob("*.eml"))) == MANY
        assert not list((small_disk / "letters").glob("*.part"))


@pytest.fixture
def small_postgresql(small_disk: Path, postgresql_url: str) -> Iterator[Database]:
    """A schema whose tables are on the small disk; it takes a superuser of a PostgreSQL on this machine.
    On CI its absence is a failure, elsewhere a visible skip."""
    name = f"small_{uuid4().hex}"
    place = small_disk / name
    place.mkdir()
    with (
        closing(Database(postgresql_url)) as server,
        server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as direct,
    ):
        try:
            owner = Path(direct.execute(text("SHOW data_directory")).scalar_one()).stat()
            os.chown(place, owner.st_uid, owner.st_gid)
            direct.execute(text(f"CREATE TABLESPACE {name} LOCATION '{place}'"))
        except (OSError, DBAPIError) as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no tables on the small disk: {type(error).__name__}")
        direct.execute(text(f"CREATE SCHEMA {name}"))
        here = {"options": f"-csearch_path={name} -cdefault_tablespace={name}"}
        with using(Database(server.url.update_query_dict(here).render_as_string(hide_password=False))) as database:
            migrate(database)
            yield database
        direct.execute(text(f"DROP SCHEMA {name} CASCADE"))
        direct.execute(text(f"DROP TABLESPACE {name}"))


def test_the_disk_of_postgresql_is_full(
    small_disk: Path, small_postgresql: Database, three_hundred: Database, undisturbed: Counter[str], home: Path
) -> None:
    """Design "two sizes": the same, in the same words."""
    cases.copy(three_hundred, small_postgresql)
    settings = environment(small_postgresql, MOVER_COMES)
    with full(small_disk):
        assert told(settings, "run") == (1, FULL)
    assert work_left(small_postgresql)
    assert told(settings, "run")[0] == 0
    assert not cases.differences(cases.standing(small_postgresql), undisturbed)
