"""The lines of the flex flow: which cases and meetings have news, and the task that settles it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from sqlmodel import col, select

from models.flex.case import Case
from models.flex.meeting import Meeting
from models.store.database import current
from models.store.decision import Decision
from rules.flex.route import STEP_INFO, TRANSITIONS, Step, settled_at
from tasks.engine.batch import BatchResult
from tasks.engine.step import Line, PendingDecisions, named_task, tracked
from tasks.flex.settle import Settle, settle


def collect(cases: list[str] | None, now: datetime) -> PendingDecisions:
    """Which cases (all, or these) and meetings have a decision that waits to be settled."""
    found: dict[str, list[str]] = defaultdict(list)
    with current().reading() as session:
        waiting = (
            select(Case.reference, Decision.act)
            .join(Case, col(Case.reference) == col(Decision.subject))
            .where(col(Decision.settled_at).is_(None))
        )
        if cases is not None:
            waiting = waiting.where(col(Case.reference).in_(cases))
        for reference, act in session.exec(waiting.order_by(col(Decision.id))):
            found[settled_at(act)].append(reference)
        changed = select(Meeting.id).join(Decision, col(Decision.subject) == col(Meeting.reference))
        meetings = [meeting for meeting in session.exec(changed.where(col(Decision.settled_at).is_(None))) if meeting]
    return PendingDecisions(now, found, meetings)


def line(at: Step, after: Callable[[BatchResult, datetime], None] | None = None) -> Callable[[Settle], Line]:
    """Make a line of the flow from the function that settles one case's decision. `after` runs once it is committed."""
    acts = frozenset(way.act for way in TRANSITIONS if settled_at(way.act) is at)

    def make(how: Settle) -> Line:
        def run(cases: list[str], now: datetime) -> BatchResult:
            done = settle(acts, how, cases, now)
            if after and tracked():
                after(done, now)
            return done

        stop = STEP_INFO[at]
        name = f"{stop.number} · {stop.name}" if stop.number else stop.name
        return Line(at, named_task(name)(run))

    return make
