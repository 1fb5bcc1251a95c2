"""Taking in a sheet with the answers of a table: all of it at once, or nothing, with every wrong cell told (F-28 … F-33)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError

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
from models.store.reference import whole
from rules.flex import assessment
from rules.flex.asked import OfCase
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.roles import is_care_mediator

FILLED_IN = ("subcontractor", "can_deliver", "earliest_start", "in_time", "explanation", "adjourn")


class _Row(NamedTuple):
    line: int
    given: dict[str, Any]  # by field of the sheet


class _Case(NamedTuple):
    """What a sheet says of one case: the values of the act, and on which line each of its parts stands."""

    reference: str
    first: int
    given: dict[str, Any]
    lines: dict[str, int]


def import_answers(
    database: Database,
    file: File,
    by: str,
    now: datetime,
    settle: Callable[[Sequence[str]], object],
    person: str | None = None,
) -> Import:
    """Record the answers about every case on a sheet; the cases are still to be moved. With one wrong cell nothing is recorded.

    `settle` moves what was decided about these cases before. A case whose answers are recorded already is told as known. Raises Refused
    (`forbidden`) when `by` may not answer for a table, UserError when the file or its header is unusable.
    """
    with database.reading() as session:
        region = load_region(session)
    if not is_care_mediator(by, region):
        raise forbidden(ANSWER.who)
    who_signs(by, person, region, local_date(now))
    listed = read_rows(file, ANSWERS)
    header = read_header(ANSWERS, *listed.header, ANSWERS.required, listed.rows, region)
    done = Import(sheet=listed.sheet, ignored=list(header.unknown))
    cases = _cases(database, header, listed.rows, region, done)
    if not done.wrong:
        try:
            _record(database, header, cases, by, now, person, done)
        except Unsettled:
            settle([case.reference for case in cases])
            _once_more(database, header, cases, by, now, person, done)
    done.wrong.sort(key=lambda wrong: wrong.line)
    return done


def _once_more(
    database: Database, header: Header, cases: list[_Case], by: str, now: datetime, person: str | None, done: Import
) -> None:
    """Once what waited is settled. Raises Refused where that is stuck."""
    try:
        _record(database, header, cases, by, now, person, done)
    except Unsettled as unsettled:
        raise Refused(
            "already_decided",
            f"Over casus {unsettled} is iets vastgelegd dat nog niet is verwerkt. Van dit bestand is niets overgenomen. "
            "Probeer het zo nog eens; lukt het dan weer niet, dan moet beheer kijken.",
        ) from None


def _cases(
    database: Database, header: Header, rows: Sequence[tuple[int, Sequence[str]]], region: Region, done: Import
) -> list[_Case]:
    """The cases of the lines that are filled in; cells that cannot be read are told."""
    read: list[_Row] = []
    for line, cells in rows:
        try:
            filled = header.filled(cells)
        except Refused as refused:
            done.refuse(line, header, refused)
            continue
        if not any(field in filled for field in FILLED_IN):
            continue
        given, wrong = cells_of(ANSWERS, filled, region)
        needed = ("case", "on") if "adjourn" in filled else ("case", "on", "provider", "can_deliver")
        wrong += [invalid(field, "vul dit veld in") for field in needed if field not in filled]
        if wrong:
            done.refuse(line, header, *wrong)
        else:
            read.append(_Row(line, given))
    of_case: dict[str, list[_Row]] = defaultdict(list)
    with database.reading() as session:
        for row in read:
            try:
                of_case[whole(session, row.given["case"], ["case"])].append(row)
            except Refused as refused:
                done.refuse(row.line, header, invalid("case", refused.message))
    return [] if done.wrong else [_case(reference, those, header, done) for reference, those in of_case.items()]


def _case(reference: str, rows: list[_Row], header: Header, done: Import) -> _Case:
    """As the act takes it: an answer of each provider, with those of its subcontractors in it."""
    first = rows[0]
    lines = {"": first.line, "on": first.line, "answers": first.line}
    for row in rows:
        if row.given["on"] != first.given["on"]:
            done.refuse(row.line, header, invalid("on", f"op regel {first.line} staat voor deze casus een andere dag"))
    if adjourned := [row for row in rows if "adjourn" in row.given]:
        for row in rows:
            if row is not adjourned[0]:
                told = f"op regel {adjourned[0].line} wordt deze casus aangehouden; laat de antwoorden dan leeg"
                done.refuse(row.line, header, invalid("can_deliver", told))
        lines["adjourn"] = adjourned[0].line
        return _Case(reference, first.line, {"on": first.given["on"], "adjourn": adjourned[0].given["adjourn"]}, lines)
    answers: dict[str, dict[str, Any]] = {}
    for row in rows:
        if "subcontractor" not in row.given:
            if row.given["provider"] in answers:
                done.refuse(
                    row.line, header, invalid("provider", "deze aanbieder staat bij deze casus op nog een regel")
                )
                continue
            lines[f"answers.{len(answers)}"] = row.line
            answers[row.given["provider"]] = {"provider": row.given["provider"], **_answer(row), "subcontractors": []}
    at = {provider: number for number, provider in enumerate(answers)}
    for row in rows:
        if "subcontractor" in row.given:
            if row.given["provider"] not in answers:
                done.refuse(row.line, header, invalid("provider", "vul ook een regel van deze aanbieder zelf in"))
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
    database: Database, header: Header, cases: list[_Case], by: str, now: datetime, person: str | None, done: Import
) -> None:
    """In one transaction, in the order of the references: two sheets at once wait for each other. Raises Unsettled."""
    taken: list[tuple[Any, dict[str, Any]]] = []
    new: list[tuple[int, str]] = []
    known: list[tuple[int, str]] = []
    if done.wrong:
        return
    with _one_at_a_time(), database.writing() as session:
        for case in sorted(cases, key=lambda one: one.reference):
            held = CASE.hold(session, [case.reference], ANSWER, by, case.given, now).get(case.reference)
            if held is None:
                done.refuse(case.first, header, invalid("case", "er is geen casus met dit kenmerk"))
                continue
            if isinstance(held, Exception):
                done.wrong.clear()  # they are all looked at again
                raise held
            asked = replace(held.asked, person=person)
            if wrong := _wrong(asked):
                _tell(case, header, done, wrong)
                continue
            try:
                asked = check(ANSWER, asked, nothing_more)
            except Refused as refused:
                if refused.code == "already_decided":
                    known.append((case.first, case.reference))
                else:
                    _tell(case, header, done, [refused])
                continue
            taken.append((asked, decision(ANSWER, asked, now, held.row)))
            new.append((case.first, case.reference))
        if not done.wrong:
            keep(session, *taken)
    done.known.extend(known)
    if not done.wrong:
        done.new.extend(new)


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


def _tell(case: _Case, header: Header, done: Import, wrong: Sequence[Refused]) -> None:
    """Each with its line and its column."""
    for one in wrong:
        for field, why in ((one.field or "case", one.message), *one.others):
            part, _, name = field.rpartition(".")
            column = {"answers": "can_deliver", "reference": "case"}.get(name, name)
            if ".subcontractors." in f".{part}." and name == "provider":
                column = "subcontractor"
            line = case.lines.get(part or field, case.first)
            done.refuse(line, header, invalid(column if column in ANSWERS.of else "case", why))
