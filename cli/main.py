"""The command line. Exit codes: 0 done, 1 refused or failed, 2 wrong use."""

from __future__ import annotations

import gc
import os
import sys

import typer
from typer.main import get_command

from cli import acting, attention, cases, children, letters, moving, practice, referrals, regions, stops, tables
from cli.output import as_json, err
from cli.wrong_use import in_dutch
from flexroute.errors import UserError, why
from rules.refusal import Refused

NO_FIELDS = (None, "with", "reference")  # what a refusal may point at that nobody typed as a field

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

for family in (acting, referrals, children, cases, stops, tables, letters, attention, moving, regions, practice):
    family.add_to(app)


def program() -> None:
    """What `flexroute` starts. What is imported stays, so garbage collections, many among thousands of children, pass over it."""
    gc.freeze()
    main()


def main() -> None:
    """Run the command line; a user never sees a stack trace (FLEXROUTE_DEBUG=1 shows it to who mends the program)."""
    json = "--json" in sys.argv and sys.argv[1:2] != ["play"]  # on whose standard output are reports only
    try:
        code = get_command(app).main(prog_name="flexroute", standalone_mode=False)
        if sys.argv[1:2] != ["attention"]:
            attention.say_late_jobs()
        sys.exit(code if isinstance(code, int) else 0)
    except typer.TyperException as error:
        text = in_dutch(error)
        _tell(json, {"ok": False, "error": text}, text, 2)
    except Refused as error:
        attention.say_late_jobs()
        _tell(
            json,
            {"ok": False, "refused": error.code, "field": error.field, "message": error.message},
            f"Geweigerd ({error.code}){f' bij {error.field}' if error.field not in NO_FIELDS else ''}: {error.message}",
        )
    except UserError as error:
        _tell(json, {"ok": False, "error": str(error)}, str(error))
    except (KeyboardInterrupt, typer.Abort):
        err.print("Afgebroken.")
        sys.exit(1)
    except OSError as error:
        where = f"{error.filename} kan" if error.filename else "Een bestand of verbinding kan"
        text = f"{where} niet worden gebruikt ({why(error)}). Wat al was vastgelegd, blijft staan."
        _tell(json, {"ok": False, "error": text}, text)
    except Exception as error:
        if os.environ.get("FLEXROUTE_DEBUG"):
            raise
        _tell(
            json,
            {"ok": False, "error": type(error).__name__},
            f"Er ging iets mis in het programma ({type(error).__name__}). Wat al was vastgelegd, blijft staan. "
            "Beheer kan met FLEXROUTE_DEBUG=1 zien waar het misgaat.",
        )


def _tell(json: bool, data: object, text: str, code: int = 1) -> None:
    if json:
        as_json(data)
    elif text:
        err.print(text)
    sys.exit(code)


if __name__ == "__main__":
    program()
