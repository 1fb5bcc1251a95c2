"""Commands to try things out: play scenarios, and the demo."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from pydantic import AnyHttpUrl

from cli import portal as portal_
from cli.output import Json, NoPrefect, as_json, err, out
from flexroute.errors import UserError
from flexroute.settings import practising
from flows.runtime.local_prefect import isolate_prefect, local_server

LAST_MOMENT = "2026-04-03T17:00"  # of the month of the demo
MARK = ".flexroute-demo"  # a folder without it is somebody's own


class Through(StrEnum):
    """How a story reaches the program."""

    DIRECT = "direct"
    API = "api"


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
    through: Annotated[
        Through, typer.Option(help="direct: zoals de opdrachtregel; api: over HTTP, met een eigen portaal.")
    ] = Through.DIRECT,
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
        from cli.player.driver import api
        from cli.player.play import play as play_one
        from flows.mover import Runner

        runner = stack.enter_context(Runner(api_url))
        driver = stack.enter_context(api(api_url)) if scenarios and through is Through.API else None
        for scenario in scenarios:
            report = play_one(scenario, runner, database, driver)
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
    no_portal: Annotated[
        bool, typer.Option("--no-portal", help="Zonder portaal: de demo stopt vanzelf als de maand voorbij is.")
    ] = False,
    port: portal_.Port = portal_.PORT,
) -> None:
    """Laat een maand gebeuren met vijftien verzonnen casussen en een stoppende aanbieder, en open daarna het portaal erop."""
    port = port if no_portal else portal_.free_port(port)
    address = f"http://{portal_.HOST}:{port}"
    with practising(home=folder, database_url="", portal_url=None if no_portal else AnyHttpUrl(address)):
        empty(folder)
        with ExitStack() as stack:
            if not no_prefect:
                out.print("De lokale Prefect-server start (ongeveer tien seconden) …")
            api_url = None if no_prefect else stack.enter_context(local_server())
            isolate_prefect(api_url)
            from cli.demo import show

            try:
                show(folder, api_url)
                if no_portal:
                    return
                with portal_.serving(port, no_prefect, _of_demo(folder, address)) as process:
                    out.print(f"\n{address}   het portaal van deze demo (stoppen met Ctrl-C)", style="bold")
                    out.print("Kies daar wie u bent, bijvoorbeeld Anna de Vries (Team Zorgbemiddeling), Carla Mulder")
                    out.print(
                        "(contractmanager), iemand van Jeugdhulp Noord (aanbieder) of van Anker Flex (flex-aanbieder)."
                    )
                    portal_.wait_for(process)
            except KeyboardInterrupt:
                err.print(
                    f"Wat tot hier gebeurde, staat in {folder}: de database, de brieven en de agenda's. "
                    "De demo begint de volgende keer opnieuw met een lege map."
                )
                raise


def _of_demo(folder: Path, address: str) -> dict[str, str]:
    """The environment of the portal of a demo: its own home, on the evening of the last day of the month."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FLEXROUTE_")}
    said = {"HOME": str(folder.resolve()), "NOW": LAST_MOMENT, "PORTAL_URL": address}
    return ours | {f"FLEXROUTE_{name}": value for name, value in said.items()}


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
