"""The lines of the flex flow: each settles the decisions of one step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rules.flex.route import STEP_INFO, TRANSITIONS, Step, settled_at
from tasks.engine.batch import BatchResult
from tasks.engine.step import Line, named_task, tracked
from tasks.flex.settle import Settle, settle


def line(at: Step, after: Callable[[BatchResult, datetime], None] | None = None) -> Callable[[Settle], Line]:
    """Make a line of the flow from the function that settles one case's decision. `after` runs once it is committed."""
    acts = frozenset(transition.act for transition in TRANSITIONS if settled_at(transition.act) is at)

    def make(how: Settle) -> Line:
        def run(cases: list[str], now: datetime) -> BatchResult:
            done = settle(acts, how, cases, now)
            if after and tracked():
                after(done, now)
            return done

        info = STEP_INFO[at]
        name = f"{info.number} · {info.name}" if info.number else info.name
        return Line(at, named_task(name)(run))

    return make
