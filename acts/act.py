"""What an act is, and how one is recorded: checked under the case's lock, kept as a decision, or refused with a code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from sqlalchemy import Row, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from flexroute.clock import local_date
from models import history
from models.case import Case, Decision
from models.database import Database
from models.directory import load_region
from rules.facts import CaseFacts
from rules.refusal import Refused, invalid
from rules.region import Region
from rules.repeating import Said, same_again
from rules.roles import MayAct
from rules.route import STOPS, WAY, Step
from rules.tables import Changes
from rules.values import NO_TEXT, Given, first_unreadable

V = TypeVar("V", bound=Given)
_KEEP = insert(Decision)


class Unsettled(Exception):
    """An earlier decision about this case, child, dossier or meeting waits to be settled: move it, then try again."""


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


def read_values(kind: type[V], given: Mapping[str, Any], region: Region, today: date) -> V:
    """The values of an act, held to the region and the day. Raises Refused (`invalid`) naming the first wrong field."""
    if odd := first_unreadable(given):
        raise invalid(odd, NO_TEXT)
    try:
        return kind.model_validate(dict(given), context={"region": region, "today": today})
    except ValidationError as error:
        errors = error.errors(include_input=False, include_url=False)
        # a name that was typed wrong says more than the field that is missing because of it
        first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
        field = ".".join(str(part) for part in first["loc"]) or "with"
        raise invalid(field, _in_dutch(first, kind)) from None


_DUTCH = {
    "missing": "vul dit veld in",
    "string_type": "vul een tekst in (zet getallen tussen aanhalingstekens)",
    "string_too_short": "vul dit veld in",
    "string_too_long": "deze tekst is te lang",
    "too_long": "deze tekst is te lang",
    "string_pattern_mismatch": "deze waarde heeft niet de goede vorm",
    "tuple_type": "geef een lijst",
    "list_type": "geef een lijst",
    "dict_type": "geef velden met een waarde",
    "model_type": "geef velden met een waarde",
    "int_type": "vul een heel getal in",
    "int_parsing": "vul een heel getal in",
    "too_short": "vul er ten minste één in",
}


def _in_dutch(error: Any, kind: type[Given]) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "extra_forbidden":
        choices = f"; kies uit: {', '.join(kind.model_fields)}" if len(error["loc"]) == 1 else ""
        return f"dit veld hoort hier niet{choices}"
    if error["type"] in ("enum", "literal_error"):
        return f"kies een van: {error['ctx']['expected'].replace(' or ', ', ')}"
    if error["type"] == "greater_than_equal":
        return f"dit getal is te klein; het minste is {error['ctx']['ge']}"
    if error["type"] == "less_than_equal":
        return f"dit getal is te groot; het meeste is {error['ctx']['le']}"
    return _DUTCH.get(error["type"], "deze waarde kan niet")


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


def forbidden(who: str) -> Refused:
    """Somebody without the right role."""
    return Refused("forbidden", f"Dit mag alleen: {who}.")


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
