"""How an act is recorded: checked while its subject is held, kept as a decision, or refused. One way for every kind of subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib import metadata
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from acts.engine.act import Act, SubjectKind, Unsettled, check, nothing_more
from flexroute import log, progress
from models.region.directory import remember
from models.store.database import Database, when_committed
from models.store.decision import Decision
from rules.shared.asked import Asked
from rules.shared.person import signer
from rules.shared.process import around, of_reference
from rules.shared.refusal import Refused, invalid

A = TypeVar("A", bound=Asked)
Answers = dict[str, Refused | Unsettled | None]  # by reference: why not, or None where it was recorded
_KEEP = insert(Decision)
RULES_VERSION = metadata.version("flexroute")


def record_each(
    database: Database,
    act: Act[A],
    references: Sequence[str],
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None = None,
) -> Answers:
    """Record the same decision about each of these; each gets an answer of its own, in the order asked.

    What is recorded stays; what is refused, or waits for an earlier decision to be settled (Unsettled), changes nothing.
    Raises Refused for all of them where a value can be one subject's only.
    """
    wanted = list(dict.fromkeys(references))
    of_one = next((field for field in act.single if given.get(field) is not None), None)
    if of_one and len(wanted) > 1:
        raise invalid(of_one, "dit is van één jeugdige; leg het voor elke jeugdige apart vast")
    answers: Answers = dict.fromkeys(wanted)
    for part in _kind(act).parts(wanted):
        recorded = _record(database, act, part, by, given, now, person)
        kept = sum(answer is None for answer in recorded.values())
        progress.done("besluit is vastgelegd", "besluiten zijn vastgelegd", kept)
        answers |= recorded
    return answers


def _record(
    database: Database,
    act: Act[A],
    references: Sequence[str],
    by: str,
    given: Mapping[str, Any],
    now: datetime,
    person: str | None,
) -> Answers:
    """Of those that one transaction takes."""
    kind, alone, answers, decided = _kind(act), len(references) == 1, Answers(), list[tuple[A, Any]]()
    try:
        with database.writing() as session:
            found = kind.hold(session, references, act, by, given, now)
            for reference in references:
                held = found.get(reference) or not_found(kind, reference)
                answers[reference] = None
                try:
                    if isinstance(held, Exception):
                        raise held
                    asked = replace(held.asked, person=person)
                    asked = check(act, asked, _with_what_is_kept(session, act, held.row, now))
                    decided.append((asked, decision(act, asked, now, held.row)))
                    act.apart(session, held.row, asked)
                except (Refused, Unsettled) as why:
                    if alone:
                        raise  # and nothing that the checks made stays
                    answers[reference] = why
            keep(session, *decided)
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


def decision(act: Act[Any], asked: Asked, now: datetime, row: Any) -> dict[str, Any]:
    """A decision to keep: when, at which opening of which subject, with which values."""
    said = {"data": asked.values.model_dump(mode="json"), "exception": act.exception(asked)}
    return {**_kind(act).about(row), "act": act.name, "at": now, **said}


def keep(session: Session, *decided: tuple[Asked, dict[str, Any]]) -> None:
    """Keep decisions, each with who took it, for whom, and under which rules and region.

    Every decision comes by here, and the log has a line of each once it is committed.
    """
    if not decided:
        return
    signers = [signer(asked.by, asked.person, asked.region, asked.today) for asked, _ in decided]
    for one in {one for one in signers if one and not one.confirmed}:
        remember(session, one)
    rows = [
        {
            "exception": None,
            **row,
            "by": asked.by,
            "person": one.id if one else None,
            "rules_version": RULES_VERSION,
            "region_version": asked.region.version,
        }
        for (asked, row), one in zip(decided, signers, strict=True)
    ]
    session.connection().execute(_KEEP, rows)
    when_committed(session, map(_logged, rows))


def _logged(row: Mapping[str, Any]) -> log.Decision:
    process = of_reference(row["subject"])
    return log.Decision(
        reference=row["subject"], act=row["act"], by=row["by"], process=process.name if process else None
    )


def not_found(kind: SubjectKind[Any], reference: str) -> Refused:
    """There is no such subject."""
    return Refused("not_found", f"Er is geen {kind.title} met kenmerk {reference}.", "reference")
