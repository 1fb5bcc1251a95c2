"""What an error of the database means for people: what is wrong, what was recorded all the same, and what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import DatabaseError, OperationalError

from flexroute import progress
from flexroute.errors import Entangled, Unreachable, UserError
from models.store.database_address import WRONG

DEADLOCK = "40P01"
MAY_WRITE = "Geef uw gebruiker dat recht, of kies met FLEXROUTE_DATABASE_URL een bestand waar dat mag."


class _Told(NamedTuple):
    """What is wrong and what to do; known by a code of PostgreSQL or SQLite, or by words (patterns) in the message."""

    codes: tuple[str, ...]
    words: tuple[str, ...]
    problem: str
    advice: str


_AWAY = (
    _Told(
        ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "53100"),
        (),
        "De schijf van de database is vol.",
        "Maak ruimte vrij en probeer het dan opnieuw.",
    ),
    _Told(
        ("25006",),
        ("read-only transaction",),
        "De database mag alleen worden gelezen (een kopie, of zo ingesteld).",
        "Vul in FLEXROUTE_DATABASE_URL de server in waarop ook geschreven mag worden.",
    ),
    _Told(
        ("42501",),
        ("permission denied for",),
        "Deze gebruiker mag in de database niet lezen of schrijven wat nodig is.",
        "Vraag de beheerder van de database om rechten voor de gebruiker in FLEXROUTE_DATABASE_URL.",
    ),
    _Told(
        ("53300",),
        ("too many clients", "too many connections", "no more connections allowed", "remaining connection slots"),
        "De database heeft geen verbinding meer vrij.",
        "Probeer het zo nog eens; gebeurt het vaker, laat de beheerder dan meer verbindingen toestaan.",
    ),
    _Told(
        ("28P01", "28000"),
        (
            "password authentication failed",
            "no password supplied",
            r"pg_hba\.conf",
            "auth failed",
            'role "[^"]*" does not exist',
        ),
        "De database laat deze gebruiker niet binnen.",
        "Controleer gebruiker en wachtwoord in FLEXROUTE_DATABASE_URL.",
    ),
    _Told(
        ("3D000",),
        ('database "[^"]*" does not exist', "no such database"),
        "Op deze server is er geen database met deze naam.",
        "Controleer FLEXROUTE_DATABASE_URL, of laat de database maken (createdb).",
    ),
    _Told(
        (),
        ("unsupported startup parameter",),
        "De verbinding loopt via PgBouncer, en die neemt een instelling in het adres niet aan.",
        "Haal 'options' en wat erna komt weg uit FLEXROUTE_DATABASE_URL.",
    ),
    _Told(
        ("26000", "42P05"),
        (),
        "De verbinding loopt via een tussenstation dat voorbereide opdrachten kwijtraakt (zoals PgBouncer).",
        "Zie docs/operations.md, PostgreSQL.",
    ),
    _Told(
        (),
        ("locked", "busy"),
        "De database is bezet door een ander programma.",
        "Probeer het zo nog eens.",
    ),
)
NOT_SET_UP = "De database is nog niet ingericht. Doe eerst: flexroute init"
_TO_MEND = (  # nobody waits for it to pass
    _Told(
        ("42P01", "42703"),
        ("no such table", "no such column"),
        NOT_SET_UP,
        "",
    ),
    _Told(
        (),
        ("not a database",),
        "Dit bestand is geen database van Flexroute.",
        "Controleer FLEXROUTE_DATABASE_URL.",
    ),
    _Told(
        (),
        ("invalid connection option", "invalid integer value", "invalid sslmode", "invalid port", "invalid uri"),
        WRONG,
        "",
    ),
)


def in_dutch(error: DatabaseError, file: str | None = None, committing: bool = False) -> UserError | None:
    """An error as people hear it; None for one that only a mistake in the program explains.

    `file`: of SQLite. `committing`: it came while the last part was being recorded, so that a connection that broke off leaves doubt.
    """
    text, code = str(error.orig).lower(), _code(error)
    if code == DEADLOCK:
        return Entangled(_said("De database is bezet.", "Probeer het zo nog eens."))
    for told in _TO_MEND:
        if _is(told, code, text):
            return UserError(f"{told.problem} {told.advice}".strip())
    for told in _AWAY:
        if _is(told, code, text):
            return Unreachable(_said(told.problem, told.advice))
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")) or "unable to open" in text:
        return Unreachable(_said(_closed(Path(file or "")), MAY_WRITE))
    if not isinstance(error, OperationalError):
        return None
    advice = "Controleer FLEXROUTE_DATABASE_URL en of de database draait."
    return Unreachable(_said("De database is niet bereikbaar.", advice, surely=not committing))


def _closed(file: Path) -> str:
    """Why SQLite cannot use a file: it writes beside it too, also where somebody only looks."""
    if file.is_dir():
        return f"{file} is een map, geen databasebestand."
    return f"Het bestand {file} of de map waarin het staat mag niet worden gelezen en geschreven."


def _is(told: _Told, code: str, text: str) -> bool:
    return code in told.codes or any(re.search(word, text) for word in told.words)


def _said(problem: str, advice: str, surely: bool = True) -> str:
    return f"{problem} {progress.in_words(surely)} {advice}"


def _code(error: DatabaseError) -> str:
    """The error as the database names it: the SQLSTATE of PostgreSQL, the name of SQLite."""
    return str(getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", ""))
