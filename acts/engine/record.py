"""How an act is recorded: checked while its subject is held, kept as a decision, or refused. One way for every kind of subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from acts.engine.act import Act, SubjectKind, Unsettled, check, nothing_more
from flexroute import progress
from models.store.database import Database
from models.store.decision import Decision
from rules.shared.asked import Asked
from rules.shared.process import around
from rules.shared.refusal import Refused, invalid
from rules.shared.values import Values

A = TypeVar("A", bound=Asked)
Answers = dict[str, Refused | Unsettled | None]  # by reference: why not, or None where it was recorded
_KEEP = insert(Decision)


def record_each(
    database: Database, act: Act[A], references: Sequence[str], by: str, given: Mapping[str, Any], now: datetime
) -> Answers:
    """Record the same decision about each of these; each gets an answer of its own, in the order asked.

    What is recorded stays; what is refused, or waits for an earlier decision to be settled (Unsettled), changes nothing.
    Raises Refused for all of them where a value can be one subject's only.
    """
    wanted = list(dict.fromkeys(references))
    if act.single and given.get(act.single) is not None and len(wanted) > 1:
        raise invalid(act.single, "dit is van één jeugdige; leg het voor elke jeugdige apart vast")
    answers: Answers = dict.fromkeys(wanted)
    for part in _kind(act).parts(wanted):
        recorded = _record(database, act, part, by, given, now)
        kept = sum(answer is None for answer in recorded.values())
        progress.done("besluit is vastgelegd", "besluiten zijn vastgelegd", kept)
        answers |= recorded
    return answers


def _record(
    database: Database, act: Act[A], references: Sequence[str], by: str, given: Mapping[str, Any], now: datetime
) -> Answers:
    """Of those that one transaction takes."""
    kind, alone, answers, rows = _kind(act), len(references) == 1, Answers(), []
    try:
        with database.writing() as session:
            found = kind.hold(session, references, act, by, given, now)
            for reference in references:
                held = found.get(reference) or not_found(kind, reference)
                answers[reference] = None
                try:
                    if isinstance(held, Exception):
                        raise held
                    asked = check(act, held.asked, _with_what_is_kept(session, act, held.row, now))
                    rows.append(decision(act, by, now, asked.values, held.row))
                except (Refused, Unsettled) as why:
                    if alone:
                        raise  # and nothing that the checks made stays
                    answers[reference] = why
            if rows:
                session.connection().execute(_KEEP, rows)
    except IntegrityError:  # somebody else answered the same opening at this very moment
        return {reference: Unsettled(around(reference)[-1]) for reference in references}
    except (Refused, Unsettled) as why:
        return dict.fromkeys(references, why)
    return answers


def _kind(act: Act[A]) -> SubjectKind[A]:
    if act.kind is None:
        raise TypeError(f"{act.name} is about nothing that is there already")
    return act.kind


def _with_what_is_kept(session: Session, act: Act[A], row: Any, now: datetime) -> Any:
    look = act.kept
    return nothing_more if look is None else lambda asked: look(session, row, asked, now)


def decision(act: Act[Any], by: str, now: datetime, values: Values, row: Any) -> dict[str, Any]:
    """A decision to keep: who, when, at which opening of which subject, with which values."""
    return {**_kind(act).about(row), "act": act.name, "by": by, "at": now, "data": values.model_dump(mode="json")}


def keep(session: Session, row: Mapping[str, Any]) -> None:
    """Keep one decision."""
    session.connection().execute(_KEEP, [dict(row)])


def not_found(kind: SubjectKind[Any], reference: str) -> Refused:
    """There is no such subject."""
    return Refused("not_found", f"Er is geen {kind.title} met kenmerk {reference}.", "reference")
