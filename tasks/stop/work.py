"""A dossier, or a child in it, on its way: what a step reads of it and may do to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from models.stop.dossier import StopChild, StopDossier
from notifications.contexts import context_of
from notifications.outbox import letter_row
from rules.shared.assignment import Assigned
from rules.shared.region import Region
from rules.stop.assignees import assigned_by
from rules.stop.facts import ChildFacts, DossierFacts
from rules.stop.letters import stop_recipients
from rules.stop.route import StopSignal
from rules.stop.settings import StopSettings
from rules.stop.settling import Settled
from rules.stop.status import child_status
from rules.stop.terms import ends_by, ends_by_of, watch_on
from tasks.engine.decision import DecisionContext, Writes


@dataclass
class DossierContext(DecisionContext):
    """A dossier with its news (none for the deadline watch), at one moment."""

    session: Session
    region: Region
    now: datetime
    dossier: StopDossier
    facts: DossierFacts
    writes: Writes
    decision: Row[Any] | None = None

    def letter(self, kind: str, municipality: str | None = None, **context: Any) -> None:
        """Queue a letter of the dossier to those of A.10, with what its context has beside what every letter of a dossier knows."""
        known = {
            "provider": self.facts.provider,
            "contract_ends_on": self.facts.contract_ends_on,
            "ends_by": ends_by(self.facts, self.region.settings_of(StopSettings)),
        }
        who = stop_recipients(kind, self.facts, self.region, municipality)
        _queue(self, kind, who, self.dossier, known | context)


@dataclass
class ChildContext(DossierContext):
    """A child with its news (none for the deadline watch), at one moment."""

    child: StopChild = field(kw_only=True)
    before: ChildFacts = field(kw_only=True)  # as it stood

    @property
    def now_known(self) -> ChildFacts:
        """The child as the rules see it now."""
        return self.child.facts(self.before.flex)

    @property
    def last_day(self) -> date:
        """By when the child is settled, as it stands now."""
        return ends_by_of(self.now_known, self.child.agreed, self.facts, self.region.settings_of(StopSettings))

    def assigned(self, known: ChildFacts) -> tuple[Assigned, ...]:
        """Who must act where this is known of the child."""
        return assigned_by(self.facts, known, self.region.settings_of(StopSettings))

    def letter_of_child(self, kind: str, **context: Any) -> None:
        """Queue a letter of the child to those of A.10, with what its context has beside what every letter of a child knows.

        `receiver` and `route` are those of the agreed route unless given.
        """
        child = self.child
        known: dict[str, Any] = {
            "dossier": self.dossier.reference,
            "provider": self.facts.provider,
            "contract_ends_on": self.facts.contract_ends_on,
            "access": self.region.access[child.municipality],
            "category": child.category,
            "care": child.care,
            "ends_by": self.last_day,
            "route": child.route,
            "receiver": child.receiver_id,
            "moves_along": child.moves_along,
        } | context
        who = stop_recipients(kind, self.facts, self.region, child.municipality, known["receiver"])
        _queue(self, kind, who, child, known)

    def apply(self, settled: Settled) -> None:
        """Write down what a rule says."""
        self.child.change(settled.changes)
        for code in settled.signals:
            self.signal(code)

    def signal(self, code: StopSignal) -> None:
        """Raise a signal; once raised it stays."""
        self.child.signals = {code.value: self.today.isoformat(), **self.child.signals}

    def stand(self) -> None:
        """Write down what follows from the facts: the status, and when the clock has something to say."""
        facts = self.now_known
        self.child.status = child_status(facts).value
        self.child.watch_on = watch_on(
            facts, self.facts, self.region.settings_of(StopSettings), self.child.warned, self.child.file_reminded
        )


def _queue(
    work: DossierContext, kind: str, who: Iterable[str], about: StopDossier | StopChild, known: dict[str, Any]
) -> None:
    context = context_of(kind, **known)
    occasion = work.occasion(about.opening)
    if term := context.get("last_day"):  # a term that lapsed and the one after it may both pass on one day
        occasion += f".{term}"
    work.writes.letters += [letter_row(kind, one, about.reference, occasion, context, work.now) for one in who]
