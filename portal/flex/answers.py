"""The answers that were given at a meeting, for all its cases in one grid; or from a sheet, which can be fetched there (F-28 … F-33)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from acts import Refused
from acts.flex.answer_grid import ASKED, CaseRows, Party, case_rows, cells
from acts.flex.answer_list import answer_case, import_answers
from acts.flex.answer_sheet import meeting_sheet
from acts.flex.table import ANSWER
from acts.intake.report import Import
from acts.intake.rows import Sent
from acts.intake.template import content
from flexroute.errors import Unreachable, UserError
from models.flex.coming import TableMeeting
from models.store.database import current
from portal.access import TABLES
from portal.asking import Asking, SignedIn
from portal.flex.tables import address, find
from portal.mover import SETTLE_SECONDS, Mover
from portal.pages import page
from portal.recording import AGAIN, RECORDED, outcome
from portal.subjects import not_there
from rules.shared.process import of_reference
from rules.shared.roles import is_care_mediator

NAME = ANSWER.name
MOST_INPUTS = 50_000  # of a table with very many cases; how much they may hold is bounded elsewhere
LARGEST = 5_000_000  # bytes of a sheet
A_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_WRONG = 100  # cells that are told
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
router = APIRouter(prefix=TABLES.path)


async def _typed(request: Request) -> dict[str, dict[str, str]]:
    """What was typed, by case: the row and field, as `sys-zuid.can_deliver`."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name, text in (await request.form(max_fields=MOST_INPUTS)).multi_items():
        reference, _, rest = name.partition(".")
        if isinstance(text, str) and rest and of_reference(reference):
            found[reference][rest] = text.replace("\r\n", "\n").strip()
    return dict(found)


Typed = Annotated[dict[str, dict[str, str]], Depends(_typed)]


