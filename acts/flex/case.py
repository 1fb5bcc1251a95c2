"""Acts on a case: how it is found and held, and in which order an act on it is checked (the order of the document)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from acts.engine.act import (
    Act,
    AtRequestOf,
    Found,
    Held,
    SubjectKind,
    Unsettled,
    allowed,
    already_decided,
    fitting,
    gated,
    valid,
)
from flexroute.clock import local_date
from models.flex import history
from models.flex.case import REQUEST, Case
from models.region.directory import load_region
from rules.flex.asked import OfCase
from rules.flex.facts import CaseFacts
from rules.flex.route import STEP_INFO, TRANSITION_OF, Step
from rules.shared.refusal import Refused, invalid
from rules.shared.roles import is_care_mediator


def _hold(
    session: Session, references: Sequence[str], act: Act[OfCase], by: str, given: Mapping[str, Any], now: datetime
) -> Found[OfCase]:
    """Cases, locked one by one. The checks must see a case as every decision before leaves it."""
    return {
        reference: _held(session, case, act, by, given, now)
        for reference in references
        if (case := history.standing(session, reference))
    }


def _held(
    session: Session, case: Row[Any], act: Act[OfCase], by: str, given: Mapping[str, Any], now: datetime
) -> Held[OfCase] | Unsettled:
    if case.has_news:
        return Unsettled(case.reference)
    if waits := next(filter(None, history.before_act(session, case)), None):
        return Unsettled(waits)
    region = load_region(session, case.region_version)
    facts = history.facts_of(session, [case])[case.reference]
    said = history.said_just_now(session, case, act.name)
    request = {field: getattr(case, column) for field, column in REQUEST.items()}
    if "treeknorm_weeks" in given:  # what somebody said, not the norm that the region gave
        request["treeknorm_weeks"] = history.said_weeks(session, case.reference)
    team = history.decided_for_team(session, case) if case.step == Step.APPROVAL else frozenset()
    asked = OfCase(region, by, local_date(now), given, said=said, case=facts, request=request, for_team=team)
    return Held(case, asked)


def at_the_right_step(act: Act[OfCase], asked: OfCase, _kept: object) -> OfCase:
    """The case stands where the act is asked for, and it was not decided already."""
    case, step = asked.case, STEP_INFO[asked.case.step]
    if case.step in TRANSITION_OF[act.name].at:
        if act.twice(asked) if act.twice else asked.says_the_same():
            raise already_decided()
        return asked
    if act.name in case.decided:
        raise Refused("already_decided", f"Dit is al besloten. De casus staat nu bij: {step.name}.")
    if case.step is Step.CLOSED:
        raise Refused("wrong_step", "Deze casus is afgesloten.")
    raise Refused("wrong_step", f"Dit kan nu niet. De casus staat bij: {step.name}.")


def about(case: Case | Row[Any]) -> dict[str, Any]:
    """What a decision says of a case."""
    return {"subject": case.reference, "opening": case.opening, "step": case.step, "round": case.round}


CASE: SubjectKind[OfCase] = SubjectKind(
    label="case", title="casus", hold=_hold, about=about, order=(allowed, valid, at_the_right_step, fitting, gated)
)


# what a provider says by phone (decision 0020); never an approval, a start or what a municipality decides
BY_PHONE = AtRequestOf(is_care_mediator, "een zorgbemiddelaar")


def not_before_referral(on: date, case: CaseFacts) -> None:
    """What is recorded happened after the provider got the referral. Raises Refused."""
    if on < case.received_on:
        raise invalid("on", f"deze dag ligt voor de verwijzing ({case.received_on:%d-%m-%Y})")
