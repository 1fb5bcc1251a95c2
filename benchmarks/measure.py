"""One measure, in a process of its own: its databases, its Prefect server, its figures as JSON on standard output."""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

from benchmarks.postgresql import prefect_can_use, server
from flexroute.settings import practising
from flows.runtime.local_prefect import local_server

NUMBERS = {
    "worklist": 30_000,
    "cases": 2000,
    "decision": 40,
    "agenda": 500,
    "waiting": 10_000,
    "dossier": 5000,
    "portal": 100_000,
}
QUICK = {"worklist": 500, "cases": 100, "decision": 5, "agenda": 20, "waiting": 200, "dossier": 500, "portal": 10_000}


def main() -> None:
    """Measure, and say the figures on the last line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=sorted(NUMBERS))
    parser.add_argument("kind", choices=["sqlite", "postgresql"])
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        stack.enter_context(practising(home=home, database_url="", mail_transport="file", portal_url=None))
        url = stack.enter_context(server()) if asked.kind == "postgresql" else None
        of_prefect = url if url and prefect_can_use(url) else None
        api_url = stack.enter_context(local_server(database_url=of_prefect))
        measure = import_module(f"benchmarks.{asked.name}").measure  # imports prefect: after its server is known
        gc.freeze()  # as the command line does
        number = (QUICK if asked.quick else NUMBERS)[asked.name]
        about = {"prefect_on": "postgresql" if of_prefect else "sqlite"}
        print(json.dumps(about | measure(url, number, api_url)))  # noqa: T201


if __name__ == "__main__":
    main()
