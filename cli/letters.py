"""The command with which people look at the post, and have letters sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

import typer
from sqlmodel import Session

from cli import choosing
from cli.output import Json, as_json, as_json_list, day, out, table, words
from flexroute import clock
from flexroute.errors import UserError
from flexroute.settings import settings
from models.region.directory import load_region
from models.store.database import current
from models.store.letter import Letter, State
from notifications import outbox, post
from notifications.post import DAYS, LARGEST, STOPPED
from notifications.transports.file import FileTransport
from rules.shared.region import Region


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(letters)


def letters(
    case_: Annotated[str | None, typer.Option("--case", help="Alleen de brieven van deze casus.")] = None,
    state_: Annotated[
        str | None, typer.Option("--state", help="Alleen brieven in deze staat, bijvoorbeeld staat-klaar.")
    ] = None,
    show: Annotated[
        int | None,
        typer.Option(min=1, max=LARGEST, help="Laat deze brief zien (het nummer), en hoe het versturen ging."),
    ] = None,
    again: Annotated[
        list[int] | None,
        typer.Option(min=1, max=LARGEST, metavar="NR", help="Verstuur deze brief opnieuw; mag vaker worden gegeven."),
    ] = None,
    again_all_: Annotated[
        str | None,
        typer.Option(
            "--again-all", help="Verstuur alle brieven opnieuw die in deze staat staan, bijvoorbeeld mislukt."
        ),
    ] = None,
    last: Annotated[int | None, typer.Option(min=1, max=36_500, help=f"Hoeveel dagen terug; anders {DAYS}.")] = None,
    json: Json = False,
) -> None:
    """De brieven: aan wie, waarover, verstuurd of niet en waarom niet, en wanneer de volgende poging is.

    Opnieuw versturen gebeurt bij de volgende ronde van de post, of meteen met flexroute deliver.
    """
    state, again_all = choosing.one_of(State, state_, "--state"), choosing.one_of(STOPPED, again_all_, "--again-all")
    _one_question(
        {"--again": again, "--again-all": again_all},
        {"--show": show},
        {"--case": case_, "--state": state, "--last": last},
    )
    if again or again_all:
        _again(again or [], again_all and State(again_all), json)
        return
    case_ = case_ and choosing.in_full(case_)
    with current().reading() as session:
        region = load_region(session)
        if show is not None:
            _show(session, region, _found(session, show), json)
        else:
            since = clock.now() - timedelta(days=last or DAYS)
            _list(session, region, post.chosen(session, since, case_, state and State(state)), json)


def _one_question(*questions: Mapping[str, object]) -> None:
    """Options of different questions do not go together. Raises BadParameter."""
    asked = [[name for name, value in options.items() if value] for options in questions]
    given = [names[0] for names in asked if names]
    if len(given) > 1:
        raise typer.BadParameter(f"gaat niet samen met {given[1]}; kies er één", param_hint=given[0])


def _list(session: Session, region: Region, found: Sequence[Letter], json: bool) -> None:
    if json:
        as_json_list([_letter(letter) for letter in found])
        return
    table("Brieven", [_row(region, letter) for letter in found])
    if paused := outbox.pause(session, clock.now()):
        out.print(
            f"De post wacht tot {day(paused.try_at)}: {paused.reason}. Nu proberen: flexroute letters --again {paused.id}"
        )


def _row(region: Region, letter: Letter) -> dict[str, Any]:
    """One letter as people look at it."""
    return {
        "nr": letter.id,
        "wanneer": day(letter.queued_at),
        "over": letter.subject,
        "brief": words(letter.kind),
        "aan": region.name_of(letter.recipient),
        "staat": post.standing(letter),
    }


def _found(session: Session, number: int) -> Letter:
    letter = session.get(Letter, number)
    if letter is None:
        raise UserError(f"Er is geen brief met nummer {number}.")
    return letter


def _again(numbers: list[int], every: State | None, json: bool) -> None:
    with current().writing() as session:
        for number in numbers:
            _found(session, number)
        chosen = post.send_again(session, numbers, clock.now(), every)
    queued = [number for number, goes in chosen.items() if goes]
    if json:
        as_json({"ok": True, "again": queued, "under_way": [number for number in chosen if number not in queued]})
        return
    for number in chosen:
        out.print(f"Brief {number} {'gaat opnieuw mee.' if number in queued else 'staat al klaar of is onderweg.'}")
    out.print(
        "Versturen gebeurt bij de volgende ronde, of nu: flexroute deliver"
        if queued
        else "Er is niets opnieuw te versturen."
    )


def _show(session: Session, region: Region, letter: Letter, json: bool) -> None:
    said, why = post.in_words(session, region, letter)
    if json:
        as_json({**_letter(letter), "subject": said and said.subject, "text": said and said.text})
        return
    about = f"\nOnderwerp: {said.subject}" if said else ""
    out.print(f"Aan: {region.name_of(letter.recipient)}{about}\nStaat: {post.standing(letter)}")
    for told in post.attempts(session, letter):
        out.print(told)
    out.print(f"\n{said.text if said else f'De woorden van deze brief zijn niet te tonen ({why}).'}")


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "edition": letter.edition,
        "kind": letter.kind,
        "about": letter.subject,
        "to": letter.recipient,
        "state": letter.state,
        "reason": letter.reason,
        "queued_at": letter.queued_at,
        "attempts": letter.attempts,
        "in_doubt": letter.in_doubt,
        "tried_at": letter.tried_at,
        "try_at": letter.try_at,
        "sent_at": letter.sent_at,
        "file": _file(letter),
    }


def _file(letter: Letter) -> Any:
    if letter.state != State.SENT or settings().mail_transport != "file":
        return None
    path = FileTransport(settings().home / "letters").path(letter)
    return path if path.exists() else None  # it went with another one, in one mail
