"""kill -9 of the sender, again and again, while it talks to a real mail server."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from models.database import Database
from tests.mail_servers import SENDER, MailServer
from tests.post import MONDAY, arrived, by_smtp, expected, letters, queue

ROOT = Path(__file__).parents[1]

SEND = """
import sys
from datetime import datetime
from models.database import current
from notifications.sender import send_due
print(*send_due(current(), datetime.fromisoformat(sys.argv[1])).notes)
"""


class Killed:
    """A sender in a process of its own, killed when the server has come to a stage of a letter."""

    def __init__(self, database: Database, server: MailServer) -> None:
        self.environment = os.environ | {
            "FLEXROUTE_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "FLEXROUTE_MAIL_FROM": SENDER,
            "FLEXROUTE_MAIL_TRANSPORT": "smtp",
            "FLEXROUTE_SMTP_HOST": "127.0.0.1",
            "FLEXROUTE_SMTP_PORT": str(server.port),
            "FLEXROUTE_SMTP_SECURITY": "none",
        }
        self.server = server

    def run(self, stage: str = "", received: int = 0) -> tuple[int, str]:
        """Exit code and what it said. It is killed at this stage, once so many messages have been received."""
        code, said = self._once(stage, received)
        while "een andere run" in said:  # PostgreSQL has not yet seen that the last one died
            code, said = self._once(stage, received)
        return code, said

    def _once(self, stage: str, received: int) -> tuple[int, str]:
        process = subprocess.Popen(
            [sys.executable, "-c", SEND, MONDAY.isoformat()],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

        def at(now_at: str) -> None:
            if now_at == stage and len(self.server.received) >= received:
                os.kill(process.pid, signal.SIGKILL)

        self.server.at = at
        said, _ = process.communicate(timeout=60)
        return process.returncode, said.strip()


def test_kill_9(database: Database) -> None:
    """A.10: killed while it sends 300 letters, before, during and after one; no letter is missing, and no more come double than
    were counted as in doubt."""
    kills = 20 if database.is_sqlite else 5
    queue(database, 300)
    dice = random.Random(kills)
    with by_smtp() as server, server.running():
        killed = Killed(database, server)
        for received in sorted(dice.sample(range(1, 295), kills)):
            server.little = dice.uniform(0, 0.004)
            code, _ = killed.run(dice.choice(["mail", "data", "answered"]), received)
            assert code == -signal.SIGKILL
        ended = killed.run()
    counts = Counter(arrived(server))
    double, in_doubt = counts.total() - len(counts), sum(letter.in_doubt for letter in letters(database))
    assert ended[0] == 0
    assert set(counts) == set(expected(database))
    assert (len(counts), counts.total()) == (300, 300 + double)
    assert double <= in_doubt <= kills
    assert in_doubt > 0
    assert max(counts.values()) <= 1 + max(letter.in_doubt for letter in letters(database))
    assert {letter.state for letter in letters(database)} == {"sent"}
