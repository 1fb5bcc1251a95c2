"""kill -9 of the mover, again and again: after one more run every case is where it would have been, no letter is lost or doubled."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random
from time import monotonic

import pytest
from sqlalchemy import text

from flows.mover import Runner
from models.store.database import Database, using
from tests.faults import cases
from tests.faults.cases import MOVER_COMES, work_left
from tests.faults.processes import ended, environment, fork, spawn, until
from tests.support.repeating import Rounds

OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid()
            AND datname = current_database() AND backend_type = 'client backend'"""

LOOK = 0.003  # seconds from one look to the next: a few in each chunk


def writing(database: Database) -> bool:
    """Whether somebody is in the middle of a transaction."""
    if not database.is_sqlite:
        with database.reading() as session:
            return bool(session.connection().execute(text(OTHERS)).scalar_one() > 0)
    with closing(sqlite3.connect(str(database.url.database), timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
    return False


def a_chunk(database: Database) -> float:
    """The seconds from one commit to the next, in a run that nobody disturbs."""
    seen: dict[int, float] = {}
    mover = fork(environment(database, MOVER_COMES), "run")
    while mover.is_alive():
        seen.setdefault(work_left(database), monotonic())
        mover.join(LOOK)
    assert ended(mover) == 0
    _, first, *others = seen.values()
    return (others[-1] - first) / len(others)


def killed_somewhere(database: Database, chunk: float, chance: Random) -> tuple[bool, bool]:
    """Start a mover and kill it after some of the work, a little into what it does next.

    Answers whether the kill left work behind of work that was begun, and whether it struck within a transaction.
    """
    left = work_left(database)
    goal = left - chance.randrange(left // 2)
    mover = fork(environment(database, MOVER_COMES), "run")
    while mover.is_alive() and work_left(database) > goal:
        mover.join(LOOK)
    mover.join(chance.random() * chunk)
    if mover.is_alive():
        os.kill(mover.pid or 0, signal.SIGSTOP)  # it stays where it is while we look
    within = writing(database)
    mover.kill()
    assert ended(mover) in (-signal.SIGKILL, 0)
    until(lambda: not writing(database), pause=LOOK)  # PostgreSQL notices in its own time, and undoes
    return mover.exitcode != 0, within


def move_on(database: Database) -> None:
    """One more run, which has to leave nothing."""
    with Runner(None) as runner:
        assert not runner.move(None, "veegronde", MOVER_COMES).attention
    assert not work_left(database)


def test_a_mover_that_is_killed(
    database: Database, three_hundred: Database, undisturbed: Counter[str], rounds: Rounds
) -> None:
    """Design "exactly once", A.10: kills at random points; each mover goes on where the one before was killed."""
    cases.copy(three_hundred, database)
    chunk = a_chunk(database)
    assert not cases.differences(cases.standing(database), undisturbed)
    all_of_it, struck = work_left(three_hundred), Counter[str]()
    for seed in rounds.seeds(1):
        chance = Random(seed)
        cases.copy(three_hundred, database)
        while work_left(database) > all_of_it // 5:
            killed, within = killed_somewhere(database, chunk, chance)
            struck["kills"] += killed
            struck["partly done"] += killed and 0 < work_left(database) < all_of_it
            struck["within a transaction"] += killed and within
        move_on(database)
        assert not cases.differences(cases.standing(database), undisturbed)
    print(struck)  # noqa: T201
    assert struck["kills"] >= struck["partly done"] > struck["kills"] // 2


@pytest.mark.long
@pytest.mark.parametrize("rounds", ["many"], indirect=True)
def test_a_mover_that_prefect_follows_is_killed(
    home: Path, three_hundred: Database, undisturbed: Counter[str], prefect_server: str, rounds: Rounds
) -> None:
    """Design "Prefect may be away": a run that a real server follows is killed; the case database is the truth."""
    with using(Database(f"sqlite:///{home / 'flexroute.db'}")) as database:
        followed = environment(database, MOVER_COMES, FLEXROUTE_PREFECT_API_URL=prefect_server)
        for seed in rounds.seeds(1):
            cases.copy(three_hundred, database)
            most = Random(seed).randrange(50, work_left(database))
            with spawn(followed, "cli.main", "run") as mover:
                until(lambda most=most: work_left(database) <= most, pause=LOOK)  # type: ignore[misc]
                mover.kill()
            assert mover.returncode == -signal.SIGKILL
            assert work_left(database)
            with spawn(followed, "cli.main", "run", "--json") as mover:
                said, trouble = mover.communicate()
            assert (mover.returncode, '"tracked": true' in said, trouble) == (0, True, "")
            assert not cases.differences(cases.standing(database), undisturbed)
