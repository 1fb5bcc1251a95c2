"""The portal as a process: `python -m portal --port 8000`; `flexroute portal` and `flexroute demo` start it."""

from __future__ import annotations

import os
import signal
import stat
import sys
import threading
from argparse import ArgumentParser
from typing import Any

import processes  # noqa: F401 - they register themselves
from flexroute.private_files import write_privately
from flows.runtime.local_prefect import isolate_prefect, known_server
from models.store.database import current


def main() -> None:
    """Serve until Ctrl-C, SIGTERM, or the terminal closes."""
    asked = ArgumentParser(prog="portal", description=__doc__)
    asked.add_argument("--host", default="localhost")
    asked.add_argument("--port", type=int, default=8000)
    asked.add_argument("--no-prefect", action="store_true")
    said = asked.parse_args()
    write_privately()
    current()
    api_url = None if said.no_prefect else known_server()
    isolate_prefect(api_url)  # before prefect is imported
    import uvicorn

    from portal.app import create
    from portal.mover import Mover

    app = create(Mover(api_url))
    server = uvicorn.Server(
        uvicorn.Config(app, host=said.host, port=said.port, log_level="error", server_header=False, access_log=False)
    )
    threading.Thread(target=_ends_with_who_started_it, args=(server,), daemon=True).start()
    if hangup := getattr(signal, "SIGHUP", None):
        signal.signal(hangup, server.handle_exit)
    server.run()


def _ends_with_who_started_it(server: Any) -> None:
    """Whoever started this process holds its standard input open, and sends nothing."""
    if sys.stdin is not None and not sys.stdin.isatty() and stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        sys.stdin.buffer.read()
        server.should_exit = True


if __name__ == "__main__":
    main()
