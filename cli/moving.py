"""Commands that start flows by hand: run, watch, prep, deliver; and the local Prefect server."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import Json, NoPrefect, as_json, err, out, table, words
from flexroute import clock, network
from flexroute.errors import Unreachable, UserError
from models.region.directory import load_region
from models.store.database import current
from models.views import work_done
from rules.shared.region import Region

if TYPE_CHECKING:  # prefect takes a second to import: only when something moves
    from flows.mover import Ended, Runner

MOST_SHOWN = 30  # of what a run did
Scheduled = Annotated[
    bool,
    typer.Option("--scheduled", help="Voor cron of een andere planner: het programma merkt het dan als dit ophoudt."),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (run, watch, prep, deliver, server):
        app.command()(command)


def runner(no_prefect: bool) -> Runner:
    """Runs flows, followed by Prefect where a server is known and answers."""
    from flows.runtime.local_prefect import isolate_prefect, known_server

    current()  # without a database nothing begins, and nothing is made
    api_url = None if no_prefect else known_server()
    for trouble in network.troubles(os.environ):
        err.print(f"Let op: {trouble}")
    isolate_prefect(api_url)
    from flows.mover import Runner

    return Runner(api_url)


def say_how(ended: Ended) -> None:
    """Say what people must know of a run: what was set aside, and whether Prefect could follow it."""
    if ended.attention:
        out.print(f"Let op: {ended.message}", markup=False)
    say_untracked(ended.tracked)


def say_untracked(tracked: bool) -> None:
    """Say that Prefect could not follow a run: once, until it followed one again or another server is to do so."""
    from flows.runtime.local_prefect import known_server, prefect_home

    said, server = prefect_home() / "unseen-was-said", known_server() or "none"
    with suppress(OSError):  # a home that cannot be written in hears it each time
        if tracked:
            said.unlink(missing_ok=True)
            return
        if said.exists() and said.read_text(encoding="utf-8") == server:
            return
        said.parent.mkdir(parents=True, exist_ok=True)
        said.write_text(server, encoding="utf-8")
    if not tracked:
        out.print(
            "(Zonder Prefect verplaatst; in Prefect is dit niet te zien. Dit staat hier één keer. Wel volgen: flexroute server)",
            style="dim",
        )


def _start(flow: str, name: str, no_prefect: bool, json: bool, scheduled: bool, **given: Any) -> None:
    with current().reading() as session:
        before = work_done.before(session)
    with runner(no_prefect) as runs, import_module("flows.runtime.jobs").by_timer(scheduled):
        ended = runs.run(getattr(import_module(f"flows.{flow}"), flow), name, now=clock.now(), **given)
    with current().reading() as session:
        region, did = load_region(session), work_done.since(session, before)
    if json:
        as_json({"ok": not ended.attention, "message": ended.message, "tracked": ended.tracked, **did._asdict()})
    else:
        out.print(f"{name}: {ended.message.rstrip('.')}.", markup=False)
        _say_done(region, did)
        say_untracked(ended.tracked)
    if ended.attention:
        raise typer.Exit(1)


def _say_done(region: Region, did: work_done.Done) -> None:
    """What happened in the run, each with what it is about; of many the first."""
    rows = {
        "Verwerkt": [{"over": about, "wat": words(act)} for about, act in did.settled],
        "Brieven klaargezet": [_letter(region, *one) for one in did.queued],
        "Verstuurd": [_letter(region, *one) for one in did.sent],
    }
    for title, those in rows.items():
        if those:
            table(title, those[:MOST_SHOWN])
        if len(those) > MOST_SHOWN:
            out.print(f"En nog {len(those) - MOST_SHOWN}. Alle brieven: flexroute letters")


def _letter(region: Region, about: str, kind: str, to: str) -> dict[str, str]:
    return {"over": about, "brief": words(kind), "aan": region.name_of(to)}


def run(json: Json = False, no_prefect: NoPrefect = False, scheduled: Scheduled = False) -> None:
    """Verplaats alles waarover iets is vastgelegd, ook wat is blijven liggen: casussen, dossiers en jeugdigen daarin."""
    _start("sweep", "verplaatsen", no_prefect, json, scheduled)


def watch(json: Json = False, no_prefect: NoPrefect = False, scheduled: Scheduled = False) -> None:
    """Bewaak de termijnen: herinneringen, te late antwoorden, signalen. Elke werkdag, 's ochtends."""
    _start("deadline_watch", "termijnbewaking", no_prefect, json, scheduled)


def prep(
    this_week: Annotated[bool, typer.Option("--this-week", help="Ook voor wat deze week nog komt.")] = False,
    json: Json = False,
    no_prefect: NoPrefect = False,
    scheduled: Scheduled = False,
) -> None:
    """Maak de agenda's van alle tafels die volgende week bij elkaar komen. Nog een keer kan geen kwaad.

    Met --scheduled alleen wat volgens het regiobestand aan de beurt is: dat mag elke werkdag.
    """
    due = {"only_when_due": True} if scheduled else {}
    _start("table_prep", "agenda's voorbereiden", no_prefect, json, scheduled, this_week_too=this_week, **due)


def deliver(json: Json = False, no_prefect: NoPrefect = False, scheduled: Scheduled = False) -> None:
    """Verstuur de brieven die klaarstaan."""
    _start("deliver_mail", "post bezorgen", no_prefect, json, scheduled)


def server(port: Annotated[int, typer.Option(min=1, max=65_535, help="De poort op deze machine.")] = 4200) -> None:
    """Start een lokale Prefect-server, tot u Ctrl-C typt. Andere opdrachten vinden hem vanzelf; in de browser ziet u elke run."""
    import signal

    from flows.runtime.local_prefect import answers, known_server, lasting_server, prefect_home

    if (running := known_server()) and answers(running):
        raise UserError(f"Er draait al een Prefect-server: {running.removesuffix('/api')}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: the server below stops with us
    with lasting_server(port) as (api_url, process):
        out.print(f"Prefect draait: {api_url.removesuffix('/api')} (stoppen met Ctrl-C)")
        try:
            process.wait()
        except KeyboardInterrupt:
            out.print("Gestopt.")
            return
    log = prefect_home() / "server.log"
    raise Unreachable(f"Prefect is onverwacht gestopt; zie {log}. Start het opnieuw: flexroute server --port {port}")
