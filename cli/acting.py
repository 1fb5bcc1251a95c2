"""The command with which people decide: about a case, a dossier, or a selection of children in one."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlmodel import Session
from typer.core import TyperCommand

from acts.stop.selection import FIELD_NAMES, FIELDS, selection
from cli import choosing, moving
from cli.act_values import acts_in_detail, acts_in_words, acts_named, given_on_the_line
from cli.output import Json, NoPrefect, as_json, err, out, table, words
from flexroute import clock
from models.region.directory import load_region
from models.stop import overview as stop_overview
from models.store.database import current
from notifications.stop.report.children import missing_in_words
from rules.shared.person import AtRequest
from rules.shared.process import of_reference
from rules.shared.refusal import Refused
from rules.shared.region import Region

if TYPE_CHECKING:
    from acts import Act
    from acts.engine.act import Doubt


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("act", cls=_WithActs)(act)


class _WithActs(TyperCommand):
    """Its help names the acts: all of them, or the one that was typed."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        if named := acts_named(sys.argv):
            out.print(acts_in_detail(named))
        else:
            self.epilog = acts_in_words()
        super().format_help(ctx, formatter)


def act(
    name: Annotated[str, typer.Argument(help="De handeling, bijvoorbeeld beoordeling-gegeven.")],
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
            help="Met --stop: alle jeugdigen van het dossier die zo zijn, bijvoorbeeld staat=wacht-op-besluit. "
            f"Mag vaker. Kies uit: {', '.join(map(FIELD_NAMES.name_of, FIELDS))}.",
        ),
    ] = None,
    by: Annotated[
        str,
        typer.Option(help="Wie dit doet: de id of naam van een persoon of organisatie (zie: flexroute region export)."),
    ] = ...,  # type: ignore[assignment]
    person: Annotated[
        str | None,
        typer.Option(
            help="Wie dat namens --by doet: van een organisatie de id van een contactpersoon, of een naam; van een persoon de vervanger."
        ),
    ] = None,
    for_: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="ID",
            help="Voor welke organisatie --by dit vastlegt, op haar verzoek, bijvoorbeeld per telefoon. Dat kan bij enkele handelingen.",
        ),
    ] = None,
    with_: Annotated[
        str | None, typer.Option("--with", help="Waarden als JSON: @BESTAND, of @- voor wat u typt of doorstuurt.")
    ] = None,
    ask: Annotated[
        list[str] | None,
        typer.Option(metavar="VELD", help="Vraag om dit veld, bijvoorbeeld private of explanation. Mag vaker."),
    ] = None,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="Leg het vast zonder vraag, ook als het een vergissing kan zijn (voor scripts)."),
    ] = False,
    json: Json = False,
    no_prefect: NoPrefect = False,
) -> None:
    """Leg één besluit of antwoord vast; de casus gaat meteen verder. Voor jeugdigen in een dossier mag het voor een hele selectie.

    Namen mogen in het Nederlands of als code: hoofdletters, spaties en streepjes maken niet uit. Wat er bij één handeling hoort:
    flexroute act NAAM --help

    Voorbeeld: flexroute act besluit-team-zorgbemiddeling --case 1 --by tz-anna besluit=zorgbemiddelingstafel --ask reden

    Voorbeeld: flexroute act besluit-over-de-route --stop 1 --choose staat=wacht-op-besluit --by toegang-rotterdam akkoord=ja
    """
    from acts import act_for, acts
    from acts.engine.doubts import doubts_about
    from acts.engine.from_words import act_name, act_names, in_codes

    about = _about(case, stop, child or [], about_ or [], choose or [])
    stop = about[0] if stop else None
    typed, name = name, act_name(name, about[0] if about else None)
    if name not in acts():
        told = act_names().instead(typed) or f"kies uit: {', '.join(map(act_names().name_of, acts()))}"
        raise typer.BadParameter(f"'{typed}' bestaat niet; {told}", param_hint="NAME")
    one = act_for(name, about[0] if about else None)
    _for_whom(one, stop, child or [], choose or [])
    given, now = given_on_the_line(one.values, fields or [], with_, ask or []), clock.now()
    choices = [_parted(choice) for choice in choose or []]
    by, region = choosing.party(by)
    whom = by
    if for_ is not None:
        if person:
            raise typer.BadParameter("kies er één van", param_hint="--person en --for")
        whom, person = choosing.party(for_, "for")[0], AtRequest(by)
    answers: dict[str, Refused | None] = {}
    try:
        given = in_codes(one.values, given, region, about[0] if about else None)
        if not yes:
            _sure(doubts_about(current(), one, whom, given, now), json)
        with moving.runner(no_prefect) as runner:
            if choices and stop:
                answers, ended = runner.decide_chosen(
                    name, stop, lambda: _chosen(stop, choices), whom, given, now, person
                )
            elif len(about) > 1:
                answers, ended = runner.decide_each(name, about, whom, given, now, person)
            else:
                reference, ended = runner.decide(name, about[0] if about else None, whom, given, now, person)
    except Refused as refused:
        raise refused if json else _in_words(refused, one) from None
    if answers or choices:
        _say_each(one, answers, json)
    else:
        _say(name, reference, ended, json)
    if not json:
        moving.say_how(ended)
    if any(answers.values()):
        raise typer.Exit(1)


