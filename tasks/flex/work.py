"""One case on its way: what a step reads of it and may do to it. Nothing is written before the whole chunk is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, update
from sqlmodel import Session, col

from models.flex.case import Case, CaseSignal, FlexRequest, SubcontractorStatement
from notifications.contexts import context_of
from notifications.outbox import letter_row
from rules.flex import letters
from rules.flex.assessment import Norm, Offer
from rules.flex.details import Detail, chosen_details
from rules.flex.facts import CaseFacts, FromStop, Statement
from rules.flex.route import Signal, Step, may_lead
from rules.flex.settings import FlexSettings
from rules.flex.settling import News, Settled
from rules.shared.process import Hook
from rules.shared.region import Region
from rules.shared.roles import TEAM, is_care_mediator
from tasks.engine.decision import DecisionContext, Writes
from tasks.flex.planning import Planner


@dataclass
class CaseWrites(Writes):
    """With what was said in the cases, and who was asked."""

    statements: list[dict[str, Any]] = field(default_factory=list)
    withdrawn: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    signals: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)

    def flush(self, session: Session, now: datetime) -> None:
        """Write everything. An answered flex request goes before a new one: one open request at a time."""
        session.flush()
        for statement, rows in (
            (_ANSWERED, self.answers),
            (_WITHDRAWN, self.withdrawn),
            (insert(FlexRequest), self.requests),
            (insert(SubcontractorStatement), self.statements),
            (insert(CaseSignal), list(self.signals.values())),
        ):
            if rows:
                session.connection().execute(statement, rows)
        super().flush(session, now)


@dataclass
class CaseContext(DecisionContext):
    """A case with its news (a decision; none for the deadline watch), at one moment."""

    session: Session
    region: Region
    now: datetime
    case: Case
    statements: list[Statement]
    flex_answers: dict[str, bool]
    meets_on: date | None
    writes: CaseWrites
    planner: Planner
    raised: set[str]
    from_stop: FromStop | None = None
    decision: Row[Any] | None = None  # of Decision
    counts: bool = True  # whether the decision counts as recorded (a failed procedure check does not)

    @property
    def facts(self) -> CaseFacts:
        """The case as the rules see it now."""
        return self.case.facts(self.meets_on, self.statements, self.flex_answers, self.from_stop)

    @property
    def norm(self) -> Norm:
        """The treeknorm as it counted when this was decided (AMB-71)."""
        return Norm(self.case.treeknorm_date, self.decided_on)

    @property
    def decided_by(self) -> str:
        """Who decided, as others know them: an organisation, or Team Zorgbemiddeling for who is of it."""
        assert self.decision is not None  # noqa: S101 - the deadline watch decides nothing
        by: str = self.decision.by
        return TEAM if is_care_mediator(by, self.region) else by

    @property
    def asked(self) -> dict[str, Any]:
        """What every letter of a case knows of what is asked."""
        case = self.case
        return {
            "opdracht": case.opdracht,
            "urgent": case.urgent,
            "treeknorm_date": case.treeknorm_date,
            "norm_passed": case.treeknorm_date is not None and self.today > case.treeknorm_date,  # AMB-71
            "received_on": case.received_on,
        }

    def letter(self, kind: str, *also: str, **context: Any) -> None:
        """Queue a letter to those of A.10 (and `also` others), with what its context has beside what every letter of a case knows."""
        self.letter_to((*letters.recipients(kind, self.facts, self.region), *also), kind, **context)

    def letter_to(self, who: Iterable[str], kind: str, again: str = "", **context: Any) -> None:
        """Queue a letter to exactly these recipients; `again` tells it apart from one that they may have had at this opening."""
        case = self.case
        details = self.details(context.get("offer"))
        said = context_of(kind, round=case.round, owner=case.owner_id, details=details, **self.asked, **context)
        occasion = self.occasion(case.opening) + again
        self.writes.letters.extend(
            letter_row(kind, recipient, case.reference, occasion, said, self.now, case_id=case.id)
            for recipient in dict.fromkeys(who)
        )

    def details(self, offer: Offer | None = None) -> dict[Detail, Any]:
        """By what the readers of a letter recognise the request (C.4); a care form that may be typed text stays out."""
        case, chosen = self.case, self.region.settings_of(FlexSettings).letter_details
        known: dict[Detail, Any] = {
            "referrer": case.referrer_id,
            "received_on": case.received_on,
            "opdracht": case.opdracht,
            "first_day": offer and offer.first_day,
            "ground": case.ground,
            "care_form": self._care_form() if "care_form" in chosen else None,
            "age_band": case.age_band,
            "municipality": case.municipality,
            "own_number": case.sender_reference,
        }
        return chosen_details(known, chosen)

    def _care_form(self) -> str | None:
        return self.case.care_form if self.case.care_form in self.region.known_care_forms() else None

    def apply(self, settled: Settled) -> None:
        """Write down what a rule says. Raises RuntimeError for a move that the route does not know."""
        if settled.news:
            announce(self, settled.news, settled.other)
        if settled.to:
            self._come_to(settled.to)
        self.state(settled.said)
        for code in settled.signals:
            self.signal(code)
        changes = dict(settled.changes)
        self.meets_on = changes.pop("meets_on", self.meets_on)  # these two follow from rows of their own
        self.flex_answers = changes.pop("flex_answers", self.flex_answers)
        self.case.change(changes)

    def _come_to(self, step: Step) -> None:
        case = self.case
        if self.decision and not may_lead(self.decision.act, Step(case.step), step):
            raise RuntimeError(f"the route does not lead from {case.step} to {step.value} by {self.decision.act}")
        case.step, case.opened_on, case.reminded_on = step.value, self.today, None
        if step is not Step.TABLE:
            case.meeting_id = None

    def signal(self, code: Signal) -> None:
        """Raise a signal; once raised it stays."""
        if code.value not in self.raised:
            self.raised.add(code.value)
            self.writes.signals[self.case.id or 0, code.value] = {
                "case_id": self.case.id,
                "code": code.value,
                "raised_on": self.today,
            }

    def state(self, said: Iterable[Statement]) -> None:
        """Keep what subcontractors said (F-37, F-79)."""
        for statement in said:
            self.statements.append(statement)
            self.writes.statements.append(
                {
                    "case_id": self.case.id,
                    "round": self.case.round,
                    "provider": statement.provider,
                    "subcontractor": statement.subcontractor,
                    "declined": statement.declined,
                    "stated_on": self.today,
                }
            )

    def withdraw_statement(self, provider: str, subcontractor: str) -> None:
        """Lift what a subcontractor said through this provider (AMB-21)."""
        self.writes.withdrawn.append(
            {"of_case": self.case.id, "of_provider": provider, "of_subcontractor": subcontractor, "day": self.today}
        )

    def ask(self, flex: str) -> None:
        """Keep that a flex provider is asked."""
        self.writes.requests.append(
            {"case_id": self.case.id, "round": self.case.round, "provider": flex, "asked_on": self.today}
        )

    def answered(self, accepted: bool | None, earliest_start: str | None = None) -> None:
        """Keep how the open request ended; None where it ended without an answer."""
        if self.case.asked_id:
            start = date.fromisoformat(earliest_start) if earliest_start else None
            self.writes.answers.append({"of_case": self.case.id, "day": self.today, "yes": accepted, "start": start})


# what becomes of a case, and the provider (by id) that it is about
announce: Hook[[CaseContext, News, str | None], None] = Hook()
# these cases moved, and all of it is written: what hangs on them may be another's now
moved_on: Hook[[Session, Region, Sequence[Case], datetime], None] = Hook()
_ANSWERED = (
    update(FlexRequest)
    .where(col(FlexRequest.case_id) == bindparam("of_case"), col(FlexRequest.answered_on).is_(None))
    .values(answered_on=bindparam("day"), accepted=bindparam("yes"), earliest_start=bindparam("start"))
)
_WITHDRAWN = (
    update(SubcontractorStatement)
    .where(
        col(SubcontractorStatement.case_id) == bindparam("of_case"),
        col(SubcontractorStatement.provider) == bindparam("of_provider"),
        col(SubcontractorStatement.subcontractor) == bindparam("of_subcontractor"),
        col(SubcontractorStatement.withdrawn_on).is_(None),
    )
    .values(withdrawn_on=bindparam("day"))
)
