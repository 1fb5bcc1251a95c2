"""What somebody asks to do about a dossier or a child in it, as roles and gates look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rules.shared.region import Region
from rules.shared.repeating import Said
from rules.stop.facts import ChildFacts, DossierFacts, Proposal


@dataclass(frozen=True)
class OfDossier:
    """An act on a dossier."""

    region: Region
    dossier: DossierFacts
    by: str
    today: date
    given: Mapping[str, Any]
    values: Any = None  # None while they are not read, or cannot be


@dataclass(frozen=True)
class Asked(OfDossier):
    """An act on a child."""

    child: ChildFacts = field(kw_only=True)
    proposal: Proposal | None = None  # what it is about: the agreed route, or the proposal that is made or decided
    said: Said | None = None  # the last decision of this act about the child
    on: date | None = None  # the day on which it must hold; today where it is not given

    @property
    def day(self) -> date:
        """The day on which contract, acceptance and allocation must be there."""
        return self.on or self.today