@dataclass(frozen=True)
class Cell:
    """One input of the grid."""

    name: str
    value: str
    errors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Unique on the page."""
        return self.name

    @property
    def is_day(self) -> bool:
        """Whether a field for a day can show it: it drops what is none."""
        return not self.value or A_DAY.fullmatch(self.value) is not None


@dataclass(frozen=True)
class Row:
    """The answer of one party. `errors`: about none of its inputs."""

    party: Party
    cells: Mapping[str, Cell]
    errors: tuple[str, ...] = ()


@dataclass
class Told:
    """What became of the answers about one case. `errors` by line and field of the sheet."""

    recorded: bool = False
    errors: dict[tuple[int, str], list[str]] = field(default_factory=lambda: defaultdict(list))


@router.get("/{table}/{on}/antwoorden", response_class=HTMLResponse)
def grid(request: Request, asking: SignedIn, table: str, on: str) -> HTMLResponse:
    """The grid, with nothing filled in."""
    _hold(asking)
    return _show(request, asking, table, on)


@router.post("/{table}/{on}/antwoorden", response_class=HTMLResponse)
def record(request: Request, asking: SignedIn, table: str, on: str, typed: Typed) -> Response:
    """Record the answers about each case of which something is filled in; what is refused stays open, with what was typed."""
    rows = _rows(asking, table, on, typed)
    mover: Mover = request.app.state.mover
    settle = partial(_settle, mover, asking.now)
    told: dict[str, Told] = {}
    for one in rows:
        lines = cells(one, on, typed.get(one.reference, {}))
        done = answer_case(current(), lines, asking.actor.by, asking.now, settle, asking.actor.person)
        if done is None:
            continue
        of_it = told[one.reference] = Told(recorded=not done.wrong)
        for line, column, why in done.wrong:
            of_it.errors[line, column].append(why)
    recorded = [reference for reference, one in told.items() if one.recorded]
    result = outcome(mover.moved({NAME: recorded}, asking.now)) if recorded else "ja"
    if not told:
        return _show(request, asking, table, on, nothing=True)
    if len(recorded) == len(told):
        return RedirectResponse(f"{address(table, on)}/antwoorden?vastgelegd={result}", 303)
    return _show(request, asking, table, on, typed, told)


@router.get("/{table}/{on}/antwoorden.xlsx")
def sheet(asking: SignedIn, table: str, on: str) -> Response:
    """The same as a sheet to fill in."""
    _hold(asking)
    with current().reading() as session:
        meeting = _held(session, asking, table, on).meeting
        try:
            made, _ = meeting_sheet(session, table, meeting.on)
        except UserError as none:
            raise Refused("not_found", str(none)) from None
    name = f"antwoorden-{meeting.table_id}-{meeting.on}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content(name, made), media_type=XLSX, headers=headers)


@router.post("/{table}/{on}/antwoorden/blad", response_class=HTMLResponse)
def take_in(request: Request, asking: SignedIn, table: str, on: str, blad: UploadFile | None = None) -> Response:
    """Take in a sheet: all of it at once, or nothing, with every wrong cell."""
    with current().reading() as session:
        _held(session, asking, table, on)
    if blad is None or not blad.filename:
        return _not_taken_in(request, table, on, "Kies eerst een bestand.")
    sent = Sent(blad.filename, blad.file.read(LARGEST + 1))
    if len(sent.content) > LARGEST:
        return _not_taken_in(request, table, on, "Dit bestand is te groot: het mag hooguit 5 MB zijn.")
    mover: Mover = request.app.state.mover
    settle = partial(_settle, mover, asking.now)
    try:
        done = import_answers(current(), sent, asking.actor.by, asking.now, settle, asking.actor.person)
    except Unreachable:
        raise
    except (UserError, Refused) as error:
        if isinstance(error, Refused) and error.code == "forbidden":
            raise
        return _not_taken_in(request, table, on, error.message if isinstance(error, Refused) else str(error))
    if done.wrong:
        return _not_taken_in(request, table, on, "", done)
    references = [reference for _, reference in done.new]
    result = outcome(mover.moved({NAME: references}, asking.now)) if references else AGAIN
    return RedirectResponse(f"{address(table, on)}/antwoorden?vastgelegd={result}", 303)


def _settle(mover: Mover, now: datetime, waiting: Sequence[str]) -> None:
    """Have moved what waits; where that does not come about, who records hears that something still waits."""
    with suppress(Exception):
        mover.moved({NAME: waiting}, now).result(SETTLE_SECONDS)


def _hold(asking: Asking) -> None:
    """Raises Refused (`not_found`): to who may not answer there is no such page."""
    if not is_care_mediator(asking.actor.by, asking.region):
        raise not_there()


def _held(session: Session, asking: Asking, table: str, on: str) -> TableMeeting:
    """The meeting, for who may answer about it. Raises Refused."""
    found = find(session, asking, table, on)
    if not is_care_mediator(asking.actor.by, asking.region):
        raise Refused("forbidden", f"Dit mag alleen: {ANSWER.who}.")
    return found


def _rows(asking: Asking, table: str, on: str, typed: Mapping[str, Any]) -> list[CaseRows]:
    """The cases that wait for answers, and those of which something was typed: they may have gone on meanwhile."""
    with current().reading() as session:
        found = _held(session, asking, table, on)
        wanted = {case.reference for case in found.waiting} | {*typed}
        rows = case_rows(session, asking.region, found.table, wanted, asking.now)
    order = {case.reference: number for number, case in enumerate(found.cases)}
    return sorted(rows, key=lambda one: (order.get(one.reference, len(order)), one.reference))


def _show(
    request: Request,
    asking: Asking,
    table: str,
    on: str,
    typed: Mapping[str, Mapping[str, str]] | None = None,
    told: Mapping[str, Told] | None = None,
    *,
    nothing: bool = False,
) -> HTMLResponse:
    typed, told = typed or {}, told or {}
    with current().reading() as session:
        found = _held(session, asking, table, on)
    open_ = [
        one for one in _rows(asking, table, on, typed) if not (one.reference in told and told[one.reference].recorded)
    ]
    waiting = {case.reference for case in found.waiting}
    wrong = {reference for reference, one in told.items() if not one.recorded}
    shown = [one for one in open_ if one.reference in waiting | wrong]
    known = {
        "about": found,
        "address": address(table, on),
        "cases": [_case(one, typed.get(one.reference, {}), told.get(one.reference)) for one in shown],
        "answered": [case.reference for case in found.cases if case.reference not in waiting],
        "done": [reference for reference, one in told.items() if one.recorded],
        "nothing": nothing,
        "early": asking.today < found.meeting.on,
        "recorded": RECORDED.get(request.query_params.get("vastgelegd", "")),
        "region": asking.region,
    }
    return page(request, "flex/answers.html", known, 422 if wrong or nothing else 200)


def _case(rows: CaseRows, typed: Mapping[str, str], told: Told | None) -> dict[str, Any]:
    """A case as it is drawn; each error at its input, else at its row, else at the case."""
    left = {key: list(whys) for key, whys in told.errors.items()} if told else {}
    drawn = tuple(one for one in ASKED if one != "in_time" or rows.asks_in_time)

    def row(line: int, party: Party) -> Row:
        made = {
            name: Cell(
                f"{rows.reference}.{party.key}.{name}",
                typed.get(f"{party.key}.{name}", ""),
                tuple(left.pop((line, name), ())),
            )
            for name in drawn
        }
        others = tuple(why for at in [key for key in left if key[0] == line] for why in left.pop(at))
        return Row(party, made, others)

    made = [row(line, party) for line, party in enumerate(rows.rows, 1)]
    adjourn = Cell(f"{rows.reference}.adjourn", typed.get("adjourn", ""), tuple(left.pop((0, "adjourn"), ())))
    parties, others = made[: len(rows.parties)], made[len(rows.parties) :]
    wrong = [why for whys in (told.errors.values() if told else ()) for why in whys]
    return {
        "rows": rows,
        "wrong": list(dict.fromkeys(wrong)),
        "parties": parties,
        "subcontractors": others,
        "open_subcontractors": any(
            one.party.asked or any(cell.value or cell.errors for cell in one.cells.values()) for one in others
        ),
        "adjourn": adjourn,
        "errors": [why for whys in left.values() for why in whys],
    }


def _not_taken_in(request: Request, table: str, on: str, why: str, done: Import | None = None) -> HTMLResponse:
    wrong = sorted(done.wrong, key=lambda one: one.line) if done else []
    known = {
        "address": address(table, on),
        "why": why,
        "wrong": wrong[:FIRST_WRONG],
        "more": max(0, len(wrong) - FIRST_WRONG),
        "ignored": done.ignored if done else [],
    }
    return page(request, "flex/answers_not_read.html", known, 422)
