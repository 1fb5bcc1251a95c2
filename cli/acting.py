"""The command with which people decide: about a case, a dossier, or a selection of children in one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from cli import moving
from cli.choosing import FIELDS, chosen
from cli.given import acts_in_words, given_on_the_line
from cli.output import Json, NoPrefect, as_json, out, table, words
from flexroute import clock
from models.flex import overview
from models.region.directory import load_region
from models.stop import overview as stop_overview
from models.stop.history import is_of_stop
from models.store.database import current
from notifications.stop.report.children import missing_in_words
from rules.shared.cleaning import one_line
from rules.shared.refusal import Refused


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
    from acts import STOP_ACTS, VALUES, values_of

    by, case, stop = one_line(by), case and one_line(case), stop and one_line(stop)
    child = [one_line(one) for one in child or []]
    if name not in {*VALUES, *STOP_ACTS}:
        raise typer.BadParameter(
            f"'{name}' bestaat niet; kies uit: {', '.join({**VALUES, **dict.fromkeys(STOP_ACTS)})}", param_hint="NAME"
        )
    _for_whom(name, stop, child, choose or [])
    about = _about(case, stop, child, choose or [])
    kind = values_of(name, about[0] if about else None)
    if kind is None:
        raise Refused("not_found", f"'{name}' gaat niet over {', '.join(about) or 'niets'}.", "case")
    given, now = given_on_the_line(kind, fields or [], with_, ask or []), clock.now()
    _known(by)
    with moving.runner(no_prefect) as runner:
        if choose and stop:
            answers, ended = runner.decide_chosen(name, stop, lambda: _chosen(stop, choose), by, given, now)
        elif len(about) > 1:
            answers, ended = runner.decide_each(name, about, by, given, now)
        else:
            reference, ended = runner.decide(name, about[0] if about else None, by, given, now)
            answers = {}
    if answers or choose:
        _say_each(name, answers, json)
    else:
        _say(name, reference, ended, json)
    if not json:
        moving.say_how(ended)
    if any(answers.values()):
        raise typer.Exit(1)


def _for_whom(name: str, stop: str | None, children: Sequence[str], choose: Sequence[str]) -> None:
    """An act on a child names children; one on a dossier names that."""
    from acts.stop import CHILD_ACTS, DOSSIER_ACTS

    if name in (*CHILD_ACTS, "enter_flex_route") and stop and not (children or choose):
        told = f"{name} gaat over jeugdigen: noem er een met --child, of kies ze met --choose"
        raise typer.BadParameter(told, param_hint="--stop")
    if name in (*DOSSIER_ACTS, "register_stop", "add_child") and children:
        raise typer.BadParameter(f"{name} gaat over een heel dossier: noem dat met --stop", param_hint="--child")


def _known(by: str) -> None:
    """Somebody with a wrong role hears what role it takes; somebody who is not there at all, how to find the id."""
    with current().reading() as session:
        region = load_region(session)
    if by not in region.organisation and by not in region.person:
        told = f"'{by}' is geen id van een persoon of organisatie. De ids staan in: flexroute region export"
        raise Refused("forbidden", told, "by")


def _about(case: str | None, stop: str | None, children: Sequence[str], choose: Sequence[str]) -> list[str]:
    """The references that the act is about: a case, a dossier (also to choose children in), or children."""
    named = [option for option, given in (("--case", case), ("--stop", stop), ("--child", children)) if given]
    if len(named) > 1:
        raise typer.BadParameter("kies er één van", param_hint=" en ".join(named))
    if choose and not stop:
        raise typer.BadParameter("zeg met --stop in welk dossier", param_hint="--choose")
    return list(children) or [reference for reference in (case, stop) if reference]


def _chosen(stop: str, choose: Sequence[str]) -> list[str]:
    """The children of a dossier that are so now."""
    with current().reading() as session:
        return chosen(session, load_region(session), stop, choose)


def _say(name: str, reference: str, ended: Any, json: bool) -> None:
    """What was recorded, and where it stands now."""
    others: list[str] = []
    with current().reading() as session:
        region, today = load_region(session), clock.local_date(clock.now())
        if is_of_stop(reference):
            of_child = stop_overview.of_child(session, region, reference, today)
            view = of_child or stop_overview.of_dossier(session, region, reference, today)
            others = stop_overview.other_dossiers(session, reference) if name == "register_stop" else []
        else:
            view = overview.of_case(session, region, reference, today)
    if json:
        as_json(
            {
                "ok": True,
                "reference": reference,
                "tracked": ended.tracked,
                "attention": ended.message if ended.attention else None,
                "stop" if is_of_stop(reference) else "case": view,
            }
        )
        return
    out.print(f"Vastgelegd: {words(name)} · {reference}")
    if view:
        who = ", ".join(region.name_of(ident) for ident in view["waiting_for"])
        standing = words(view.get("outcome") or view.get("step") or view.get("status"))
        what = "Dit staat nu op" if is_of_stop(reference) else "De casus staat nu bij"
        out.print(f"{what}: {standing}." + (f" Aan zet: {who}." if who else ""))
    if view and (still := missing_in_words(view.get("missing", ()))):
        out.print(f"Ontbreekt nog: {', '.join(still)}.")
    if others:
        out.print(f"Let op: deze aanbieder heeft nog een open dossier: {', '.join(others)}.")


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
