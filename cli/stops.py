"""Commands with which people look at a provider that stops: stops, stop (S-35, S-36)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from datetime import datetime
from enum import StrEnum
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from cli import choosing, in_full, stop_screen
from cli.output import Json, as_json, as_json_list, err, out, raw, table
from flexroute import clock
from models.region.directory import load_region
from models.stop import overview as stop_overview
from models.stop.dossier import StopDossier
from models.stop.history import is_child
from models.store.database import current
from models.views.dossier import ChildView, DossierView
from models.views.in_full import InFull
from models.views.timeline import Timeline, timeline
from notifications import typeset
from notifications.guard import may_leave
from notifications.stop.report import words as dossier_words
from notifications.stop.report import xlsx as dossier_xlsx
from notifications.stop.report.blocks import blocks
from notifications.stop.report.children import counted, most_urgent_first, must_act
from rules.shared.refusal import Refused
from rules.shared.region import Region
from rules.stop.gates import candidates
from rules.stop.route import STAGE_OF, STAGES


class Format(StrEnum):
    """How to show a dossier."""

    TEXT = "text"
    PDF = "pdf"
    XLSX = "xlsx"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (stops, stop):
        app.command()(command)


def stops(
    all_: Annotated[bool, typer.Option("--all", help="Ook gesloten dossiers.")] = False, json: Json = False
) -> None:
    """Welke aanbieders stoppen, hoe staat het ervoor, hoeveel tijd is er nog en wie is aan zet?"""
    today = clock.local_date(clock.now())
    with current().reading() as session:
        region = load_region(session)
        query = select(StopDossier).order_by(col(StopDossier.id))
        rows = session.exec(query if all_ else query.where(col(StopDossier.closed_on).is_(None))).all()
        views = stop_overview.of_dossiers(session, region, rows, today)
        of_children = stop_overview.waiting_for(session, region, views)
    if json:
        as_json_list([view.model_dump() | {"must_act": must_act(view, of_children[view.reference])} for view in views])
    else:
        table("Stoppende aanbieders", [stop_screen.row(region, v, of_children[v.reference]) for v in views])


def stop(
    reference: Annotated[
        str, typer.Argument(metavar="REF", help="Het dossier (ST-2026-000001) of de jeugdige (ST-2026-000001-0001).")
    ],
    format_: Annotated[Format, typer.Option("--format", help="text, pdf, xlsx of json.")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Schrijf naar dit bestand.")] = None,
    all_children: Annotated[bool, typer.Option("--all-children", help="Toon alle jeugdigen op het scherm.")] = False,
    duties: Annotated[bool, typer.Option("--duties", help="Toon de taken uit de IGJ-leidraad: wie, wanneer.")] = False,
    full: in_full.Full = False,
    by: in_full.By = None,
    person: in_full.Person = None,
    youth: in_full.YouthToo = False,
    json: Json = False,
) -> None:
    """Eén stoppende aanbieder: waar staan de jeugdigen, wat houdt op, hoeveel dagen zijn er nog, wie is aan zet? Of één jeugdige.

    Voor het overleg: --format pdf geeft één bladzijde met daarna de lijst; --format xlsx geeft alles om te sorteren en te filteren.
    """
    if duties and (json or format_ is not Format.TEXT):
        raise typer.BadParameter("de taken staan ook in --json en --format xlsx", param_hint="--duties")
    if json and format_ not in (Format.TEXT, Format.JSON):
        raise typer.BadParameter("--json en een andere --format gaan niet samen", param_hint="--json")
    chosen = Format.JSON if json else format_
    if full and (duties or chosen in (Format.PDF, Format.XLSX)):
        raise typer.BadParameter("wat is gezegd, staat op het scherm en in --json", param_hint="--full")
    in_full.hold(full, by, person, youth)
    now, reference = clock.now(), choosing.in_full(reference, "stop", "child")
    with current().reading() as session:
        region = load_region(session)
        dossier = session.exec(select(StopDossier).where(StopDossier.reference == reference)).first()
        if dossier:
            view, children = stop_overview.whole(session, region, dossier, clock.local_date(now))
        else:
            child, told, about = _child(session, region, reference, now)
    said = in_full.read(reference, by, person, youth) if full and by else None
    if not dossier:
        made = _of_child(region, child, told, about | in_full.as_keys(said), chosen, duties)
    elif duties:
        made = partial(stop_screen.of_duties, region, view)
    else:
        made = _dossier(region, view, children, now, chosen, all_children, in_full.as_keys(said))
    _give(made if chosen is Format.JSON else _with(made, region, said), reference, chosen, output)


Made = bytes | Callable[[], None]  # what to write, or what prints it


def _with(made: Made, region: Region, said: InFull | None) -> Made:
    """Beneath it everything that was said, on the screen."""
    if said is None or isinstance(made, bytes):
        return made

    def both() -> None:
        made()
        in_full.show(region, said)
        if not is_child(said.reference):
            out.print("Wat over een jeugdige is gezegd, staat bij die jeugdige: flexroute stop KENMERK --full --by WIE")

    return both


def _dossier(
    region: Region,
    view: DossierView,
    children: Sequence[ChildView],
    now: datetime,
    chosen: Format,
    all_children: bool,
    more: dict[str, Any],
) -> Made:
    today = clock.local_date(now)
    match chosen:
        case Format.PDF:
            may_leave(words := dossier_words.in_words(region, view, children, today))
            return typeset.pdf("dossier", words, now)
        case Format.XLSX:
            seen = [view.model_dump(), [child.model_dump() for child in children]]
            may_leave([*seen, dossier_words.in_words(region, view, children, today)])
            return dossier_xlsx.xlsx(region, view, children, today)
        case Format.JSON:
            urgent = [child.model_dump() for child in most_urgent_first(children)]
            more |= {"must_act": must_act(view, counted(children)), "blocks": blocks(region, view, children)}
            return partial(as_json_list, {**view.model_dump(), **more, "of_children": urgent})
    return partial(stop_screen.of_dossier, region, view, children, all_children)


def _of_child(
    region: Region, child: ChildView, told: Timeline, about: dict[str, Any], chosen: Format, duties: bool
) -> Made:
    only = "is er voor een dossier, niet voor één jeugdige"
    if duties:
        raise typer.BadParameter(f"deze lijst {only}", param_hint="--duties")
    if chosen in (Format.PDF, Format.XLSX):
        raise typer.BadParameter(f"{chosen} {only}", param_hint="--format")
    if chosen is Format.JSON:
        return partial(as_json, {**child.model_dump(), **told.model_dump(exclude_none=True), **about})
    return partial(stop_screen.of_child, region, child, told, about)


def _child(
    session: Session, region: Region, reference: str, now: datetime
) -> tuple[ChildView, Timeline, dict[str, Any]]:
    """A child, what happened, and about it: who may take over, and the sentence on which the act that is due stands."""
    today = clock.local_date(now)
    view = stop_overview.of_child(session, region, reference, today)
    if view is None:
        raise Refused("not_found", f"Er is geen dossier of jeugdige met kenmerk {reference}.", "reference")
    stage = STAGES[STAGE_OF[view.acts[0]]] if view.acts else None
    stopping = session.exec(select(StopDossier.provider_id).where(StopDossier.reference == view.dossier)).one()
    able = candidates(region, stopping, [view.care_form], today) if "proposal" in view.missing else []
    return (
        view,
        timeline(session, reference),
        {
            "candidates": able,
            "stopping": stop_overview.who_stop(session),
            "why": {"requirement": stage.requirement, "sentence": stage.sentence} if stage else None,
        },
    )


def _give(made: Made, reference: str, chosen: Format, output: Path | None) -> None:
    """To a file where one is named, and for what no screen can show; else to standard output."""
    if chosen in (Format.PDF, Format.XLSX) and sys.stdout.isatty():
        output = output or Path(f"{reference}.{chosen}")
    if output is None:
        raw(made) if isinstance(made, bytes) else made()
        return
    output.write_bytes(made if isinstance(made, bytes) else _printed(made))
    err.print(f"Het overzicht staat in {output}")


def _printed(show: Callable[[], None]) -> bytes:
    with redirect_stdout(StringIO()) as said:
        show()
    return said.getvalue().encode()
