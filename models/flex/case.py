"""A case, the youth it is about (kept apart), what was decided, and what was said in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.store.subject import as_stored
from rules.flex.facts import CaseFacts, FromStop, Statement
from rules.flex.route import PROCESS_VERSION, Outcome, Step


class Case(SQLModel, table=True):
    """One request of one child in this process (F-43, F-68 … F-82). The row is the truth of where it stands."""

    __tablename__ = "escalation_case"
    __table_args__ = (
        Index("case_by_reference_of_sender", "referrer_id", "sender_reference"),
        Index(  # whoever searches does not know whose it is; many have none, by which no planner must judge it
            "case_by_own_reference",
            "sender_reference",
            sqlite_where=text("sender_reference IS NOT NULL"),
            postgresql_where=text("sender_reference IS NOT NULL"),
        ),
        Index(  # the reference of a closed case may come again, where somebody says so
            "one_open_case_of_a_reference",
            "referrer_id",
            "sender_reference",
            unique=True,
            sqlite_where=text("step <> 'closed'"),
            postgresql_where=text("step <> 'closed'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(unique=True)
    sender_reference: str | None = None
    process_version: str = PROCESS_VERSION  # F-68
    registered_at: datetime
    # what was asked
    referral_route: str
    referrer_id: str = Field(foreign_key="organisation.id")
    provider_id: str = Field(foreign_key="organisation.id")
    owner_id: str = Field(foreign_key="organisation.id")
    received_on: date
    municipality: str
    opdracht: str
    forensic: bool = False
    residential: bool = False
    care_form: str | None = None
    age_band: str | None = None
    urgent: bool = False
    treeknorm_weeks: int | None = None
    treeknorm_date: date | None = Field(default=None, index=True)
    # where it stands
    step: str = Field(default=Step.REFERRAL.value, index=True)
    opening: int = 0  # rises with every decision that is settled; a decision answers one opening
    opened_on: date | None = None
    round: int = 1
    due: date | None = None
    overdue: bool = False
    reminded_on: date | None = None
    taken_over: bool = False
    ground: str | None = None
    table_id: str | None = Field(default=None, foreign_key="mediation_table.id")
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", index=True)
    asked_id: str | None = Field(default=None, foreign_key="organisation.id")
    accepted_id: str | None = Field(default=None, foreign_key="organisation.id")
    assessed_round: int = 0
    approved_round: int = 0
    handed_over_on: date | None = None
    allocation_number: str | None = None
    procedure_check: list[str] | None = Field(default=None, sa_type=JSON)
    outcome: str | None = None
    decided: list[str] = Field(default_factory=list, sa_type=JSON)
    trouble: str | None = None  # why it was set aside; never holds data of the case
    # whom no contracted provider took
    stop_child_id: int | None = Field(default=None, foreign_key="stop_child.id", index=True)

    def facts(
        self,
        meets_on: date | None,
        statements: Iterable[Statement],
        flex_answers: dict[str, bool],
        from_stop: FromStop | None = None,
    ) -> CaseFacts:
        """What the rules may know: nothing of the youth."""
        return CaseFacts(
            reference=self.reference,
            opdracht=self.opdracht,
            provider=self.provider_id,
            owner=self.owner_id,
            referrer=self.referrer_id,
            received_on=self.received_on,
            step=Step(self.step),
            round=self.round,
            forensic=self.forensic,
            residential=self.residential,
            care_form=self.care_form,
            urgent=self.urgent,
            treeknorm_date=self.treeknorm_date,
            opened_on=self.opened_on,
            due=self.due,
            overdue=self.overdue,
            taken_over=self.taken_over,
            table=self.table_id,
            meets_on=meets_on,
            asked=self.asked_id,
            accepted=self.accepted_id,
            assessed_round=self.assessed_round,
            approved_round=self.approved_round,
            handed_over_on=self.handed_over_on,
            allocation_number=self.allocation_number,
            procedure_check=None if self.procedure_check is None else tuple(self.procedure_check),
            outcome=Outcome(self.outcome) if self.outcome else None,
            decided=frozenset(self.decided),
            statements=tuple(statements),
            flex_answers=flex_answers,
            from_stop=from_stop,
        )

    def change(self, changes: Mapping[str, Any]) -> None:
        """Write down facts that changed, by name: the way back of `facts`."""
        for fact, value in changes.items():
            setattr(self, _COLUMN.get(fact, fact), as_stored(value))


# else as the fact
_COLUMN = {
    **{"provider": "provider_id", "referrer": "referrer_id", "owner": "owner_id"},
    **{"table": "table_id", "asked": "asked_id", "accepted": "accepted_id"},
}
_ASKED = (
    *("provider", "referrer", "sender_reference", "referral_route", "received_on", "municipality", "opdracht"),
    *("forensic", "residential", "care_form", "age_band", "urgent", "treeknorm_weeks"),
)
REQUEST = {field: _COLUMN.get(field, field) for field in _ASKED}  # what was asked, by field: the column that has it


class SubcontractorStatement(SQLModel, table=True):
    """What a subcontractor said in this case, through which provider (F-37, F-79)."""

    __tablename__ = "subcontractor_statement"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="escalation_case.id", index=True)
    round: int
    provider: str = Field(foreign_key="organisation.id")
    subcontractor: str = Field(foreign_key="organisation.id")
    declined: bool
    stated_on: date
    withdrawn_on: date | None = None


class FlexRequest(SQLModel, table=True):
    """A flex provider that was asked in a round, and its answer (F-80). One open request a case at a time."""

    __tablename__ = "flex_request"
    __table_args__ = (
        UniqueConstraint("case_id", "round", "provider"),
        Index(
            "one_open_flex_request",
            "case_id",
            unique=True,
            sqlite_where=text("answered_on IS NULL"),
            postgresql_where=text("answered_on IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="escalation_case.id", index=True)
    round: int
    provider: str = Field(foreign_key="organisation.id")
    asked_on: date
    answered_on: date | None = None
    accepted: bool | None = None
    earliest_start: date | None = None


class CaseSignal(SQLModel, table=True):
    """What somebody should look at; stays once raised, once per case and code."""

    __tablename__ = "case_signal"

    case_id: int = Field(primary_key=True, foreign_key="escalation_case.id")
    code: str = Field(primary_key=True)
    raised_on: date
