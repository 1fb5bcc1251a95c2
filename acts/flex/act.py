"""What an act is, and how one is recorded: checked under the case's lock, kept as a decision, or refused with a code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from acts.engine.act import Unsettled, forbidden, read_values
from flexroute.clock import local_date
from models.flex import history
from models.flex.case import Case
from models.region.directory import load_region
from models.store.database import Database
from models.store.decision import Decision
from rules.flex.facts import CaseFacts
from rules.flex.roles import MayAct
from rules.flex.route import STOPS, WAY, Step
from rules.shared.refusal import Refused, invalid
from rules.shared.region import Region
from rules.shared.repeating import Said, same_again
from rules.shared.series import Changes
from rules.shared.values import Given

V = TypeVar("V", bound=Given)
_KEEP = insert(Decision)


def nothing_more(_values: Any, _facts: CaseFacts, _region: Region, _today: date) -> None:
    """For acts that need no further check."""


@dataclass(frozen=True)
class Act(Generic[V]):
    """An act on a case. The checks run in this order: may, the values, `mine`, `complete`, twice, wrong step, `fits`, the rest."""

    name: str
    values: type[V]
    may: MayAct
    who: str  # in Dutch: who may do it, for the refusal
    complete: Callable[[V, CaseFacts, Region, date], None] = nothing_more  # what is missing
    fits: Callable[[V, CaseFacts, Region, str, date], None] | None = None  # what does not fit this case
    mine: Callable[[V, str, Region], bool] | None = None  # whether the values are this actor's to give; else forbidden
    plans: Callable[[V, CaseFacts, Region, Mapping[str, Changes], datetime], None] | None = (
        None  # whether a table has room
    )
    again: Callable[[V, CaseFacts], bool] | None = None  # already decided at the right step; None: the same again is
    clashes: Callable[[Session, Row[Any], V, str, Region], None] | None = None  # with what is kept of other cases


def check(
    act: Act[V],
    facts: CaseFacts,
    by: str,
    given: Mapping[str, Any],
    region: Region,
    today: date,
    said: Said | None = None,
) -> V:
    """Whether this act may happen now; `said`: the decision before it. Raises Refused with the code that comes first (A.8, A.12)."""
    if not act.may(by, facts, region):
        raise forbidden(act.who)
    values = read_values(act.values, given, region, today)
    if act.mine and not act.mine(values, by, region):
        raise forbidden(act.who)
    act.complete(values, facts, region, today)
    repeated = act.again(values, facts) if act.again else same_again(by, values.model_dump(mode="json"), said, region)
    _asked_for(act, facts, repeated)
    if act.fits:
        act.fits(values, facts, region, by, today)
    return values


def not_before_referral(on: date, facts: CaseFacts) -> None:
    """What is recorded happened after the provider got the referral. Raises Refused."""
    if on < facts.received_on:
        raise invalid("on", f"deze dag ligt voor de verwijzing ({facts.received_on:%d-%m-%Y})")


def _asked_for(act: Act[V], facts: CaseFacts, repeated: bool) -> None:
    step = STOPS[facts.step]
    if facts.step in WAY[act.name].at:
        if repeated:
            raise Refused("already_decided", "Dit is al vastgelegd. De eerste vastlegging blijft staan.")
    elif act.name in facts.decided:
        raise Refused("already_decided", f"Dit is al besloten. De casus staat nu bij: {step.name}.")
    elif facts.step is Step.CLOSED:
        raise Refused("wrong_step", "Deze casus is afgesloten.")
    else:
        raise Refused("wrong_step", f"Dit kan nu niet. De casus staat bij: {step.name}.")


def record(database: Database, act: Act[V], reference: str, by: str, given: Mapping[str, Any], now: datetime) -> str:
    """Record a decision about a case, in one transaction; answers with the reference.

    Raises Refused, or Unsettled when an earlier decision must be settled first.
    """
    try:
        with database.writing() as session:
            case = history.standing(session, reference)
            if case is None:
                raise Refused("not_found", f"Er is geen casus met kenmerk {reference}.")
            if case.has_news:  # the checks below must see the case as that decision leaves it
                raise Unsettled(reference)
            if case.stop_child_id and (child := history.child_with_news(session, case.stop_child_id)):
                raise Unsettled(child)
            region = load_region(session, case.region_version)
            facts = history.facts_of(session, [case])[case.reference]
            values = check(
                act, facts, by, given, region, local_date(now), history.said_just_now(session, case, act.name)
            )
            if act.plans:
                act.plans(values, facts, region, history.changes(session, local_date(now)), now)
            if act.clashes:
                act.clashes(session, case, values, by, region)
            keep(session, act.name, case, by, now, values)
    except IntegrityError:
        raise Unsettled(reference) from None
    return reference


def keep(session: Session, name: str, case: Case | Row[Any], by: str, now: datetime, values: Given) -> None:
    """Keep a decision: who, when, at which opening of which step, with which values."""
    decision = {
        "case_id": case.id,
        "opening": case.opening,
        "act": name,
        "step": case.step,
        "round": case.round,
        "by": by,
        "at": now,
        "data": values.model_dump(mode="json"),
    }
    session.connection().execute(_KEEP, decision)
