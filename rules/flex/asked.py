"""What somebody asks to do about a case of the flex route."""

from __future__ import annotations

from dataclasses import dataclass, field

from rules.flex.assessment import Norm
from rules.flex.facts import CaseFacts
from rules.shared.asked import Asked


@dataclass(frozen=True)
class OfCase(Asked):
    """An act on a case."""

    case: CaseFacts = field(kw_only=True)
    for_team: frozenset[str] = (
        frozenset()
    )  # who decided for Team Zorgbemiddeling in this round; read at the approval only

    @property
    def norm(self) -> Norm:
        """The treeknorm as it counts today (AMB-71)."""
        return Norm(self.case.treeknorm_date, self.today)
