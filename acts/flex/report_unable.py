"""Before the start: the flex provider that accepted cannot deliver (in time) after all (F-40, AMB-23)."""

from __future__ import annotations

from acts.flex.act import Act
from rules.flex.procedure import not_started
from rules.flex.roles import accepted_flex
from rules.shared.values import Given, Text


class Unable(Given):
    """Why."""

    explanation: Text


ACT = Act(
    "report_unable",
    Unable,
    accepted_flex,
    "de flex-aanbieder die ja heeft gezegd",
    fits=lambda _values, facts, *_: not_started(facts),
)
