"""Commands for the region: init, region check, import, export; and the pictures of both processes."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import select

from cli import stop_picture
from cli.output import Json, as_json, out
from flexroute.errors import UserError, why
from models.database import current
from models.directory import RegionRecord, load_region
from models.region_change import change_region
from models.region_file import read_region, write_region
from models.schema import migrate
from rules import route as flex_route
from rules.region import Region

File = Annotated[Path, typer.Argument(help="Een regiobestand (YAML).")]
region_app = typer.Typer(no_args_is_help=True, help="Een regio in een bestand: controleren, overnemen, wegschrijven.")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(init)
    app.command()(route)
    region_app.command("check")(check)
    region_app.command("import")(import_file)
    region_app.command("export")(export)
    app.add_typer(region_app, name="region")


def init(
    region: Annotated[Path | None, typer.Option(help="Een eigen regiobestand; zonder: de voorbeeldregio.")] = None,
    json: Json = False,
) -> None:
    """Richt de database in en laad de regio. Nog een keer kan geen kwaad: casussen blijven, en zonder --region ook de regio."""
    chosen = read_region(region) if region else None
    database = current()
    migrate(database)
    with database.writing() as session:
        if chosen or session.exec(select(RegionRecord.id)).first() is None:
            change_region(session, chosen or example_region())
        loaded = load_region(session)
    where = str(database.url.set(query={})) if database.is_sqlite else database.url.render_as_string(hide_password=True)
    if json:
        as_json({"ok": True, "database": where, "region": loaded.region})
    else:
        out.print(f"Klaar. Database: {where}. Regio: {loaded.name}.")
        out.print("Probeer nu: flexroute import-referrals BESTAND --by ID, of flexroute cases")


def example_region() -> Region:
    """The region file that comes with the program."""
    with as_file(files("regions") / "grjr.yaml") as path:
        return read_region(path)


def _summary(region: Region) -> str:
    return f"{region.name}: {len(region.tables)} tafels, {len(region.organisations)} organisaties, {len(region.people)} mensen"


def check(file: File, json: Json = False) -> None:
    """Controleer een regiobestand; er verandert niets."""
    region = read_region(file)
    if json:
        as_json({"ok": True, "region": region.region})
    else:
        out.print(f"Goed. {_summary(region)}.")


def import_file(file: File, json: Json = False) -> None:
    """Neem een regiobestand over in de database, in de plaats van de regio die er was."""
    region = read_region(file)
    with current().writing() as session:
        change_region(session, region)
    if json:
        as_json({"ok": True, "region": region.region})
    else:
        out.print(f"Overgenomen. {_summary(region)}.")


def export(
    file: Annotated[Path | None, typer.Argument(help="Waarheen; zonder bestand: op het scherm.")] = None,
    json: Json = False,
) -> None:
    """Schrijf de regio uit de database weg als regiobestand."""
    with current().reading() as session:
        region = load_region(session)
    text = write_region(region)
    if file:
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UserError(f"Het bestand {file} kan niet worden geschreven ({why(error)}).") from None
    if json:
        as_json(
            {"ok": True, "file": str(file) if file else None, "region": region.model_dump(mode="json", by_alias=True)}
        )
    elif file:
        out.print(f"Weggeschreven naar {file}.")
    else:
        out.print(text, markup=False, end="")


def route(
    stop: Annotated[bool, typer.Option("--stop", help="Van een jeugdige bij een stoppende aanbieder.")] = False,
    json: Json = False,
) -> None:
    """Teken de flexroute als Mermaid, uit dezelfde regels als waarmee casussen gaan. Met --stop: bij een stoppende aanbieder."""
    picture = stop_picture.mermaid() if stop else flex_route.mermaid()
    if json:
        as_json({"mermaid": picture})
    else:
        out.print(picture, markup=False, end="")
