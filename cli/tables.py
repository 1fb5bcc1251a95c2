"""Commands with which people look at the tables: tables, agenda."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from cli import choosing
from cli.output import Json, as_json_list, day, err, in_json, out, raw, table
from flexroute import clock
from flexroute.errors import UserError
from models.flex import history
from models.flex.agenda import find_meeting, why_changed
from models.flex.meeting import Meeting
from models.region.directory import load_region
from models.stop.consultation import Consultation, find_consultation
from models.stop.history import is_of_stop
from models.store.database import current
from notifications.agendas import shown
from notifications.flex.agenda import OF_TABLE
from notifications.flex.agenda_letter import latest_letter
from notifications.guard import held_back, may_leave
from notifications.stop import consultation_letter
from notifications.stop.consultation import OF_CONSULTATION
from rules.flex import tables as table_rules
from rules.shared.series import meetings


class Format(StrEnum):
    """How to show an agenda."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    ICS = "ics"
    JSON = "json"


MIME = {Format.PDF: shown.PDF, Format.ICS: shown.ICS}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (tables, agenda):
        app.command()(command)


def tables(json: Json = False) -> None:
    """De tafels: voor welke opdrachten, hoe vaak, en wanneer de volgende keer."""
    now = clock.now()
    with current().reading() as session:
        region = load_region(session)
        changes = history.changes(session, clock.local_date(now))
    rows: list[dict[str, Any]] = []
    for one in region.tables:
        known = changes.get(one.id, {})
        coming = meetings(one, region.days, clock.local_date(now), known)[:3]
        open_ = table_rules.first_open(one, region, known, now)
        rows.append(
            {
                "id": one.id,
                "name": one.name,
                "opdrachten": list(one.opdrachten),
                "every_weeks": one.every_weeks,
                "next": [m.on for m in coming],
                "first_open": open_.on if open_ else None,
                "participants": list(one.participants),
            }
        )
    if json:
        as_json_list(rows)
        return
    table(
        "Tafels",
        [
            {
                "tafel": f"{row['id']} · {row['name']}",
                "opdrachten": ", ".join(row["opdrachten"]),
                "elke": "week" if row["every_weeks"] == 1 else f"{row['every_weeks']} weken",
                "volgende keren": ", ".join(map(day, row["next"])),
                "nieuwe casus op": day(row["first_open"]),
                "deelnemers": ", ".join(map(region.name_of, row["participants"])),
            }
            for row in rows
        ],
    )


def agenda(
    about: Annotated[
        str,
        typer.Argument(
            metavar="TABLE",
            help="De tafel (BC, of de id of naam), of het dossier van een stoppende aanbieder (ST-2026-000001).",
        ),
    ],
    on: Annotated[str, typer.Argument(metavar="DATE", help="De dag van het overleg: jjjj-mm-dd of d-m-jjjj.")],
    format_: Annotated[Format, typer.Option("--format", help="text, html, pdf, ics of json.")] = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Schrijf naar dit bestand. Een pdf gaat nooit naar het scherm."),
    ] = None,
    json: Json = False,
) -> None:
    """De agenda van een overleg, zoals die het laatst is verstuurd: om te lezen, om af te drukken (pdf) of voor programma's."""
    wanted = choosing.a_day(on, "DATE")
    if json and format_ not in (Format.TEXT, Format.JSON):
        raise typer.BadParameter("--json en een andere --format gaan niet samen", param_hint="--json")
    chosen = Format.JSON if json else format_
    about = _about(about)
    made = _agenda(about, wanted, chosen)
    if chosen is Format.PDF and sys.stdout.isatty():
        output = output or Path(f"agenda-{about}-{wanted}.pdf")
    if output:
        output.write_bytes(made)
        err.print(f"De agenda staat in {output}")
    elif chosen is Format.TEXT:
        out.print(made.decode(), markup=False, end="")
    else:
        raw(made)


def _about(text: str) -> str:
    """A table by its id, its name or its opdrachten (BC), or a dossier, also by its number. Raises UserError."""
    full = choosing.in_full(text, "stop")
    if is_of_stop(full):
        return full
    with current().reading() as session:
        return choosing.a_table(load_region(session), full)


def _agenda(about: str, on: date, chosen: Format) -> bytes:
    with current().reading() as session:
        region = load_region(session)
        meeting = _meeting(session, about, on)
        reasons = _reasons(session, meeting)
        if chosen is Format.JSON:
            kind = OF_TABLE if isinstance(meeting, Meeting) else OF_CONSULTATION
            return (in_json(shown.as_data(session, kind, meeting, reasons)) + "\n").encode()
        said = (
            latest_letter(session, region, meeting)
            if isinstance(meeting, Meeting)
            else consultation_letter.latest_letter(session, region, meeting)
        )
        place = ", ".join(words for words in (meeting.room, meeting.link) if words)
        only_here = [*(("Reden van de wijziging", reason) for reason in reasons), ("Plaats", place)]
    if chosen is Format.HTML:
        may_leave(said)
        return said.html.encode()
    if chosen is Format.TEXT:  # what somebody typed stands here and in no mail
        typed = "\n".join(f"Alleen in Flexroute. {label}: {text}" for label, text in only_here if text)
        return (said.text + (f"\n{typed}\n" if typed else "")).encode()
    return shown.attached(said, MIME[chosen])


def _reasons(session: Session, meeting: Meeting | Consultation) -> list[str]:
    """Why a meeting of a table was changed; of a consultation that stands with its dossier (`stop REF --full`)."""
    return held_back(why_changed(session, meeting)) if isinstance(meeting, Meeting) else []


def _meeting(session: Session, about: str, on: date) -> Meeting | Consultation:
    """A meeting of a table or a consultation about a dossier of which an agenda was sent. Raises UserError."""
    meeting: Meeting | Consultation | None
    if is_of_stop(about):
        meeting, where = find_consultation(session, about, on), f"flexroute stop {about}"
    else:
        meeting, where = find_meeting(session, about, on), "flexroute tables"
    if meeting is None or meeting.version == 0:
        raise UserError(
            f"Voor {about} op {on} is geen agenda verstuurd. Wanneer er een overleg is, staat in {where}. "
            "Agenda's maakt u met flexroute prep, voor deze week met flexroute prep --this-week."
        )
    return meeting
