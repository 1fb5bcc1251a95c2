"""Commands with which people decide: act, import-referrals."""

from __future__ import annotations

import json as json_format
import re
from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from cli import moving
from cli.output import Json, NoPrefect, as_json, out, table, words
from flexroute import clock
from models import overview
from models.database import current
from models.directory import load_region
from rules.values import Ground


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("act", epilog=_acts_in_words())(act)
    app.command("import-referrals")(import_referrals)


def _acts_in_words() -> str:
    from acts import VALUES, WHO

    lines = [
        f"- **{name}** ({words(name)}; door {WHO[name]}): {', '.join(_field(f, info) for f, info in kind.model_fields.items())}"
        for name, kind in VALUES.items()
    ]
    nested = (
        "Antwoorden van meer partijen gaan als JSON, bijvoorbeeld: "
        '--with \'{"on": "2026-03-10", "answers": [{"provider": "sys-zuid", "can_deliver": false, "explanation": "Vol"}]}\'. '
        "Een onderaannemer heeft dezelfde velden als een antwoord. "
        "delivered_by is provider (de aanbieder zelf), table (de tafel) of een id.\n\n"
    )
    return nested + "Handelingen en hun velden; tussen \\[ ] hoeft niet altijd:\n\n" + "\n".join(lines)


def _field(name: str, info: FieldInfo) -> str:
    """A field with the values to choose from; between brackets when it may be left out."""
    choices = re.findall(r"'([^']+)'", str(info.annotation)) if "Literal" in str(info.annotation) else []
    if "Ground" in str(info.annotation):
        choices = list(Ground)
    text = f"{name}={'|'.join(choices)}" if choices else name
    return text if info.is_required() else f"\\[{text}]"


def act(
    name: Annotated[str, typer.Argument(help="De handeling, bijvoorbeeld record_assessment.")],
    fields: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VELD=WAARDE]...", help="De waarden. Meer waarden in één veld: met komma's."),
    ] = None,
    case: Annotated[str | None, typer.Option(help="Het kenmerk van de casus, bijvoorbeeld ZB-2026-000001.")] = None,
    by: Annotated[
        str,
        typer.Option(help="Wie dit doet: een id van een persoon of organisatie (zie: flexroute region export)."),
    ] = ...,  # type: ignore[assignment]
    with_: Annotated[str | None, typer.Option("--with", help="Waarden als JSON, of @BESTAND met JSON.")] = None,
    json: Json = False,
    no_prefect: NoPrefect = False,
) -> None:
    """Leg één besluit of antwoord vast; de casus gaat meteen verder.

    Voorbeeld: flexroute act decide_mediation --case ZB-2026-000001 --by tz-anna outcome=table reason="Bespreken aan de tafel"
    """
    from acts import VALUES

    if name not in VALUES:
        raise typer.BadParameter(f"'{name}' bestaat niet; kies uit: {', '.join(VALUES)}", param_hint="NAME")
    given = _given(name, fields or [], with_)
    now = clock.now()
    with moving.runner(no_prefect) as runner:
        reference, ended = runner.decide(name, case, by, given, now)
    with current().reading() as session:
        region = load_region(session)
        view = overview.of_case(session, region, reference, clock.local_date(now))
    if json:
        as_json(
            {
                "ok": True,
                "reference": reference,
                "tracked": ended.tracked,
                "attention": ended.message if ended.attention else None,
                "case": view,
            }
        )
        return
    out.print(f"Vastgelegd: {words(name)} · {reference}")
    if view:
        who = ", ".join(region.name_of(ident) for ident in view["waiting_for"])
        out.print(
            f"De casus staat nu bij: {words(view['outcome'] or view['step'])}." + (f" Aan zet: {who}." if who else "")
        )
    moving.say_how(ended)


def _given(name: str, fields: list[str], with_: str | None) -> dict[str, Any]:
    from acts import VALUES

    given = _from_json(with_) if with_ else {}
    if not isinstance(given, dict):
        raise typer.BadParameter('hier horen velden met een waarde: {"veld": "waarde"}', param_hint="--with")
    many: dict[str, list[str]] = defaultdict(list)
    for item in fields:
        field, equals, value = item.partition("=")
        if not equals or not field:
            raise typer.BadParameter(f"'{item}' is geen VELD=WAARDE", param_hint="VELD=WAARDE")
        many[field].append(value)
    for field, values in many.items():
        info = VALUES[name].model_fields.get(field)
        kinds = (info.annotation, *get_args(info.annotation)) if info else ()
        a_list = any(get_origin(kind) is tuple for kind in kinds)
        if len(values) > 1 and not a_list:
            raise typer.BadParameter(f"'{field}' staat er meer dan één keer", param_hint="VELD=WAARDE")
        if values[0].startswith(("[", "{")) and (a_list or field == "private"):
            given[field] = _from_json(values[0])
        elif a_list:
            given[field] = [part.strip() for value in values for part in value.split(",")]
        else:
            given[field] = values[0]
    return given


def _from_json(text: str) -> Any:
    try:
        if text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8")
        value = json_format.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(
            f"het bestand kan niet worden gelezen ({type(error).__name__})", param_hint="--with"
        ) from None
    except json_format.JSONDecodeError as error:
        raise typer.BadParameter(
            f"dit is geen geldige JSON (regel {error.lineno}, teken {error.colno})", param_hint="--with"
        ) from None
    except (ValueError, RecursionError):  # a number or a nesting without end
        raise typer.BadParameter("dit is geen bruikbare JSON", param_hint="--with") from None
    return value


def import_referrals(
    file: Annotated[Path, typer.Argument(help="CSV of XLSX met een kopregel in het Nederlands of Engels.")],
    by: Annotated[str, typer.Option(help="Wie dit doet: de id van een verwijzer of zorgbemiddelaar.")],
    json: Json = False,
    no_prefect: NoPrefect = False,
) -> None:
    """Neem verwijzingen uit een bestand over. Goede regels gaan erin, elke foute regel wordt gemeld; twee keer kan geen kwaad.

    Kolommen: eigen kenmerk, verwijzer, verwijsroute, opdracht, aanbieder, ontvangen op, gemeentecode; verder naar keuze forensisch,
    verblijf, treeknorm weken, zorgvorm, leeftijdsgroep, spoed, naam, geboortedatum, bsn.
    """
    from cli.referral_file import import_referrals as take_in

    now = clock.now()
    done = take_in(current(), file, by, now)
    references = [reference for _, reference in done.new]
    with moving.runner(no_prefect) as runner:
        ended = runner.move(
            references if len(references) <= 50 else None, f"import · {len(references)} verwijzingen", now
        )
    if json:
        as_json(
            {
                "ok": not done.wrong,
                "new": [{"line": line, "reference": ref} for line, ref in done.new],
                "known": [{"line": line, "reference": ref} for line, ref in done.known],
                "wrong": [{"line": w.line, "column": w.column, "reason": w.reason} for w in done.wrong],
                "tracked": ended.tracked,
            }
        )
    else:
        out.print(f"{len(done.new)} nieuw, {len(done.known)} al bekend, {len(done.wrong)} fout.")
        for line, reference in done.new:
            out.print(f"  regel {line}: {reference}", markup=False)
        if done.wrong:
            table("Niet overgenomen", [{"regel": w.line, "kolom": w.column, "reden": w.reason} for w in done.wrong])
        moving.say_how(ended)
    if done.wrong:
        raise typer.Exit(1)
