"""What somebody asks to do, as roles, checks and gates look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rules.shared.region import Region
from rules.shared.repeating import LastDecision, same_again
from rules.shared.values import Correction


@dataclass(frozen=True)
class Asked:
    """An act that somebody asks for today; each process adds what it is about."""

    region: Region
    by: str
    today: date
    given: Mapping[str, Any]
    values: Any = None  # None while they are not read, or cannot be
    said: LastDecision | None = None  # the last decision of this act about the same
    request: Mapping[str, Any] = field(default_factory=dict)  # what was given at first, as it stands, by field
    person: str | None = None  # who acts for an organisation: the id of a contact, or a name

    def says_the_same(self) -> bool:
        """Whether it only says again what was said just before (F-25, S-31)."""
        if self.values is None or isinstance(self.values, Correction):  # one is compared with what stands
            return False
        return same_again(self.by, self.values.model_dump(mode="json"), self.said, self.region)
