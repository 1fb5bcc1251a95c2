"""A child of a stopping provider that is a case in the flex route: what each process knows of the other (docs/decisions/0011)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session, col, exists, select

from models.flex import history as of_flex
from models.flex.case import Case
from models.stop import history as of_stop
from models.stop.dossier import StopChild, StopDossier
from models.store.database import in_parts
from models.store.decision import Decision
from models.store.youth import keep_youth
from rules.flex.facts import FromStop
from rules.flex.route import Outcome, Step
from rules.stop.facts import FlexCase
from rules.stop.route import OPEN


@of_flex.children_of.add
def children_of(session: Session, children: set[int]) -> dict[int, FromStop]:
    """The children, by id, as their cases must know them."""
    found = select(StopChild, StopDossier.provider_id).join(StopDossier).where(col(StopChild.id).in_(children))
    return {
        child.id or 0: FromStop(
            child.reference,
            stops,
            child.status in OPEN,
            child.receiver_id if child.started_on else None,
            child.municipality,
        )
        for child, stops in session.exec(found)
    }


@of_flex.before_act.add
def child_with_news(session: Session, case: Row[Any]) -> str | None:
    """The reference of the child that a case is about where a decision about it waits; None where none does. For who holds the case."""
    if not case.stop_child_id:
        return None
    waiting = exists().where(col(Decision.subject) == col(StopChild.reference), col(Decision.settled_at).is_(None))
    return session.exec(select(StopChild.reference).where(StopChild.id == case.stop_child_id, waiting)).first()


@of_stop.flex_cases.add
def flex_cases(session: Session, children: Sequence[int]) -> dict[int, list[FlexCase]]:
    """By child the cases with which it entered the flex route, the latest last."""
    entered = select(Case).order_by(col(Case.id)).execution_options(populate_existing=True)
    found: dict[int, list[FlexCase]] = defaultdict(list)
    for part in in_parts(children):
        for case in session.exec(entered.where(col(Case.stop_child_id).in_(part))):
            found[case.stop_child_id or 0].append(_of_dossier(case))
    return dict(found)


def _of_dossier(case: Case) -> FlexCase:
    """A case as the dossier of its child sees it; a flex provider has a part in it until the case ends otherwise."""
    goes_on = case.outcome in (None, Outcome.STARTED)
    return FlexCase(
        reference=case.reference,
        opdracht=case.opdracht,
        open=case.step != Step.CLOSED,
        accepted=case.accepted_id if goes_on else None,
        ready=goes_on and case.handed_over_on is not None and case.allocation_number is not None,
        at=case.outcome or case.step,
    )


@of_stop.youth_corrected.add
def same_youth(session: Session, child: int, known: dict[str, Any]) -> None:
    """The cases of a child are about the same youth."""
    for case in session.exec(select(Case.id).where(Case.stop_child_id == child)):
        keep_youth(session, known, case_id=case or 0)


@of_stop.hold_elsewhere.add
def hold_cases(session: Session, children: Sequence[int]) -> dict[int, str]:
    """Makes the open cases of these children ours too; by child the reference of one about which a decision waits.

    Whoever holds a case never waits for a dossier, so nobody waits for ever.
    """
    of_these = (
        select(Case).where(col(Case.stop_child_id).in_(children), Case.step != Step.CLOSED).order_by(col(Case.id))
    )
    cases = session.exec(of_these.with_for_update().execution_options(populate_existing=True)).all()
    waiting = col(Decision.subject).in_([case.reference for case in cases]) & col(Decision.settled_at).is_(None)
    news = set(session.exec(select(Decision.subject).where(waiting))) if cases else set()
    return {case.stop_child_id or 0: case.reference for case in cases if case.reference in news}
