"""The values of an act as people type them on the command line, and which there are."""

from __future__ import annotations

import json as json_format
import sys
from collections import defaultdict
from collections.abc import Sequence
from enum import EnumMeta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from acts.engine.act import doers
from acts.engine.in_words import OF_YOUTH
from cli import choosing
from cli.output import err, words
from flexroute.errors import why
from rules.shared.process import processes
from rules.shared.values import PRIVATE, Values

if TYPE_CHECKING:
    from acts import Act

WITH_AN_OPTION = ("case", "stop", "child")  # everything else is named with --about
HOW = (
    "Handelingen, velden en waarden mogen in het Nederlands of als code (tussen haakjes); hoofdletters, spaties en streepjes maken niet "
    "uit. Tussen [ ] hoeft niet altijd. Een dag is jjjj-mm-dd of d-m-jjjj. Waar of niet waar is ja of nee (J of N). De namen en ids van "
    "personen en organisaties, en de codes van zorgvormen, staan in: flexroute region export."
)
MANY = (
    "Antwoorden van meer partijen gaan als JSON in een bestand (--with @BESTAND), bijvoorbeeld: "
    '{"on": "2026-03-10", "answers": [{"provider": "sys-zuid", "can_deliver": false, "explanation": "Vol"}]}. '
    "Een onderaannemer heeft dezelfde velden als een antwoord."
)

OPEN = (
    "wat hier staat, is te lezen in de lijst van processen van deze computer. Gegevens van een jeugdige geeft u met "
    "--with @- (typ of stuur de JSON), met --with @BESTAND, of laat u vragen met --ask private"
)


def acts_named(line: Sequence[str]) -> list[Act[Any]]:
    """The acts among what somebody typed, by name or in words."""
    from acts import acts
    from acts.engine.from_words import act_names

    names = {code for text in line for code in act_names().codes(text)}
    return [act for name, those in acts().items() if name in names for act in those]


def acts_in_detail(acts: Sequence[Act[Any]]) -> str:
    """For the help of one act: who may do it, how it is recorded, and its fields, each on a line."""
    return "\n".join([*(line for act in acts for line in _in_detail(act)), "", HOW, "", MANY, ""])


def _in_detail(act: Act[Any]) -> list[str]:
    label = act.kind.label if act.kind else None
    whom = f"{f'--{label}' if label in WITH_AN_OPTION else '--about'} KENMERK " if label else ""
    return [
        "",
        f"{words(act.name)} ({act.name})",
        f"  door: {doers(act)}{' (met --for)' if act.at_request else ''}",
        f"  zo: flexroute act {typed(words(act.name))} {whom}--by WIE VELD=WAARDE …",
        "  velden:",
        *(f"    {_field(name, info)}" for name, info in act.values.model_fields.items()),
    ]


def typed(name: str) -> str:
    """A name in words as it can be typed without quotes."""
    return "-".join(name.split())


def acts_in_words() -> str:
    """For the help: every act; who may do it, and its fields."""
    said = [HOW.replace("[", "\\[")]
    for process in processes():
        own = [f"--{rows.label}" for rows in process.subjects if rows.label in WITH_AN_OPTION]
        options = " of ".join(own or ["--about"])
        said += [f"Handelingen in het proces {process.title} (met {options}):", _listed([*process.acts.values()])]
    return "\n\n".join([*said, MANY])


def _listed(acts: Sequence[Act[Any]]) -> str:
    return "\n".join(
        f"- **{words(act.name)}** ({act.name}; door {doers(act)}): "
        + ", ".join(_named(name, info).replace("[", "\\[") for name, info in act.values.model_fields.items())
        for act in acts
    )


def _named(name: str, info: FieldInfo) -> str:
    """A field as people type it, with its code; between brackets when it may be left out."""
    text = typed(info.title or name)
    return f"{text} ({name})" if info.is_required() else f"[{text}] ({name})"


