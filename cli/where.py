"""Where this installation keeps what it keeps. Only looks: nothing is made."""

from __future__ import annotations

from pathlib import Path

import typer

from cli.output import Json, as_json, err, out
from flexroute.settings import Settings, settings
from models.store.database import Database


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(where)


def where(json: Json = False) -> None:
    """Waar staat alles: de map van deze gebruiker, de database, de brieven, het logboek. Er verandert niets."""
    given = settings()
    database = Database(given.database)
    found = {
        "environment": given.environment,
        "home": str(given.home.resolve()),
        "database": database.shown,
        "set_up": database.is_there,
        "letters": str((given.home / "letters").resolve()) if given.mail_transport == "file" else given.mail_transport,
        "log": given.log_to if given.log_to in ("", "-") else str(Path(given.log_to).resolve()),
        "prefect": str(given.prefect_api_url or (given.home / "prefect").resolve()),
        "former_database": str(given.former_database) if given.former_database else None,
    }
    if json:
        as_json(found)
        return
    for label, value in _said(given, found).items():
        out.print(f"{label:<12}{value}", markup=False, soft_wrap=True)
    if former := given.former_database:
        err.print(
            f"Let op: hier staat nog een database van eerder: {former}. Met FLEXROUTE_HOME={former.parent} werkt u daar verder."
        )


def _said(given: Settings, found: dict[str, object]) -> dict[str, object]:
    practice = given.environment == "practice"
    chosen = " (FLEXROUTE_HOME)" if "home" in given.model_fields_set else ""
    mail = found["letters"] if given.mail_transport == "file" else f"per mail ({given.mail_transport})"
    return {
        "omgeving": "om te oefenen" if practice else "productie",
        "map": f"{found['home']}{chosen}",
        "database": f"{found['database']}{'' if found['set_up'] else ' (is er nog niet: flexroute init)'}",
        "brieven": mail,
        "logboek": {"": "geen", "-": "op het scherm (stderr)"}.get(str(found["log"]), found["log"]),
        "Prefect": found["prefect"],
    }
