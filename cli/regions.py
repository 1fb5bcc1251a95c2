"""Commands for the region: init, region check, import, export; and the pictures of both processes."""

from __future__ import annotations

from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import select

from cli.output import Json, as_json, err, out, words
from flexroute import clock
from flexroute.errors import UserError, why
from models.region.change import Reassignment
from models.region.directory import RegionRecord, load_region
from models.region.file import read_region, write_region
from models.store.database import current, retrying
from models.store.schema import migrate
from notifications.stop import picture as stop_picture
from rules.flex import route as flex_route
from rules.shared.region import Region
from tasks.engine.reassigning import import_region

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
    chosen = _read(region, json) if region else None
    database = current(new=True)
    migrate(database)
    former = _region()
    handed = _take_in(chosen or example_region()) if chosen or former is None else []
    with database.reading() as session:
        loaded = load_region(session)
    if json:
        as_json({"ok": True, "database": database.shown, "region": loaded.region, **_codes(handed)})
    else:
        _show(handed, former or loaded, loaded, "Gaat over")
        out.print(f"Klaar. Database: {database.shown}. Regio: {loaded.name}.")
        out.print("Probeer nu: flexroute import-referrals BESTAND --by ID, of flexroute cases")


def example_region() -> Region:
    """The region file that comes with the program."""
    with as_file(files("regions") / "grjr.yaml") as path:
        return read_region(path)


def _read(path: Path, json: bool) -> Region:
    """Somebody's own file; advice about its form is for people."""
    return read_region(path, None if json else err.print)


def _summary(region: Region) -> str:
    return f"{region.name}: {len(region.tables)} tafels, {len(region.organisations)} organisaties, {len(region.people)} mensen"


def check(file: File, json: Json = False) -> None:
    """Controleer een regiobestand; er verandert niets."""
    region = _read(file, json)
    if json:
        as_json({"ok": True, "region": region.region})
    else:
        out.print(f"Goed. {_summary(region)}.")


def import_file(
    file: File,
    try_: Annotated[
        bool, typer.Option("--try", help="Zeg alleen wat er zou veranderen, en wie er dan aan zet is.")
    ] = False,
    json: Json = False,
) -> None:
    """Neem een regiobestand over in de database, in de plaats van de regio die er was. Wie nieuw aan zet is, krijgt het verzoek."""
    region, former = _read(file, json), _region()
    handed = _take_in(region, only_try=try_)
    if json:
        as_json({"ok": True, "region": region.region, **_codes(handed)})
        return
    _show(handed, former or region, region, "Zou overgaan" if try_ else "Gaat over")
    if not try_:
        _say_ended(region)
    out.print(f"{'Kan worden overgenomen; er is niets gewijzigd' if try_ else 'Overgenomen'}. {_summary(region)}.")


def _region() -> Region | None:
    """The region as it is; None where there is none."""
    with current().reading() as session:
        return load_region(session) if session.exec(select(RegionRecord.id)).first() else None


def _say_ended(region: Region) -> None:
    """Contacts of the file that contract administration ended: they do not come back by it."""
    now = _region()
    for one in now.organisations if now else ():
        named = region.organisation[one.id].contacts if one.id in region.organisation else ()
        for contact in named:
            if contact.id not in {kept.id for kept in one.contacts}:
                out.print(f"Blijft beëindigd: {contact.id}, van {one.name} (zie flexroute contacts).")


class _Tried(Exception):
    """Leaves the transaction, so that nothing has changed."""


def _take_in(region: Region, only_try: bool = False) -> list[Reassignment]:
    """The region in the place of what was there; answers with what changes hands. Raises UserError."""
    handed: list[Reassignment] = []

    def transaction() -> None:
        with current().writing() as session:
            handed[:] = import_region(session, region, clock.now())
            if only_try:
                raise _Tried

    with suppress(_Tried):
        retrying(transaction)
    return handed


def _codes(handed: list[Reassignment]) -> dict[str, Any]:
    """What changes hands; nothing where nothing does."""
    told = [
        {"reference": one.reference, "at": one.now.at, "from": list(one.before), "to": list(one.now.who)}
        for one in handed
    ]
    return {"handed_over": told} if told else {}


def _show(handed: list[Reassignment], former: Region, region: Region, what: str) -> None:
    for one in handed:
        before, after = (
            ", ".join(map(known.name_of, who)) or "niemand"
            for known, who in ((former, one.before), (region, one.now.who))
        )
        out.print(f"{what}: {one.reference} ({words(one.now.at)}), van {before} naar {after}.")


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
