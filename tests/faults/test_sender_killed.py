"""kill -9 of the sender, again and again, while it talks to a real mail server."""

from __future__ import annotations

import os
import signal
from collections import Counter
from itertools import cycle
from pathlib import Path
from random import Random

from sqlalchemy import delete

from models.store.database import Database
from models.store.letter import Letter
from tests.faults.processes import ended, environment, fork
from tests.support.mail_servers import SENDER, MailServer
from tests.support.queued_letters import MICROSECOND, QUEUED_AT, arrived, by_smtp, expected, letters, queue
from tests.support.repeating import Rounds

MANY = 50
KILLS = 6
RUNS = 8  # three mails each
STAGES = ("answered", "mail", "data")


class Killed:
    """A sender in a process of its own, killed when the server has come to a stage of a letter."""

    def __init__(self, database: Database, server: MailServer, home: Path) -> None:
        self.environment = environment(
            database,
            QUEUED_AT,
            FLEXROUTE_MAIL_FROM=SENDER,
            FLEXROUTE_MAIL_TRANSPORT="smtp",
            FLEXROUTE_SMTP_HOST="127.0.0.1",
            FLEXROUTE_SMTP_PORT=str(server.port),
            FLEXROUTE_SMTP_SECURITY="none",
        )
        self.server, self.said = server, home / "said"

    def run(self, stage: str = "", received: int = 0) -> int | None:
        """The exit code. It is killed at this stage, once so many messages have been received."""
        code = self._once(stage, received)
        while "een andere run" in self.said.read_text():  # PostgreSQL has not yet seen that the last one died
            code = self._once(stage, received)
        return code

    def _once(self, stage: str, received: int) -> int | None:
        process = fork(self.environment, "deliver", said=str(self.said))

        def at(now_at: str) -> None:
            if now_at == stage and len(self.server.received) >= received:
                os.kill(process.pid or 0, signal.SIGKILL)

        self.server.at = at
        return ended(process)


def test_kill_9_of_mails_with_many_letters(database: Database, home: Path, rounds: Rounds) -> None:
    """A.10: killed the same way, where each mail has several letters: they stay one mail, and all of it comes again."""
    for seed in rounds.seeds(1):
        dice = Random(seed)
        with database.writing() as session:
            session.execute(delete(Letter))
        for run in range(RUNS):
            queue(database, 9, QUEUED_AT + run * MICROSECOND, one_run=True)
        with by_smtp() as server, server.running():
            killed = Killed(database, server, home)
            for received, stage in zip(sorted(dice.sample(range(1, 3 * RUNS - 5), KILLS)), cycle(STAGES)):
                server.little = dice.uniform(0, 0.004)
                assert killed.run(stage, received) == -signal.SIGKILL
            assert killed.run() == 0
        counts, found = Counter(arrived(server)), letters(database)
        assert {letter.state for letter in found} == {"sent"}
        assert len(counts) == 3 * RUNS
        assert 3 * (counts.total() - len(counts)) <= sum(letter.in_doubt for letter in found) <= 3 * KILLS
        for letter in found:
            mine = [one for one in found if (one.recipient, one.queued_at) == (letter.recipient, letter.queued_at)]
            assert len(mine) == 3
            assert len({(one.attempts, one.in_doubt, one.tried_at) for one in mine}) == 1


def test_kill_9(database: Database, home: Path, rounds: Rounds) -> None:
    """A.10: killed while it sends many letters, before, during and after one; no letter is missing, and no more come double
    than were counted as in doubt."""
    for seed in rounds.seeds(1):
        dice = Random(seed)
        with database.writing() as session:
            session.execute(delete(Letter))
        queue(database, MANY)
        with by_smtp() as server, server.running():
            killed = Killed(database, server, home)
            for received, stage in zip(sorted(dice.sample(range(1, MANY - 5), KILLS)), cycle(STAGES)):
                server.little = dice.uniform(0, 0.004)
                assert killed.run(stage, received) == -signal.SIGKILL
            ended = killed.run()
        counts = Counter(arrived(server))
        double, in_doubt = counts.total() - len(counts), sum(letter.in_doubt for letter in letters(database))
        assert ended == 0
        assert set(counts) == set(expected(database))
        assert (len(counts), counts.total()) == (MANY, MANY + double)
        assert double <= in_doubt <= KILLS
        assert in_doubt > 0
        assert max(counts.values()) <= 1 + max(letter.in_doubt for letter in letters(database))
        assert {letter.state for letter in letters(database)} == {"sent"}
