"""Commands with which people look at cases: cases, case."""

from __future__ import annotations

from typing import Annotated

import typer

from acts.engine.act import doers
from cli import choosing, in_full
from cli.act_values import typed
from cli.output import Json, as_json, as_json_pages, day, out, tables, words
from cli.timeline import show
from flexroute import clock
from models.flex import overview
from models.region.directory import load_region
from models.store.database import current
from models.views.case import CaseView
from models.views.timeline import timeline
from notifications.flex.case_words import what_it_is
from processes.flex import FLEX
from rules.flex.route import STEP_INFO, Step, acts_at, asks
from rules.shared.refusal import Refused
from rules.shared.region import Region


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (cases, case):
        app.command()(command)


def cases(
    step: Annotated[
        str | None, typer.Option(help="Alleen casussen bij deze stap, bijvoorbeeld warme-overdracht.")
    ] = None,
    waiting_for: Annotated[
        str | None, typer.Option(help="Alleen casussen die op deze persoon of organisatie wachten.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Ook afgesloten casussen.")] = False,
    json: Json = False,
) -> None:
    """Welke casussen zijn er, waar staan ze, wie is aan zet en wanneer moet het klaar zijn?"""
    at = choosing.one_of(Step, step, "--step")
    with current().reading() as session:
        region = load_region(session)
    who = choosing.somebody(region, waiting_for)
    pages = overview.of_all(current(), region, clock.local_date(clock.now()), at and Step(at), all_, who)
    if json:
        as_json_pages([view.model_dump() for view in page] for page in pages)
    else:
        tables("Casussen", ([case_row(region, view) for view in page] for page in pages))


def case_row(region: Region, view: CaseView) -> dict[str, str]:
    """One case as people look at it: reference, opdracht, step, who must act, by when."""
    planned, until = view.agenda, ""
    if view.due:
        until = f"{day(view.due)}{' (te laat)' if view.overdue else ''}"
    elif planned:
        until = f"tafel op {day(planned.on)}"
    elif view.waiting_for and view.treeknorm_date:
        until = f"start uiterlijk {day(view.treeknorm_date)}"
    return {
        "kenmerk": view.reference + (" (spoed)" if view.urgent else ""),
        "opdracht": view.opdracht,
        "stap": words(view.outcome) if view.outcome else words(view.step),
        "ronde": str(view.round),
        "aan zet": ", ".join(region.name_of(ident) for ident in view.waiting_for),
        "wanneer": until,
        "let op": ", ".join(words(code) for code in view.signals)
        + (f" apart gezet: {view.trouble}" if view.trouble else ""),
    }


def case(
    reference: Annotated[str, typer.Argument(help="Het kenmerk, bijvoorbeeld ZB-2026-000001; of kort: 1.")],
    full: in_full.Full = False,
    by: in_full.By = None,
    person: in_full.Person = None,
    youth: in_full.YouthToo = False,
    json: Json = False,
) -> None:
    """Eén casus: waar gaat het om, wat is er gebeurd, op wie wordt gewacht en waarom (met de zin uit het document)?"""
    in_full.hold(full, by, person, youth)
    today, reference = clock.local_date(clock.now()), choosing.in_full(reference, "case")
    with current().reading() as session:
        region = load_region(session)
        view = overview.of_case(session, region, reference, today)
        if view is None:
            raise Refused("not_found", f"Er is geen casus met kenmerk {reference}.", "case")
        told = timeline(session, reference)
    said = in_full.read(reference, by, person, youth) if full and by else None
    if json:
        info = STEP_INFO[Step(view.step)]
        why = {"requirement": info.requirement, "sentence": info.sentence}
        as_json({**view.model_dump(), "why": why, **told.model_dump(exclude_none=True), **in_full.as_keys(said)})
        return
    _standing(region, view)
    show(region, told)
    in_full.show(region, said)


def _standing(region: Region, view: CaseView) -> None:
    """What it is, where it stands, who is asked what, why, and how to record the answer."""
    info, (reference, _, *standing) = STEP_INFO[Step(view.step)], case_row(region, view).items()
    owner = [("nu bij", region.name_of(view.owner))] if view.owner != view.provider else []
    for label, value in (reference, *what_it_is(region, view), *owner, *standing):
        _line(label, value)
    if view.waiting_for:
        _line("legt vast", " of ".join(map(region.name_of, view.recorded_by)))
        _line("gevraagd", asks(Step(view.step), view.procedure_check))
        _line("waarom", f"“{info.sentence}” ({info.requirement})")
        for name in acts_at(Step(view.step)):
            _line("vastleggen", f"{typed(words(name))} (door {doers(FLEX.acts[name])})")
        _line("met", f"flexroute act NAAM --case {view.reference} --by WIE VELD=WAARDE …")
    if view.stop_child:
        _line("dossier", f"jeugdige {view.stop_child} van een aanbieder die stopt; de start eerst daar vastleggen")
    if view.treeknorm_date:
        _line("treeknorm", f"uiterlijk starten op {day(view.treeknorm_date)}")
    _line("volgorde", ", ".join(map(region.name_of, view.candidates)))
    for flex, reason in view.excluded.items():
        _line("niet bij", f"{region.name_of(flex)} ({words(reason)})")


def _line(label: str, value: str) -> None:
    if value:
        out.print(f"{label:>13}: {value}")