def _field(name: str, info: FieldInfo) -> str:
    """The same, with the values to choose from, each on a line."""
    choices = [str(one) for one in info.examples or _choices(info.annotation)]
    said = [one if words(one) == one else f"{words(one)} ({one})" for one in choices]
    hint = [f"({info.description})"] if info.description else []
    return "\n        ".join([f"{_named(name, info)}{':' if said else ''}", *said, *hint])


def _choices(annotation: Any) -> list[Any]:
    """The values of an enumeration or a Literal, also within a list or where nothing may be given."""
    if isinstance(annotation, EnumMeta):
        return list(annotation)
    parts = get_args(annotation)
    return list(parts) if get_origin(annotation) is Literal else [one for part in parts for one in _choices(part)]


def given_on_the_line(kind: type[Values], fields: list[str], with_: str | None, ask: list[str]) -> dict[str, Any]:
    """The values for an act of this kind, from FIELD=VALUE, from JSON, and asked for. Raises typer.BadParameter."""
    from acts.engine.from_words import field_names

    names, twice = field_names(kind), "'{}' staat er meer dan één keer"
    sent = _from_json(with_) if with_ else {}
    if not isinstance(sent, dict):
        raise typer.BadParameter('hier horen velden met een waarde: {"veld": "waarde"}', param_hint="--with")
    given = {choosing.or_itself(names, text): value for text, value in sent.items()}
    if PRIVATE in given and not (with_ or "").startswith("@"):
        raise typer.BadParameter(OPEN, param_hint="--with")
    if len(given) < len(sent):
        raise typer.BadParameter(twice.format("een veld"), param_hint="--with")
    many: dict[str, list[str]] = defaultdict(list)
    for item in fields:
        text, equals, value = item.partition("=")
        if not equals or not text:
            raise typer.BadParameter(f"'{item}' is geen VELD=WAARDE", param_hint="VELD=WAARDE")
        if (field := choosing.or_itself(names, text)) == PRIVATE:
            raise typer.BadParameter(OPEN, param_hint=PRIVATE)
        many[field].append(value)
    for field, values in many.items():
        info = kind.model_fields.get(field)
        kinds = (info.annotation, *get_args(info.annotation)) if info else ()
        a_list = any(get_origin(kind) is tuple for kind in kinds)
        if len(values) > 1 and not a_list:
            raise typer.BadParameter(twice.format(field), param_hint="VELD=WAARDE")
        if values[0].startswith(("[", "{")) and a_list:
            given[field] = _from_json(values[0])
        elif a_list:
            given[field] = [part.strip() for value in values for part in value.split(",")]
        else:
            given[field] = values[0]
    return given | {field: _asked(kind, field) for field in (choosing.one_of(names, one, "--ask") for one in ask)}


def _asked(kind: type[Values], field: str) -> Any:
    """What somebody types when asked, so that it stands on no command line. Raises typer.BadParameter, typer.Abort."""
    if field != PRIVATE:
        return typer.prompt(kind.model_fields[field].title or field, err=True)
    said = {
        name: typer.prompt(f"{asked} (mag leeg)", "", show_default=False, err=True) for name, asked in OF_YOUTH.items()
    }
    return {name: text.strip() for name, text in said.items() if text.strip()}


def _from_json(text: str) -> Any:
    try:
        if text == "@-":
            text = _sent()
        elif text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8-sig")
        value = json_format.loads(text, parse_constant=_no_number)
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"het bestand kan niet worden gelezen ({why(error)})", param_hint="--with") from None
    except json_format.JSONDecodeError as error:
        raise typer.BadParameter(
            f"dit is geen geldige JSON (regel {error.lineno}, teken {error.colno})", param_hint="--with"
        ) from None
    except (ValueError, RecursionError):  # a number or a nesting without end
        raise typer.BadParameter("dit is geen bruikbare JSON", param_hint="--with") from None
    return value


def _sent() -> str:
    """What comes in on standard input: typed, or UTF-8 as in a file."""
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        err.print("Typ de waarden als JSON; sluit af met Enter en Ctrl-D (in Windows Ctrl-Z en Enter).")
        return sys.stdin.read()
    return sys.stdin.buffer.read().decode("utf-8-sig")


def _no_number(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity: Python reads them, JSON has none
