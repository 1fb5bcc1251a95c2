"""Whom every open case waits for (AMB-18), and who must act on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlmodel import Session, col

from models.flex.case import Case
from models.flex.meeting import Meeting
from rules.flex.assignees import assigned as rules_of
from rules.flex.assignees import assignees
from rules.flex.facts import CaseFacts
from rules.flex.route import STEP_INFO, Step
from rules.shared.assignment import Assigned, Open, Waiting
from rules.shared.region import Region
from rules.shared.roles import exists


def who_must_act(session: Session, _today: date) -> Iterator[Open]:
    """Every open case."""
    of_cases = select(*Case.__table__.c).where(col(Case.step).not_in((Step.CLOSED, Step.REFERRAL)))  # type: ignore[attr-defined]
    for row in session.execute(of_cases.order_by(col(Case.id))):
        yield partial(_case, Case.facts(row, None, (), {}))  # type: ignore[arg-type]  # a row has the same names


def assigned(session: Session, _region: Region) -> Iterator[tuple[str, tuple[Assigned, ...]]]:
    """Who must act on every open case."""
    of_cases = select(*Case.__table__.c, col(Meeting.on).label("meets_on"))  # type: ignore[attr-defined]
    of_cases = of_cases.outerjoin(Meeting, (col(Case.meeting_id) == col(Meeting.id)) & (col(Case.step) == Step.TABLE))
    for row in session.execute(of_cases.where(col(Case.step) != Step.CLOSED)):
        yield row.reference, rules_of(Case.facts(row, row.meets_on, (), {}))  # type: ignore[arg-type]


def _case(facts: CaseFacts, region: Region) -> Waiting:
    who = assignees(facts, region)
    lacks = None
    if not region.contract_managers(facts.opdracht):  # not at this step yet, perhaps, but on its way there
        lacks = f"niemand mag akkoord geven voor opdracht {facts.opdracht}: geen contractmanager en geen contractbeheer"
    elif not any(exists(one, region) for one in who):
        lacks = (
            f"niemand kan {STEP_INFO[facts.step].asks} ({', '.join(map(region.name_of, who)) or 'niemand is aan zet'})"
        )
    return Waiting(facts.reference, facts.step.value, who, lacks=lacks)
