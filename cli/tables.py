"""Commands with which people look at the tables and the post: tables, agenda, letters."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from sqlmodel import col, select

from cli.output import Json, as_json, day, out, table, words
from flexroute import clock
from flexroute.errors import UserError
from models import history
from models.agenda import find_meeting
from models.database import current
from models.directory import load_region
from models.letter import Letter
from notifications.agenda_letter import agenda_ics, agenda_text, latest_issue
from notifications.render import render
from notifications.transport import FileTransport, transport
from rules import tables as table_rules


class Format(StrEnum):
    """How to show an agenda."""

    TEXT = "text"
    ICS = "ics"
    JSON = "json"


class State(StrEnum):
    """Where a letter is."""

    QUEUED = "queued"
    SENT = "sent"
    HELD = "held"
    FAILED = "failed"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (tables, agenda, letters):
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
        coming = table_rules.meetings(one, region.days, clock.local_date(now), known)[:3]
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
        as_json(rows)
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
    table_id: Annotated[str, typer.Argument(metavar="TABLE", help="De tafel, bijvoorbeeld T_BC.")],
    on: Annotated[str, typer.Argument(metavar="DATE", help="De dag van het overleg: jjjj-mm-dd.")],
    format_: Annotated[Format, typer.Option("--format", help="text, ics of json.")] = Format.TEXT,
    json: Json = False,
) -> None:
    """De agenda van een overleg, zoals die het laatst is verstuurd."""
    try:
        wanted = date.fromisoformat(on)
    except ValueError:
        raise typer.BadParameter("schrijf de dag als jjjj-mm-dd", param_hint="DATE") from None
    with current().reading() as session:
        region = load_region(session)
        if table_id not in region.table:
            raise UserError(f"De tafel {table_id} bestaat niet. Kies uit: {', '.join(region.table)}.")
        meeting = find_meeting(session, table_id, wanted)
        if meeting is None or meeting.version == 0:
            raise UserError(
                f"Voor {table_id} op {on} is geen agenda verstuurd. Wanneer er een overleg is, staat in flexroute tables. "
                "Agenda's maakt u met flexroute prep, voor deze week met flexroute prep --this-week."
            )
        if json or format_ is Format.JSON:
            issue = latest_issue(session, meeting)
            as_json(
                {
                    "version": issue.version,
                    "issued_at": issue.issued_at,
                    "cancelled": meeting.cancelled,
                    **issue.content,
                }
            )
        elif format_ is Format.ICS:
            typer.echo(agenda_ics(session, region, meeting), nl=False)
        else:
            out.print(agenda_text(session, region, meeting), markup=False, end="")


def letters(
    case_: Annotated[str | None, typer.Option("--case", help="Alleen de brieven van deze casus.")] = None,
    state: Annotated[State | None, typer.Option(help="Alleen brieven in deze staat.")] = None,
    show: Annotated[
        int | None, typer.Option(min=1, max=2**31 - 1, help="Laat de tekst van deze brief zien (het nummer).")
    ] = None,
    last: Annotated[int, typer.Option(min=1, max=36_500, help="Hoeveel dagen terug.")] = 31,
    json: Json = False,
) -> None:
    """De brieven: aan wie, waarover, verstuurd of niet, en in welk bestand."""
    with current().reading() as session:
        region = load_region(session)
        if show is not None:
            letter = session.get(Letter, show)
            if letter is None:
                raise UserError(f"Er is geen brief met nummer {show}.")
            said = render(session, region, letter)
            if json:
                as_json({**_letter(letter), "subject": said.subject, "text": said.text})
            else:
                out.print(
                    f"Aan: {region.name_of(letter.recipient)}\nOnderwerp: {said.subject}\n\n{said.text}", markup=False
                )
            return
        query = (
            select(Letter).where(col(Letter.queued_at) >= clock.now() - timedelta(days=last)).order_by(col(Letter.id))
        )
        query = query.where(Letter.subject == case_) if case_ else query
        found = session.exec(query.where(Letter.state == state) if state else query).all()
    if json:
        as_json([_letter(letter) for letter in found])
        return
    table(
        "Brieven",
        [
            {
                "nr": letter.id,
                "wanneer": day(letter.queued_at),
                "over": letter.subject,
                "brief": words(letter.kind),
                "aan": region.name_of(letter.recipient),
                "staat": words(letter.state) + (f": {letter.reason}" if letter.reason else ""),
            }
            for letter in found
        ],
    )


def _letter(letter: Letter) -> dict[str, Any]:
    sent_by: FileTransport = transport()
    return {
        "id": letter.id,
        "kind": letter.kind,
        "about": letter.subject,
        "to": letter.recipient,
        "state": letter.state,
        "reason": letter.reason,
        "queued_at": letter.queued_at,
        "sent_at": letter.sent_at,
        "file": sent_by.path(letter) if letter.state == "sent" else None,
    }
