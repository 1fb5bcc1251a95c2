"""What somebody asks to do about a dossier or a child in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rules.shared.asked import Asked
from rules.stop.facts import ChildFacts, DossierFacts, Proposal


@dataclass(frozen=True)
class OfDossier(Asked):
    """An act on a dossier."""

    dossier: DossierFacts = field(kw_only=True)


@dataclass(frozen=True)
class OfChild(OfDossier):
    """An act on a child."""

    child: ChildFacts = field(kw_only=True)
    proposal: Proposal | None = None  # what it is about: the agreed route, or the proposal that is made or decided
    on: date | None = None  # the day on which it must hold; today where it is not given

    @property
    def day(self) -> date:
        """The day on which contract, acceptance and allocation must be there."""
        return self.on or self.today