def _sure(doubts: Sequence[Doubt], json: bool) -> None:
    """Ask what may be a mistake. Raises Refused (`unconfirmed`) where nobody can answer, and typer.Abort for a no."""
    if not doubts:
        return
    asked = [(doubt.field, choosing.sentence(doubt.asked)) for doubt in doubts]
    if json or not sys.stdin or not sys.stdin.isatty():
        (field, first), *others = asked
        raise Refused("unconfirmed", f"{first} Klopt het toch? Doe het dan opnieuw met --yes.", field, others)
    from acts.engine.from_words import TRUTH

    for _, question in asked:
        err.print(question)
    while (answer := TRUTH.get(typer.prompt("Toch vastleggen? (ja of nee)", err=True).strip().casefold())) is None:
        pass
    if not answer:
        raise typer.Abort


TYPED = {  # what a refusal asks for: how it is typed here
    "vul een tekst in": "in JSON staat een tekst tussen aanhalingstekens",
    "leg hem vast als nieuwe casus": "nieuwe-casus=ja",
    "schrijf een bestaande dag": "jjjj-mm-dd mag ook",
}


def _as_typed(message: str) -> str:
    hints = "; ".join(hint for said, hint in TYPED.items() if said in message)
    return f"{message} ({hints})" if hints else message


def _in_words(refused: Refused, act: Act[Any]) -> Refused:
    """The same with its fields as people call them; for `choose` those are its own."""
    from acts.engine.in_words import field_in_words

    def told(field: str) -> str:
        said = field_in_words(act.values, field)
        return FIELD_NAMES.name_of(field) if said == field and field in FIELDS else said

    others = [(told(field), _as_typed(why)) for field, why in refused.others]
    return Refused(refused.code, _as_typed(refused.message), told(refused.field) if refused.field else None, others)


def _for_whom(act: Act[Any], stop: str | None, children: Sequence[str], choose: Sequence[str]) -> None:
    """An act on a child names children; one on a dossier names that."""
    label = act.kind.label if act.kind else act.makes
    if label == "child" and stop and not (children or choose):
        told = f"{words(act.name)} gaat over jeugdigen: noem er een met --child, of kies ze met --choose"
        raise typer.BadParameter(told, param_hint="--stop")
    if label == "stop" and (children or choose):
        raise typer.BadParameter(
            f"{words(act.name)} gaat over een heel dossier: noem dat met --stop", param_hint="--child"
        )


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
    found = [choosing.in_full(one, "child") for one in children] + [choosing.in_full(one) for one in others]
    return found or [choosing.in_full(one, label) for label, one in (("case", case), ("stop", stop)) if one]


def _chosen(stop: str, choices: Sequence[tuple[str, str]]) -> list[str]:
    """The children of a dossier that are so now. Raises Refused."""
    with current().reading() as session:
        return selection(session, load_region(session), stop, choices)


def _parted(choice: str) -> tuple[str, str]:
    field, equals, text = choice.partition("=")
    if not equals:
        raise typer.BadParameter(f"'{choice}' is geen VELD=WAARDE", param_hint="--choose")
    return choosing.one_of(FIELD_NAMES, field, "--choose"), text.strip()


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
        standing = words(
            "removed" if view.get("removed_on") else view.get("outcome") or view.get("step") or view.get("status")
        )
        what = "De casus staat nu bij" if label == "case" else "Dit staat nu op"
        out.print(f"{what}: {standing}." + (f" Aan zet: {who}." if who else ""))
    if view and (recorded_by := view.get("recorded_by")):
        out.print(f"Vastleggen doet: {' of '.join(map(region.name_of, recorded_by))}.")
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


def _say_each(act: Act[Any], answers: dict[str, Refused | None], json: bool) -> None:
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
    out.print(f"Vastgelegd: {words(act.name)} · {len(answers) - len(refused)} van de {len(answers)} jeugdigen.")
    if refused:
        table(
            "Niet vastgelegd",
            [
                {"jeugdige": child, "veld": no.field or "", "reden": no.message}
                for child, no in ((child, _in_words(no, act)) for child, no in refused.items())
            ],
        )
