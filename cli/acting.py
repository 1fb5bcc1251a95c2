"""The command with which people decide: about a case, a dossier, or a selection of children in one."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlmodel import Session
from typer.core import TyperCommand

from acts.stop.selection import FIELDS, selection
from cli import moving
from cli.act_values import acts_in_words, given_on_the_line
from cli.output import Json, NoPrefect, as_json, out, table, words
from flexroute import clock
from models.region.directory import load_region
from models.stop import overview as stop_overview
from models.store.database import current
from notifications.stop.report.children import missing_in_words
from rules.shared.cleaning import one_line
from rules.shared.process import of_reference
from rules.shared.refusal import Refused
from rules.shared.region import Region

if TYPE_CHECKING:
    from acts import Act


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("act", cls=_WithActs)(act)


class _WithActs(TyperCommand):
    """Its help names the acts: all of them, or the one that was typed."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.epilog = acts_in_words(sys.argv)
        super().format_help(ctx, formatter)


def act(
    name: Annotated[str, typer.Argument(help="De handeling, bijvoorbeeld record_assessment.")],
    fields: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VELD=WAARDE]...", help="De waarden. Meer waarden in één veld: met komma's."),
    ] = None,
    case: Annotated[str | None, typer.Option(help="Het kenmerk van de casus, bijvoorbeeld ZB-2026-000001.")] = None,
    stop: Annotated[
        str | None, typer.Option(help="Het kenmerk van het dossier van een stoppende aanbieder: ST-2026-000001.")
    ] = None,
    child: Annotated[
        list[str] | None, typer.Option(help="Een jeugdige in een dossier: ST-2026-000001-0001. Mag vaker.")
    ] = None,
    about_: Annotated[
        list[str] | None, typer.Option("--about", help="Een kenmerk, van wat dan ook. Mag vaker: voor elk hetzelfde.")
    ] = None,
    choose: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VELD=WAARDE",
            help="Met --stop: alle jeugdigen van het dossier die zo zijn, bijvoorbeeld status=waiting_for_decision. "
            f"Mag vaker. Kies uit: {', '.join(FIELDS)}.",
        ),
    ] = None,
    by: Annotated[
        str,
        typer.Option(help="Wie dit doet: een id van een persoon of organisatie (zie: flexroute region export)."),
    ] = ...,  # type: ignore[assignment]
    person: Annotated[
        str | None,
        typer.Option(help="Wie dat namens de organisatie doet: de id van een contactpersoon, of een naam."),
    ] = None,
    with_: Annotated[
        str | None, typer.Option("--with", help="Waarden als JSON: @BESTAND, of @- voor wat u typt of doorstuurt.")
    ] = None,
    ask: Annotated[
        list[str] | None,
        typer.Option(metavar="VELD", help="Vraag om dit veld, bijvoorbeeld private of explanation. Mag vaker."),
    ] = None,
    json: Json = False,
    no_prefect: NoPrefect = False,
) -> None:
    """Leg één besluit of antwoord vast; de casus gaat meteen verder. Voor jeugdigen in een dossier mag het voor een hele selectie.

    Voorbeeld: flexroute act decide_mediation --case ZB-2026-000001 --by tz-anna outcome=table reason="Bespreken aan de tafel"

    Voorbeeld: flexroute act decide_route --stop ST-2026-000001 --choose status=waiting_for_decision --by toegang-rotterdam agreed=ja
    """
    from acts import act_for, acts

    by, case, stop = one_line(by), case and one_line(case), stop and one_line(stop)
    child = [one_line(one) for one in child or []]
    if name not in acts():
        raise typer.BadParameter(f"'{name}' bestaat niet; kies uit: {', '.join(acts())}", param_hint="NAME")
    about = _about(case, stop, child, about_ or [], choose or [])
    one = act_for(name, about[0] if about else None)
    _for_whom(one, stop, child, choose or [])
    given, now = given_on_the_line(one.values, fields or [], with_, ask or []), clock.now()
    _known(by)
    with moving.runner(no_prefect) as runner:
        if choose and stop:
            answers, ended = runner.decide_chosen(name, stop, lambda: _chosen(stop, choose), by, given, now, person)
        elif len(about) > 1:
            answers, ended = runner.decide_each(name, about, by, given, now, person)
        else:
            reference, ended = runner.decide(name, about[0] if about else None, by, given, now, person)
            answers = {}
    if answers or choose:
        _say_each(name, answers, json)
    else:
        _say(name, reference, ended, json)
    if not json:
        moving.say_how(ended)
    if any(answers.values()):
        raise typer.Exit(1)


