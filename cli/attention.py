"""Everything that somebody must look at, in one command; and the line that other commands give when a job no longer runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from sqlmodel import Session

from cli.output import Json, as_json, err, out, table
from flexroute import clock, network
from models.store import job
from models.store.attention import (
    Finding,
    jobs_that_asked,
    late_jobs,
    not_completed,
    set_aside,
    unmoved,
    waiting_for_nobody,
)
from models.store.database import current, in_use
from notifications.mail_held_up import held_up
from rules.shared.jobs import JOBS


def mail(session: Session, now: datetime) -> Iterator[Finding]:
    """Mail that waits longer than it should, and letters that stay until somebody does something."""
    return (Finding(one.what, one.why, one.do) for one in held_up(session, now))


# Add one here: a small function of a session and the moment that gives Findings. The order is that of the screen.
FINDINGS: tuple[Callable[[Session, datetime], Iterable[Finding]], ...] = (
    late_jobs,
    set_aside,
    unmoved,
    waiting_for_nobody,
    mail,
    jobs_that_asked,
)


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(attention)


def attention(
    forget: Annotated[
        str | None,
        typer.Option(
            metavar="TAAK", help="Deze taak loopt hier niet meer vanzelf, en dat hoort zo: meld hem niet meer."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Wat iemand moet bekijken: tegengehouden, apart gezet, mislukt, te laat of niet meer aan het werk, en wat te doen.

    Is er iets, dan is de exitcode 1.
    """
    if forget is not None:
        _forget(forget)
    now = clock.now()
    with current().reading() as session:
        findings = [finding for gather in FINDINGS for finding in gather(session, now)]
    findings += _of_prefect()
    if json:
        as_json([asdict(one) for one in findings])
    elif findings:
        table("Aandacht", [{"waarover": one.about, "wat er is": one.what, "wat te doen": one.do} for one in findings])
    else:
        out.print("Er is niets dat aandacht vraagt.")
    if findings:
        raise typer.Exit(1)


def say_late_jobs() -> None:
    """One line on stderr for each job that no longer runs, if this command used the case database. Never stops a command."""
    if (database := in_use()) is None:
        return
    with suppress(Exception), database.reading() as session:
        for one, last in job.late(session, clock.now()):
            err.print(f"Let op: {not_completed(one, last)}. Zie: flexroute attention")


def _forget(name: str) -> None:
    if name not in JOBS:
        raise typer.BadParameter(f"'{name}' bestaat niet; kies uit: {', '.join(JOBS)}", param_hint="--forget")
    with current().writing() as session:
        job.record(session, name, expected_since=None)


def _of_prefect() -> Iterator[Finding]:
    """A Prefect server that should be there and is not, and settings with which it cannot be asked."""
    from flows.runtime.local_prefect import answers, is_over, known_server, lets_in

    for told in network.troubles(os.environ):
        yield Finding("netwerk", told, "verbeter de instelling")
    if (server := known_server()) is None:
        return
    where = server.removesuffix("/api")
    if not answers(server):
        if is_over(server):
            err.print(
                f"De Prefect-server van deze map ({where}) is al een dag weg. Dat is voorbij; opnieuw: flexroute server"
            )
            return
        told = (
            "kijk of de server draait (flexroute server) en bereikbaar is; casussen gaan zonder Prefect gewoon verder"
        )
        yield Finding("Prefect", f"antwoordt niet op {where}", told)
    elif not lets_in(server):
        yield Finding(
            "Prefect", f"{where} laat Flexroute niet toe", "vul FLEXROUTE_PREFECT_AUTH in als gebruiker:wachtwoord"
        )
