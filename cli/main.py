"""The command line. Exit codes: 0 done, 1 refused or failed, 2 wrong use."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from errno import ENOSPC, EPIPE
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

import processes  # noqa: F401 - they register themselves
from cli import (
    acting,
    answers,
    attention,
    cases,
    children,
    claims,
    contacts,
    deputies,
    letters,
    moving,
    notes,
    portal,
    practice,
    referrals,
    regions,
    stops,
    tables,
    where,
    work,
)
from cli.output import Unwritten, as_json, err, let_go, out, ready_streams
from cli.wrong_use import in_dutch
from flexroute import log, progress
from flexroute.errors import UserError, why
from flexroute.private_files import write_privately
from rules.shared.refusal import Refused, shortened

NO_FIELDS = (None, "with", "reference", "case")  # what a refusal may point at that nobody typed as a field
OPTIONS = {"by": "--by", "for": "--for", "youth": "--youth"}
UNCONFIRMED = "Niet vastgelegd, het kan een vergissing zijn"


def _version(asked: bool) -> None:
    if asked:
        out.print(f"Flexroute {metadata.version('flexroute')}")
        raise typer.Exit


app = typer.Typer(
    name="flexroute",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="""Flexroute: brengt casussen jeugdhulp stap voor stap langs de flexroute van de GRJR.

Begin met **flexroute init**, haal verwijzingen op met **flexroute import-referrals**, kijk met **flexroute cases** wie aan zet is en leg
antwoorden vast met **flexroute act**. Oefenen kan met **flexroute demo**.""",
)


@app.callback()
def _of_all(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Welke versie dit is.")
    ] = False,
) -> None:
    """What every command shares."""


for family in (
    acting,
    answers,
    referrals,
    children,
    work,
    claims,
    cases,
    notes,
    stops,
    tables,
    letters,
    attention,
    moving,
    portal,
    where,
    regions,
    contacts,
    deputies,
    practice,
):
    family.add_to(app)


def program() -> None:
    """What `flexroute` starts. What is imported stays, so garbage collections, many among thousands of children, pass over it."""
    gc.freeze()
    write_privately()
    ready_streams()
    main()


def main() -> None:
    """Run the command line; a user never sees a stack trace (FLEXROUTE_DEBUG=1 shows it to who mends the program)."""
    progress.begin()
    try:
        code = _outcome()
        let_go()
    except Unwritten:
        err.print(
            "De uitvoer kan niet worden geschreven: de schijf is vol, of het programma dat meelas is gestopt. "
            "Wat is vastgelegd, blijft staan."
        )
        code = 1
    sys.exit(code)


def _outcome() -> int:
    """Run the command line and tell what went wrong; answers with the exit code. Raises Unwritten."""
    json = "--json" in sys.argv and sys.argv[1:2] != ["play"]  # on whose standard output are reports only
    try:
        _readable(sys.argv[1:])
        code = get_command(app).main(prog_name="flexroute", standalone_mode=False)
        if sys.argv[1:2] != ["attention"]:
            attention.say_late_jobs()
        return code if isinstance(code, int) else 0
    except typer.TyperException as error:
        text = shortened(in_dutch(error))
        return _tell(json, {"ok": False, "error": text}, text, 2)
    except Refused as error:
        attention.say_late_jobs()
        return _tell(
            json,
            {"ok": False, "refused": error.code, "field": error.field, "message": error.message}
            | ({"others": [{"field": field, "message": why} for field, why in error.others]} if error.others else {}),
            _refusal(error),
        )
    except UserError as error:
        text = shortened(str(error))
        return _tell(json, {"ok": False, "error": text}, text)
    except (KeyboardInterrupt, typer.Abort):
        err.print("Afgebroken.")
        return 1
    except UnicodeEncodeError:
        text = "In wat is gegeven staat een teken dat geen tekst is. Wat al was vastgelegd, blijft staan."
        return _tell(json, {"ok": False, "error": text}, text)
    except OSError as error:
        if error.errno in (ENOSPC, EPIPE) and not error.filename:  # of the help, or a file on a full disk
            raise Unwritten from None
        where = f"{error.filename} kan" if error.filename else "Een bestand of verbinding kan"
        text = f"{where} niet worden gebruikt ({why(error)}). Wat al was vastgelegd, blijft staan."
        return _tell(json, {"ok": False, "error": text}, text)
    except Unwritten:
        raise
    except Exception as error:
        if os.environ.get("FLEXROUTE_DEBUG"):
            raise
        log.write(log.trouble(error))
        return _tell(
            json,
            {"ok": False, "error": type(error).__name__},
            f"Er ging iets mis in het programma ({type(error).__name__}). Wat al was vastgelegd, blijft staan. "
            "Beheer kan met FLEXROUTE_DEBUG=1 zien waar het misgaat.",
        )


def _refusal(refused: Refused) -> str:
    """A refusal as people read it: what is wrong, at which field, and what else."""
    said = UNCONFIRMED if refused.code == "unconfirmed" else "Geweigerd"
    where = "" if refused.field in NO_FIELDS else f" bij {OPTIONS.get(refused.field or '', refused.field)}"
    return "\n".join(
        [f"{said}{where}: {refused.message}", *(f"Ook bij {field}: {why}" for field, why in refused.others)]
    )


def _readable(arguments: Sequence[str]) -> None:
    """What a terminal of another encoding sent is no text; only the name of a file may be that. Raises typer.BadParameter."""
    for one in arguments:
        if any("\ud800" <= sign <= "\udfff" for sign in one) and not Path(one.removeprefix("@")).exists():
            raise typer.BadParameter(
                "er staat een teken in dat geen tekst is (UTF-8); typ het opnieuw", param_hint="een waarde"
            )


def _tell(json: bool, data: object, text: str, code: int = 1) -> int:
    if json:
        as_json(data)
    elif text:
        err.print(text)
    return code


if __name__ == "__main__":
    program()
