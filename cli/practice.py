"""Commands to try things out: play scenarios, and the demo."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from cli.output import Json, NoPrefect, as_json, err, out
from flexroute.errors import UserError
from flexroute.settings import practising
from flows.runtime.local_prefect import isolate_prefect, local_server

MARK = ".flexroute-demo"  # a folder without it is somebody's own


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(play)
    app.command()(demo)


def play(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Een of meer scenario's (YAML).")],
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="PostgreSQL in plaats van een tijdelijk SQLite-bestand; elk scenario krijgt een eigen schema.",
        ),
    ] = None,
    json: Json = False,
    no_prefect: NoPrefect = False,
) -> None:
    """Speel scenario's na: verhalen van casussen, met data en met wat daarna waar moet zijn.

    Afsluitcode: 0 alles klopt, 1 iets klopt niet, 2 een bestand is geen goed scenario.
    """
    from cli.player.scenario import load

    scenarios, malformed = [], False
    for file in files:
        try:
            scenarios.append(load(file))
        except UserError as error:
            malformed = True
            err.print(str(error), markup=False)
    failed = False
    with ExitStack() as stack:
        stack.enter_context(practising(home=Path(stack.enter_context(TemporaryDirectory()))))
        api_url = stack.enter_context(local_server()) if scenarios and not no_prefect else None
        isolate_prefect(api_url)
        from cli.player.play import play as play_one
        from flows.mover import Runner

        runner = stack.enter_context(Runner(api_url))
        for scenario in scenarios:
            report = play_one(scenario, runner, database)
            failed |= bool(report.failures)
            if json:
                as_json(report.as_json())
                continue
            out.print(f"{'goed' if not report.failures else 'FOUT'}  {report.id}  ({report.seconds:.1f} s)")
            for failure in report.failures:
                out.print(
                    f"      stap {failure['step']}, {failure['key']}: verwacht {failure['expected']}, gevonden {failure['got']}",
                    markup=False,
                )
    if malformed or failed:
        raise typer.Exit(2 if malformed else 1)


def demo(
    folder: Annotated[
        Path,
        typer.Option(help="Waar de demo zijn database, brieven en agenda's neerzet. Wordt elke keer leeg begonnen."),
    ] = Path("demo"),
    no_prefect: NoPrefect = False,
) -> None:
    """Laat een maand gebeuren met vijftien verzonnen casussen en een stoppende aanbieder, in minder dan een minuut."""
    with practising(home=folder, database_url=""):
        empty(folder)
        with ExitStack() as stack:
            if not no_prefect:
                out.print("De lokale Prefect-server start (ongeveer tien seconden) …")
            api_url = None if no_prefect else stack.enter_context(local_server())
            isolate_prefect(api_url)
            from cli.demo import show

            try:
                show(folder, api_url)
            except KeyboardInterrupt:
                err.print(
                    f"Wat tot hier gebeurde, staat in {folder}: de database, de brieven en de agenda's. "
                    "De demo begint de volgende keer opnieuw met een lege map."
                )
                raise


def empty(folder: Path) -> None:
    """Begin with an empty folder; one that is not of an earlier demo is left alone. Raises UserError."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise UserError(f"De map {folder} is niet leeg en niet van een eerdere demo. Kies een andere met --folder.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    for ours, theirs in (("referrals.csv", "verwijzingen.csv"), ("clients.csv", "clienten.csv")):
        text = (files("cli") / "demo" / ours).read_text(encoding="utf-8")
        (folder / theirs).write_text(text, encoding="utf-8")
