"""The command that starts the portal, as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Annotated, Any

import httpx
import typer

from cli.output import NoPrefect, out
from flexroute.errors import Unreachable, UserError
from flexroute.network import is_taken
from flexroute.signing import bsn_key
from models.store.database import current

HOST = "localhost"  # cookies of the portal work without https there, and only there
START_SECONDS = 120.0  # a machine that is busy with other things
PORT = 8000

Port = Annotated[int, typer.Option(min=1, max=65_535, help="De poort van het portaal op deze machine.")]


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(portal)


def portal(port: Port = PORT, no_prefect: NoPrefect = False) -> None:
    """Start het portaal: de pagina's waarop iedereen zijn deel doet. Het stopt met Ctrl-C."""
    current()
    bsn_key()  # without it who is registered twice would not be known
    if is_taken(port):
        raise UserError(
            f"Op poort {port} luistert al een ander programma. Kies een andere, bijvoorbeeld: --port {port + 1}"
        )
    with serving(port, no_prefect, os.environ) as process:
        out.print(f"Het portaal draait: http://{HOST}:{port} (stoppen met Ctrl-C)")
        wait_for(process)


@contextmanager
def serving(port: int, no_prefect: bool, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The portal at work; it ends with this process, however that ends. Raises Unreachable when it does not come up."""
    command = [sys.executable, "-m", "portal", "--host", HOST, "--port", str(port), *(["--no-prefect"] * no_prefect)]
    # it reads its standard input only to hear that we are gone
    process = subprocess.Popen(command, env=dict(environment), stdin=subprocess.PIPE)  # noqa: S603
    try:
        _wait_until_up(process, port)
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()


def wait_for(process: subprocess.Popen[bytes]) -> None:
    """Until Ctrl-C, SIGTERM or a closed terminal. Raises Unreachable when the portal ends by itself."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        known = getattr(signal, name, None)
        if known and (name != "SIGHUP" or signal.getsignal(known) is not signal.SIG_IGN):  # nohup means it
            signal.signal(known, _as_interrupt)
    try:
        process.wait()
    except KeyboardInterrupt:
        out.print("Gestopt.")
        return
    raise Unreachable("Het portaal is onverwacht gestopt. Start het opnieuw: flexroute portal")


def _as_interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _wait_until_up(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    with httpx.Client(trust_env=False, timeout=2) as client:
        while time.monotonic() < until and process.poll() is None:
            with suppress(httpx.HTTPError):
                if client.get(f"http://{HOST}:{port}/health").is_success:
                    return
            time.sleep(0.1)
    raise Unreachable("Het portaal start niet. Wat er mis is, staat hierboven.")


def free_port(first: int = PORT) -> int:
    """The first port from here on that nobody uses. Raises UserError."""
    for port in range(first, first + 100):
        if not is_taken(port):
            return port
    raise UserError(f"Er is geen vrije poort van {first} tot {first + 99}. Kies er een met --port.")
