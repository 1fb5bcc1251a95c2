"""People who decide, in a process that stays: a line with a decision in, a line with what came of it out."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import event

from flows.runtime.local_prefect import isolate_prefect, known_server

isolate_prefect(known_server())  # as the command line does, before prefect is imported

from flows.mover import Runner  # noqa: E402
from models.store.database import current  # noqa: E402
from tasks.engine.step import tracked  # noqa: E402


def kill_when(moment: str, server: int) -> None:
    """Kill the server, with all of its processes, when a run that it follows first writes or commits."""
    struck = False

    def strike(*given: Any) -> None:
        nonlocal struck
        written = moment == "commit" or str(given[2]).startswith(("INSERT", "UPDATE"))
        if tracked() and written and not struck:
            struck = True
            os.killpg(server, signal.SIGKILL)

    event.listen(current().engine, {"write": "before_cursor_execute", "commit": "commit"}[moment], strike)


def main() -> None:
    """Decide what comes in, one after the other, until nothing comes any more."""
    with Runner(known_server()) as runner:
        for line in sys.stdin:
            asked = json.loads(line)
            if asked["kill"]:
                kill_when(*asked["kill"])
            began = monotonic()
            act, about, by, given = asked["decision"]
            case, ended = runner.decide(act, about, by, given, datetime.fromisoformat(asked["now"]))
            told = {"case": case, "tracked": ended.tracked, "attention": ended.attention}
            sys.stdout.write(json.dumps({**told, "seconds": monotonic() - began}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
