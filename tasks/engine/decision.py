"""What every step has to do with a decision, of a case or in a dossier: when it was, what it says, and what is written of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, update
from sqlmodel import Session, col

from flexroute.clock import local_date
from models.store.decision import Decision
from notifications.outbox import queue_letters


class DecisionContext:
    """Somebody's decision (none for the deadline watch), as it is settled at one moment."""

    now: datetime
    decision: Row[Any] | None  # of Decision

    @property
    def today(self) -> date:
        """The day it is in the region."""
        return local_date(self.now)

    @property
    def decided_at(self) -> datetime:
        """When it was decided, however late it is settled: what counts for an agenda's closing time and a new term."""
        return self.decision.at if self.decision else self.now

    @property
    def decided_on(self) -> date:
        """The day on which it was decided, however late it is settled."""
        return local_date(self.decided_at)

    @property
    def answer(self) -> dict[str, Any]:
        """The values of the decision."""
        assert self.decision is not None  # noqa: S101 - the deadline watch reads no answers
        return dict(self.decision.data)

    def occasion(self, opening: int) -> str:
        """What makes a letter unique: the opening of its subject; for the deadline watch its day as well."""
        return f"{opening}" if self.decision else f"{opening}.{self.today.isoformat()}"


@dataclass
class Writes:
    """What a chunk will write beside its rows: in bulk, in one transaction."""

    letters: list[dict[str, Any]] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)

    @contextmanager
    def settling(self, subject: Any, decision: Row[Any] | None) -> Iterator[None]:
        """Within it what was decided (nothing, for the deadline watch) is done; then the subject goes on.

        Raises RuntimeError where the subject stands elsewhere.
        """
        if decision is not None and decision.opening != subject.opening:
            raise RuntimeError("a decision must answer the opening that its subject stands at")
        yield
        subject.trouble = None
        if decision is not None:
            subject.opening += 1
            self.settled.append(decision.id)

    def flush(self, session: Session, now: datetime) -> None:
        """Write everything."""
        session.flush()
        queue_letters(session, self.letters)
        if self.settled:
            settled = update(Decision).where(col(Decision.id).in_(self.settled))
            session.connection().execute(settled.values(settled_at=now))