def _for_whom(act: Act[Any], stop: str | None, children: Sequence[str], choose: Sequence[str]) -> None:
    """An act on a child names children; one on a dossier names that."""
    label = act.kind.label if act.kind else act.makes
    if label == "child" and stop and not (children or choose):
        told = f"{act.name} gaat over jeugdigen: noem er een met --child, of kies ze met --choose"
        raise typer.BadParameter(told, param_hint="--stop")
    if label == "stop" and (children or choose):
        raise typer.BadParameter(f"{act.name} gaat over een heel dossier: noem dat met --stop", param_hint="--child")


def _known(by: str) -> None:
    """Somebody with a wrong role hears what role it takes; somebody who is not there at all, how to find the id."""
    with current().reading() as session:
        region = load_region(session)
    if by not in region.organisation and by not in region.person:
        told = f"'{by}' is geen id van een persoon of organisatie. De ids staan in: flexroute region export"
        raise Refused("forbidden", told, "by")


def _about(
    case: str | None, stop: str | None, children: Sequence[str], others: Sequence[str], choose: Sequence[str]
) -> list[str]:
    """The references that the act is about: a case, a dossier (also to choose children in), children, or anything else."""
    options = (("--case", case), ("--stop", stop), ("--child", children), ("--about", others))
    named = [option for option, given in options if given]
    if len(named) > 1:
        raise typer.BadParameter("kies er één van", param_hint=" en ".join(named))
    if choose and not stop:
        raise typer.BadParameter("zeg met --stop in welk dossier", param_hint="--choose")
    return [*children, *map(one_line, others)] or [reference for reference in (case, stop) if reference]


def _chosen(stop: str, choose: Sequence[str]) -> list[str]:
    """The children of a dossier that are so now. Raises Refused, and typer.BadParameter for what nobody can choose by."""
    choices = [_parted(choice) for choice in choose]
    with current().reading() as session:
        return selection(session, load_region(session), stop, choices)


def _parted(choice: str) -> tuple[str, str]:
    field, equals, text = choice.partition("=")
    if not equals:
        raise typer.BadParameter(f"'{choice}' is geen VELD=WAARDE", param_hint="--choose")
    if field not in FIELDS:
        raise typer.BadParameter(f"'{field}' kan niet; kies uit: {', '.join(FIELDS)}", param_hint="--choose")
    return field, text.strip()


def _say(name: str, reference: str, ended: Any, json: bool) -> None:
    """What was recorded, and where it stands now."""
    others: list[str] = []
    with current().reading() as session:
        region, today = load_region(session), clock.local_date(clock.now())
        label, view = _standing(session, region, reference, today)
        if name == "register_stop":
            others = stop_overview.other_dossiers(session, reference)
    if json:
        as_json(
            {
                "ok": True,
                "reference": reference,
                "tracked": ended.tracked,
                "attention": ended.message if ended.attention else None,
                label: view,
            }
        )
        return
    out.print(f"Vastgelegd: {words(name)} · {reference}")
    if view:
        who = ", ".join(region.name_of(ident) for ident in view["waiting_for"])
        standing = words(view.get("outcome") or view.get("step") or view.get("status"))
        what = "De casus staat nu bij" if label == "case" else "Dit staat nu op"
        out.print(f"{what}: {standing}." + (f" Aan zet: {who}." if who else ""))
    if view and (still := missing_in_words(view.get("missing", ()))):
        out.print(f"Ontbreekt nog: {', '.join(still)}.")
    if others:
        out.print(f"Let op: deze aanbieder heeft nog een open dossier: {', '.join(others)}.")


def _standing(session: Session, region: Region, reference: str, today: date) -> tuple[str, Mapping[str, Any] | None]:
    """How it stands, and under which name (of the first kind of subject of its process) a program finds that."""
    process = of_reference(reference)
    if process is None:
        return "case", None
    seen = (process.views[subject.label].of(session, region, reference, today, {})[1] for subject in process.subjects)
    return process.subjects[0].label, next(filter(None, seen), None)


def _say_each(name: str, answers: dict[str, Refused | None], json: bool) -> None:
    """One answer per child."""
    refused = {child: no for child, no in answers.items() if no}
    if json:
        as_json(
            {
                "ok": not refused,
                "answers": [
                    {"child": child, **dict.fromkeys(("refused", "field", "message"))}
                    | ({"refused": no.code, "field": no.field, "message": no.message} if no else {})
                    for child, no in answers.items()
                ],
            }
        )
        return
    if not answers:
        out.print("Geen jeugdige past bij deze keuze. Er is niets vastgelegd.")
        return
    out.print(f"Vastgelegd: {words(name)} · {len(answers) - len(refused)} van de {len(answers)} jeugdigen.")
    if refused:
        table(
            "Niet vastgelegd",
            [
                {"jeugdige": child, "veld": no.field or "", "reden": f"{no.message} ({no.code})"}
                for child, no in refused.items()
            ],
        )
