"""The command with which people see what is to be done: work."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.output import Json, as_json, day, out, table
from flexroute.errors import UserError
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
        str | None, typer.Option("--for", metavar="ID", help="Alleen wat op deze persoon of organisatie wacht.")
    ] = None,
    first: Annotated[int, typer.Option(min=1, max=10_000, help="Hoeveel, de meest dringende eerst.")] = 50,
    json: Json = False,
) -> None:
    """Wat moet er nu gebeuren, door wie en voor wanneer? De meest dringende eerst, van casussen, dossiers en jeugdigen samen."""
    with current().reading() as session:
        region = load_region(session)
        known(region, waiting_for)
        tasks = most_urgent(session, region, first, waiting_for)
    if json:
        as_json([task._asdict() for task in tasks])
        return
    table("Werklijst", [_row(region, task) for task in tasks])
    if len(tasks) == first:
        out.print(f"Dit zijn de eerste {first}. Meer: --first AANTAL; van één organisatie of persoon: --for ID.")


def known(region: Region, who: str | None) -> None:
    """Raises UserError for somebody whom the region does not know."""
    if who and who not in {**region.organisation, **region.person, **region.mailboxes}:
        raise UserError(f"'{who}' is geen organisatie of persoon van deze regio. Vul de id in.")


def _row(region: Region, task: Task) -> dict[str, str]:
    return {
        "kenmerk": task.reference + (" (spoed)" if task.urgent else ""),
        "proces": named(task.process).title,
        "aan zet": ", ".join(map(region.name_of, task.who)),
        "vastleggen met": ", ".join(task.acts),
        "sinds": day(task.since),
        "uiterlijk": day(task.due),
    }
