"""The portal of `flexroute play --through api`: `python -m portal.playing`.

Who started it says by its standard input on which database it works and what time it is: one JSON object a line, each answered by a
line. So no request can set the clock. The first line that it says is its port; it ends when its input closes.
"""

from __future__ import annotations

import json
import signal
import socket
import sys
import threading
from argparse import ArgumentParser
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import processes  # noqa: F401 - they register themselves
from flexroute.private_files import write_privately
from flexroute.settings import practising
from flows.runtime.local_prefect import isolate_prefect
from models.store.database import Database, using


class Stage:
    """Where a story plays: its database and folder, and the moment."""

    def __init__(self) -> None:
        self._story, self._moment = ExitStack(), ExitStack()

    def set(self, said: dict[str, Any]) -> None:
        """`{"database": URL, "home": FOLDER}` for another story, `{"now": MOMENT}` for another moment, `{}` at the end of a story."""
        self._moment.close()
        if "now" in said:
            self._moment.enter_context(practising(now=datetime.fromisoformat(said["now"])))
            return
        self._story.close()
        if said:
            # settings of a machine where things are real do not hold here
            self._story.enter_context(
                practising(environment="practice", practice_sign_in=True, home=Path(said["home"]))
            )
            self._story.enter_context(using(Database(said["database"])))


def main() -> None:
    """Serve until the input closes."""
    asked = ArgumentParser(prog="portal.playing", description=__doc__)
    asked.add_argument("--prefect")
    api_url = asked.parse_args().prefect
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started it
    write_privately()
    isolate_prefect(api_url)  # before prefect is imported
    import uvicorn

    from portal.app import create
    from portal.mover import Mover

    app = create(Mover(api_url, jobs=False))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", server_header=False, access_log=False))
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:  # said, for asyncio sends at once over such a one only
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        serving.start()
        _say({"port": listening.getsockname()[1]})
        stage = Stage()
        for line in sys.stdin:
            stage.set(json.loads(line))
            _say({})
        server.should_exit = True
        serving.join()
        stage.set({})


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
