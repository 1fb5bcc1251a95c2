"""What leans on the inside of Prefect 3.9.1, all of it. Its test fails loudly when a newer Prefect is another one inside.

Nothing here imports Prefect before it is needed: who imports this may still have to make the process deaf to the user's settings.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import AsyncExitStack
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from fastapi import FastAPI
    from prefect import Flow
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun, State

MARK = "FLEXROUTE_PREFECT_MARK"  # in the environment of a server: what it answers at MARK_PATH
MARK_PATH = "/flexroute-home"
DEFERRED, IMMEDIATE = "BEGIN DEFERRED", "BEGIN IMMEDIATE"


def keep_days(days: int) -> dict[str, str]:
    """The settings of a server that forgets runs, with their logs and events, after so many days."""
    return {
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(days * 86_400),
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"P{min(days, 7)}D",
    }


def marked_app() -> FastAPI:
    """Prefect's server as `flexroute server` starts it: patient, with the mark of its home, and it ends with who started it."""
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    Thread(target=_end_with_who_started_us, daemon=True).start()
    app = patient_app()
    mark = PlainTextResponse(os.environ.get(MARK, ""))
    app.router.routes.insert(0, Route(MARK_PATH, lambda _: mark))  # before the pages, which take every other path
    return app


def patient_app() -> FastAPI:
    """Prefect's server, whose transactions on SQLite wait for each other from their start.

    Prefect begins them deferred: one that reads and then writes fails at once (503) when another wrote in between, and
    the client waits for seconds. What such a failure leaves to Python's garbage collector can even block the server's
    event loop, until SQLite gives up waiting after a minute.
    """
    from prefect.server.api.server import create_app
    from sqlalchemy import Engine, event

    @event.listens_for(Engine, "before_cursor_execute", retval=True)
    def queue(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> tuple[str, object]:
        return IMMEDIATE if statement == DEFERRED else statement, parameters

    return create_app()


def _end_with_who_started_us() -> None:
    """Our standard input is a pipe of who started us; it closes when that process is gone, however it died."""
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(10)  # somebody's connection may keep the server from ending; the port must be free for the next one
    os._exit(1)


async def connected(connections: AsyncExitStack) -> PrefectClient:
    """Open the connections to the server in which Prefect finds its clients, until the stack is closed."""
    from prefect.context import AsyncClientContext, SyncClientContext

    connection = await connections.enter_async_context(AsyncClientContext())
    connections.enter_context(SyncClientContext())
    return connection.client


async def run_to_its_end(flow: Flow[..., Any], run: FlowRun, parameters: dict[str, Any]) -> State[Any]:
    """Run a flow as a run that was made before; answers with its last state."""
    from prefect.flow_engine import run_flow_async

    return cast("State[Any]", await run_flow_async(flow, run, parameters, return_type="state"))


def let_go() -> None:
    """Drop what Prefect still wants to tell a server that is gone; without this the process would not end for minutes."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    services: tuple[Any, ...] = (EventsWorker, APILogWorker)
    for worker in [worker for service in services for worker in service._instances.values()]:
        if worker._loop and worker._task:
            worker._loop.call_soon_threadsafe(worker._task.cancel)
