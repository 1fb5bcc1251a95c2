"""Taking in the answers of a table: a sheet at once or nothing, the grid of a page case by case; every wrong cell told (F-28 … F-33)."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, Protocol

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from acts.engine.act import Unsettled, check, forbidden, nothing_more, read_values, who_signs
from acts.engine.record import decision, keep
from acts.flex.answer_sheet import ANSWERS
from acts.flex.case import CASE
from acts.flex.table import ANSWER, TableAnswers
from acts.intake.columns import Header, read_header
from acts.intake.report import Import
from acts.intake.rows import File, read_rows
from acts.intake.values import cells_of
from flexroute.clock import local_date
from models.region.directory import load_region
from models.store.database import Database
from models.store.decision import Decision
from models.store.reference import whole
from rules.flex import assessment
from rules.flex.asked import OfCase
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.roles import is_care_mediator

FILLED_IN = ("subcontractor", "can_deliver", "earliest_start", "in_time", "explanation", "adjourn")
STUCK = (
    "Over casus {} is iets vastgelegd dat nog niet is verwerkt. {}"
    "Probeer het zo nog eens; lukt het dan weer niet, dan moet beheer kijken."
)

Settle = Callable[[Sequence[str]], object]  # moves what was decided about these cases before


class Refuse(Protocol):
    """Tells why a line is not taken in; each reason names its field."""

    def __call__(self, line: int, *whys: Refused) -> None:
        """Tell it."""


class _Row(NamedTuple):
    line: int
    given: dict[str, Any]  # by field of the sheet


class _Case(NamedTuple):
    """What a sheet says of one case: the values of the act, and on which line each of its parts stands."""

    reference: str
    first: int
    given: dict[str, Any]
    lines: dict[str, int]


@dataclass
class Answered:
    """What became of the answers about one case: line, field and reason of all that is wrong; else they are recorded.

    `known`: somebody recorded the same before.
    """

    wrong: list[tuple[int, str, str]] = dataclasses.field(default_factory=list)
    known: bool = False

    def refuse(self, line: int, *whys: Refused) -> None:
        """Not recorded, for these reasons."""
        self.wrong += [(line, why.field or "case", why.message) for why in whys]


def answer_case(
    database: Database,
    rows: Sequence[tuple[int, Mapping[str, str]]],
    by: str,
    now: datetime,
    settle: Settle,
    person: str | None = None,
) -> Answered | None:
    """Record the answers about the one case that these rows are about, or nothing of it; None where nothing is filled in.

    Of each row its line, and what is filled in by field of the sheet. The case is still to be moved. `settle` moves what was
    decided about it before. Raises Refused (`forbidden`) when `by` may not answer for a table.
    """
    region = _may_answer(database, by, person, now)
    done = Answered()
    read = _read(rows, region, done.refuse)
    if not (read or done.wrong):
        return None
    of_case = _by_case(database, read, done.refuse)
    if done.wrong:
        return done
    [(reference, those)] = of_case.items()
    case = _case(reference, those, done.refuse)
    record = partial(_record_one, database, case, by, now, person, done)
    try:
        record()
    except Unsettled:
        settle([reference])
        try:
            record()
        except Unsettled:
            done.refuse(case.first, Refused("already_decided", STUCK.format(reference, "")))
    return done


def _record_one(database: Database, case: _Case, by: str, now: datetime, person: str | None, done: Answered) -> None:
    """In a transaction of its own, unless something is wrong. Raises Unsettled."""
    if done.wrong:
        return
    with _one_at_a_time(), database.writing() as session:
        taken = _taken(session, case, by, now, person, done.refuse)
        if isinstance(taken, Refused):
            done.known = _said_this(session, case, by)
            if not done.known:
                done.refuse(case.first, taken)
        elif taken:
            keep(session, taken)


def _said_this(session: Session, case: _Case, by: str) -> bool:
    """Whether these very answers were recorded already, for the same person: a button that was pressed twice."""
    of_it = select(Decision).where(Decision.subject == case.reference, Decision.act == ANSWER.name)
    last = session.exec(of_it.order_by(col(Decision.id).desc())).first()
    if last is None or last.by != by:
        return False
    try:
        return TableAnswers.model_validate(case.given) == TableAnswers.model_validate(last.data)
    except ValidationError:
        return False


def import_answers(
    database: Database,
    file: File,
    by: str,
    now: datetime,
    settle: Settle,
    person: str | None = None,
) -> Import:
    """Record the answers about every case on a sheet; the cases are still to be moved. With one wrong cell nothing is recorded.

    `settle` moves what was decided about these cases before. A case whose answers are recorded already is told as known. Raises Refused
    (`forbidden`) when `by` may not answer for a table, UserError when the file or its header is unusable.
    """
    region = _may_answer(database, by, person, now)
    listed = read_rows(file, ANSWERS)
    header = read_header(ANSWERS, *listed.header, ANSWERS.required, listed.rows, region)
    done = Import(sheet=listed.sheet, ignored=list(header.unknown))

    def refuse(line: int, *whys: Refused) -> None:
        done.refuse(line, header, *whys)

    read = _read(_filled(header, listed.rows, refuse), region, refuse)
    of_case = _by_case(database, read, refuse)
    cases = [] if done.wrong else [_case(reference, those, refuse) for reference, those in of_case.items()]
    if not done.wrong:
        try:
            _record(database, cases, by, now, person, done, refuse)
        except Unsettled:
            settle([case.reference for case in cases])
            _once_more(database, cases, by, now, person, done, refuse)
    done.wrong.sort(key=lambda wrong: wrong.line)
    return done


def _may_answer(database: Database, by: str, person: str | None, now: datetime) -> Region:
    """The region, for who may answer for a table. Raises Refused (`forbidden`)."""
    with database.reading() as session:
        region = load_region(session)
    if not is_care_mediator(by, region):
        raise forbidden(ANSWER.who)
    who_signs(by, person, region, local_date(now))
    return region


def _once_more(
    database: Database, cases: list[_Case], by: str, now: datetime, person: str | None, done: Import, refuse: Refuse
) -> None:
    """Once what waited is settled. Raises Refused where that is stuck."""
    try:
        _record(database, cases, by, now, person, done, refuse)
    except Unsettled as unsettled:
        nothing = "Van dit bestand is niets overgenomen. "
        raise Refused("already_decided", STUCK.format(unsettled, nothing)) from None


def _filled(
    header: Header, rows: Iterable[tuple[int, Sequence[str]]], refuse: Refuse
) -> Iterator[tuple[int, dict[str, str]]]:
    for line, cells in rows:
        try:
            yield line, header.filled(cells)
        except Refused as refused:
            refuse(line, refused)


def _read(rows: Iterable[tuple[int, Mapping[str, str]]], region: Region, refuse: Refuse) -> list[_Row]:
    """The lines on which somebody filled something in; cells that cannot be read are told."""
    read: list[_Row] = []
    for line, filled in rows:
        if not any(field in filled for field in FILLED_IN):
            continue
        given, wrong = cells_of(ANSWERS, filled, region)
        needed = ("case", "on") if "adjourn" in filled else ("case", "on", "provider", "can_deliver")
        wrong += [invalid(field, "vul dit veld in") for field in needed if field not in filled]
        if wrong:
            refuse(line, *wrong)
        else:
            read.append(_Row(line, given))
    return read


def _by_case(database: Database, read: Iterable[_Row], refuse: Refuse) -> dict[str, list[_Row]]:
    """These lines by the case that they are about; a case that cannot be told is refused."""
    found: dict[str, list[_Row]] = defaultdict(list)
    with database.reading() as session:
        for row in read:
            try:
                found[whole(session, row.given["case"], ["case"])].append(row)
            except Refused as refused:
                refuse(row.line, invalid("case", refused.message))
    return found


def _case(reference: str, rows: list[_Row], refuse: Refuse) -> _Case:
    """As the act takes it: an answer of each provider, with those of its subcontractors in it."""
    first = rows[0]
    lines = {"": first.line, "on": first.line, "answers": first.line}
    for row in rows:
        if row.given["on"] != first.given["on"]:
            refuse(row.line, invalid("on", f"op regel {first.line} staat voor deze casus een andere dag"))
    if adjourned := [row for row in rows if "adjourn" in row.given]:
        for row in rows:
            if row is not adjourned[0]:
                told = f"op regel {adjourned[0].line} wordt deze casus aangehouden; laat de antwoorden dan leeg"
                refuse(row.line, invalid("can_deliver", told))
        lines["adjourn"] = adjourned[0].line
        return _Case(reference, first.line, {"on": first.given["on"], "adjourn": adjourned[0].given["adjourn"]}, lines)
    answers: dict[str, dict[str, Any]] = {}
    for row in rows:
        if "subcontractor" not in row.given:
            if row.given["provider"] in answers:
                refuse(row.line, invalid("provider", "deze aanbieder staat bij deze casus op nog een regel"))
                continue
            lines[f"answers.{len(answers)}"] = row.line
            answers[row.given["provider"]] = {"provider": row.given["provider"], **_answer(row), "subcontractors": []}
    at = {provider: number for number, provider in enumerate(answers)}
    for row in rows:
        if "subcontractor" in row.given:
            if row.given["provider"] not in answers:
                refuse(row.line, invalid("provider", "vul ook een regel van deze aanbieder zelf in"))
                continue
            of_it = answers[row.given["provider"]]["subcontractors"]
            lines[f"answers.{at[row.given['provider']]}.subcontractors.{len(of_it)}"] = row.line
            of_it.append({"provider": row.given["subcontractor"], **_answer(row)})
    return _Case(reference, first.line, {"on": first.given["on"], "answers": [*answers.values()]}, lines)


def _answer(row: _Row) -> dict[str, Any]:
    return {
        field: row.given[field]
        for field in ("can_deliver", "earliest_start", "in_time", "explanation")
        if field in row.given
    }


def _record(
    database: Database, cases: list[_Case], by: str, now: datetime, person: str | None, done: Import, refuse: Refuse
) -> None:
    """In one transaction, in the order of the references: two sheets at once wait for each other. Raises Unsettled."""
    decided: list[tuple[Any, dict[str, Any]]] = []
    new: list[tuple[int, str]] = []
    known: list[tuple[int, str]] = []
    if done.wrong:
        return
    with _one_at_a_time(), database.writing() as session:
        for case in sorted(cases, key=lambda one: one.reference):
            try:
                taken = _taken(session, case, by, now, person, refuse)
            except Unsettled:
                done.wrong.clear()  # they are all looked at again
                raise
            if isinstance(taken, Refused):
                known.append((case.first, case.reference))
            elif taken:
                decided.append(taken)
                new.append((case.first, case.reference))
        if not done.wrong:
            keep(session, *decided)
    done.known.extend(known)
    if not done.wrong:
        done.new.extend(new)


def _taken(
    session: Session, case: _Case, by: str, now: datetime, person: str | None, refuse: Refuse
) -> tuple[Any, dict[str, Any]] | Refused | None:
    """What is to be kept of the answers about a case; the refusal where it is decided already; None: it was told what is wrong.

    Raises Unsettled.
    """
    held = CASE.hold(session, [case.reference], ANSWER, by, case.given, now).get(case.reference)
    if held is None:
        refuse(case.first, invalid("case", "er is geen casus met dit kenmerk"))
        return None
    if isinstance(held, Exception):
        raise held
    asked = replace(held.asked, person=person)
    if wrong := _wrong(asked):
        _tell(case, refuse, wrong)
        return None
    try:
        asked = check(ANSWER, asked, nothing_more)
    except Refused as refused:
        if refused.code == "already_decided":
            return refused
        _tell(case, refuse, [refused])
        return None
    return asked, decision(ANSWER, asked, now, held.row)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Where somebody else answered the same opening at this very moment: Unsettled."""
    try:
        yield
    except IntegrityError:
        raise Unsettled from None


def _wrong(asked: OfCase) -> list[Refused]:
    """Every answer that is not whole or does not fit by itself, where the act would tell the first only."""
    try:
        values: TableAnswers = read_values(TableAnswers, asked.given, asked.region, asked.today)
    except Refused as refused:
        return [refused]
    wrong: list[Refused] = []
    for number, answer in enumerate(values.answers or ()):
        try:
            assessment.complete(answer, asked.norm, f"answers.{number}.")
            assessment.fits(answer, asked.norm, asked.region, f"answers.{number}.")
        except Refused as refused:
            wrong.append(refused)
    return wrong if asked.case.meets_on else []


def _tell(case: _Case, refuse: Refuse, wrong: Sequence[Refused]) -> None:
    """Each with its line and its column."""
    for one in wrong:
        for field, why in ((one.field or "case", one.message), *one.others):
            part, _, name = field.rpartition(".")
            column = {"answers": "can_deliver", "reference": "case"}.get(name, name)
            if ".subcontractors." in f".{part}." and name == "provider":
                column = "subcontractor"
            line = case.lines.get(part or field, case.first)
            refuse(line, invalid(column if column in ANSWERS.of else "case", why))
