"""Commands for the answers of a table: write a sheet to fill in, or take one in (F-28 … F-33)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import choosing, list_report, moving
from cli.output import Json, NoPrefect, as_json, out
from flexroute import clock
from models.region.directory import load_region
from models.store.database import current

WAYS_ON = "Wat al was vastgelegd, blijft staan."
NOTHING = "Er is niets vastgelegd: verbeter eerst deze cellen, en lees het hele bestand dan opnieuw in."


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("answers-template")(answers_template)
    app.command("import-answers")(import_answers)


def answers_template(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="De tafel: BC, of de id of naam.")],
    on: Annotated[str, typer.Argument(metavar="DATE", help="De dag van het overleg: jjjj-mm-dd of d-m-jjjj.")],
    file: Annotated[Path, typer.Argument(help="Het nieuwe bestand; de naam eindigt op .xlsx of .csv.")],
    json: Json = False,
) -> None:
    """Schrijf een blad voor de antwoorden van een tafel: een regel voor elke casus en elke aanbieder. In XLSX met keuzelijsten."""
    from acts.flex.answer_sheet import write_sheet

    day = choosing.a_day(on, "DATE")
    with current().reading() as session:
        cases = write_sheet(session, file, choosing.a_table(load_region(session), table), day)
    if json:
        as_json({"ok": True, "file": file, "cases": cases})
    else:
        out.print(f"Weggeschreven naar {file}: {cases} {'casus' if cases == 1 else 'casussen'}.")


def import_answers(
    file: Annotated[Path, typer.Argument(help="Het ingevulde blad, XLSX of CSV.")],
    by: Annotated[str, typer.Option(help="Wie dit doet: de id of naam van een zorgbemiddelaar.")],
    person: list_report.Person = None,
    json: Json = False,
    no_prefect: NoPrefect = False,
) -> None:
    """Leg de antwoorden van een tafel vast, van alle casussen op het blad tegelijk. Klopt één cel niet, dan wordt niets vastgelegd.

    Een leeg blad: flexroute answers-template. Nog een keer kan geen kwaad: wat al is vastgelegd, blijft staan.
    """
    from acts.flex.answer_list import import_answers as take_in
    from acts.flex.answer_sheet import ANSWERS

    now, by = clock.now(), choosing.party(by)[0]
    with moving.runner(no_prefect) as runner:
        done = take_in(current(), file, by, now, lambda cases: runner.move(cases, "vorig besluit", now), person)
        references = [reference for _, reference in done.new]
        ended = runner.move(references, f"antwoorden · {len(done.new)} casussen", now)
    if done.wrong and not json:
        out.print(NOTHING)
    list_report.show(done, ended, ANSWERS, WAYS_ON, json)
