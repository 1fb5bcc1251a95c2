"""The command with which people see what is to be done: work."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import choosing
from cli.act_values import typed
from cli.output import Json, as_json, day, out, table, words
from flexroute import clock
from models.region.directory import load_region
from models.store.assignment import most_urgent
from models.store.database import current
from models.views.task import Task
from rules.shared.process import named
from rules.shared.region import Region


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(work)


def work(
    waiting_for: Annotated[
        str | None, typer.Option("--for", metavar="WIE", help="Alleen wat op deze persoon of organisatie wacht.")
    ] = None,
    first: Annotated[int, typer.Option(min=1, max=10_000, help="Hoeveel, de meest dringende eerst.")] = 50,
    json: Json = False,
) -> None:
    """Wat moet er nu gebeuren, door wie en voor wanneer? De meest dringende eerst, van casussen, dossiers en jeugdigen samen."""
    with current().reading() as session:
        region = load_region(session)
        tasks = most_urgent(
            session, region, clock.local_date(clock.now()), first, choosing.somebody(region, waiting_for)
        )
    if json:
        as_json([task._asdict() for task in tasks])
        return
    table("Werklijst", [_row(region, task) for task in tasks], filled_only=True)
    if len(tasks) == first:
        out.print(f"Dit zijn de eerste {first}. Meer: --first AANTAL; van één organisatie of persoon: --for WIE.")


def _row(region: Region, task: Task) -> dict[str, str]:
    return {
        "kenmerk": task.reference + (" (spoed)" if task.urgent else ""),
        "proces": named(task.process).title,
        "aan zet": ", ".join(map(region.name_of, task.who)),
        "vastleggen met": ", ".join(typed(words(act)) for act in task.acts),
        "van": task.claimed_name or "",
        "sinds": day(task.since),
        "uiterlijk": day(task.due),
    }
