"""A dossier of a provider that stops, its counts, the children in it, and its duties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col

from models.store.subject import as_stored
from rules.stop.facts import ChildFacts, Counts, DossierFacts, FlexCase, Proposal
from rules.stop.route import Care, Category, ChildStatus, Route

NULLABLE = JSON(none_as_null=True)


class StopDossier(SQLModel, table=True):
    """One provider that stops, wholly or partly (S-01 … S-03)."""

    __tablename__ = "stop_dossier"

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(unique=True)
    provider_id: str = Field(foreign_key="organisation.id")
    stop_type: str
    announced_on: date
    contract_ends_on: date
    motives: str  # goes out word for word in one letter (S-39)
    care_forms: list[str] = Field(sa_type=JSON)
    partly: bool = False  # other care of this provider goes on
    locations: list[str] = Field(default_factory=list, sa_type=JSON)
    continuation: list[str] = Field(default_factory=list, sa_type=JSON)
    registered_at: datetime
    opening: int = 0
    last_child: int = 0  # the number given out last
    listed_on: date | None = None  # when the counts agreed for the first time (S-30)
    closed_on: date | None = None
    trouble: str | None = None

    def facts(self, counts: Mapping[str, Counts], children_in: frozenset[str]) -> DossierFacts:
        """What the rules may know."""
        return DossierFacts(
            reference=self.reference,
            provider=self.provider_id,
            stop_type=self.stop_type,
            contract_ends_on=self.contract_ends_on,
            care_forms=tuple(self.care_forms),
            locations=tuple(self.locations),
            continuation=frozenset(self.continuation),
            counts=counts,
            children_in=children_in,
            closed=self.closed_on is not None,
        )


class StopCounts(SQLModel, table=True):
    """The numbers of one municipality, of both sides (S-40, S-41)."""

    __tablename__ = "stop_counts"

    dossier_id: int = Field(primary_key=True, foreign_key="stop_dossier.id")
    municipality: str = Field(primary_key=True)
    provider: dict[str, int] | None = Field(default=None, sa_type=NULLABLE)
    access: dict[str, int] | None = Field(default=None, sa_type=NULLABLE)
    explained: bool = False  # the difference between exactly these numbers

    @property
    def counts(self) -> Counts:
        """What the rules may know."""
        return Counts(self.provider, self.access, self.explained)

    def change(self, counts: Counts) -> None:
        """Write down what a rule says of them."""
        self.provider = None if counts.provider is None else dict(counts.provider)
        self.access = None if counts.access is None else dict(counts.access)
        self.explained = counts.explained


class StopChild(SQLModel, table=True):
    """One child in a dossier (S-17). The row is the truth of where it stands; nothing of the youth is in it."""

    __tablename__ = "stop_child"
    __table_args__ = (
        UniqueConstraint("dossier_id", "sender_reference"),
        Index("stop_child_standing", "dossier_id", "municipality", "status"),
    )

    id: int | None = Field(default=None, primary_key=True)
    dossier_id: int = Field(foreign_key="stop_dossier.id")
    reference: str = Field(unique=True)
    sender_reference: str | None = None
    added_at: datetime
    municipality: str
    care: str
    category: str
    care_form: str
    location: str | None = None
    registered_on: date
    allocation_ends_on: date | None = None
    # where it stands
    status: str = ChildStatus.WAITING_FOR_PROPOSAL.value  # follows from the facts; here to be counted and found
    opening: int = 0  # rises with every decision that is settled
    waiting: dict[str, Any] | None = Field(default=None, sa_type=NULLABLE)  # the proposal for the access
    proposed: bool = False
    refused: bool = False
    # the agreed route, and what follows it: that begins afresh with another one
    route: int | None = None
    receiver_id: str | None = Field(default=None, foreign_key="organisation.id")
    moves_along: bool = False
    expected_end: date | None = None
    agreed_on: date | None = None
    informed_on: date | None = None
    consent: bool | None = None
    handed_over_on: date | None = None
    handover_file: list[str] = Field(default_factory=list, sa_type=JSON)
    accepted_on: date | None = None
    taken_over_as_registered_on: date | None = None
    allocation_number: str | None = None
    allocated_on: date | None = None
    messages: list[str] = Field(default_factory=list, sa_type=JSON)
    # how it ends
    started_on: date | None = None
    file: list[str] = Field(default_factory=list, sa_type=JSON)
    file_completed_on: date | None = None
    finished_on: date | None = None
    signed_off_on: date | None = None
    # what the clock brought
    signals: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # code: the day on which it was raised
    warned: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # end of term: the day of the last word about it
    file_reminded: bool = False
    removed_on: date | None = None
    watch_on: date | None = Field(default=None, index=True)  # the first day on which the clock has something to say
    trouble: str | None = None

    @property
    def agreed(self) -> Proposal | None:
        """The agreed route."""
        if self.route is None:
            return None
        return Proposal(Route(self.route), self.receiver_id, self.moves_along, self.expected_end)

    def facts(self, flex: FlexCase | None = None) -> ChildFacts:
        """What the rules may know: nothing of the youth."""
        return ChildFacts(
            reference=self.reference,
            municipality=self.municipality,
            care=Care(self.care),
            category=Category(self.category),
            care_form=self.care_form,
            registered_on=self.registered_on,
            allocation_ends_on=self.allocation_ends_on,
            waiting=as_proposal(self.waiting) if self.waiting else None,
            refused=self.refused,
            proposed=self.proposed,
            agreed=self.agreed,
            agreed_on=self.agreed_on,
            informed_on=self.informed_on,
            consent=self.consent,
            handed_over_on=self.handed_over_on,
            handover_file=frozenset(self.handover_file),
            accepted_on=self.accepted_on,
            taken_over_as_registered_on=self.taken_over_as_registered_on,
            allocation_number=self.allocation_number,
            allocated_on=self.allocated_on,
            messages=frozenset(self.messages),
            started_on=self.started_on,
            file=frozenset(self.file),
            file_completed_on=self.file_completed_on,
            finished_on=self.finished_on,
            signed_off_on=self.signed_off_on,
            signals=frozenset(self.signals),
            flex=flex,
            removed_on=self.removed_on,
        )

    def change(self, changes: Mapping[str, Any]) -> None:
        """Write down facts that changed, by name: the way back of `facts`. Signals have days of their own."""
        for fact, value in changes.items():
            match fact:
                case "agreed":
                    self._agree(value)
                case "waiting":
                    self.waiting = value and as_values(value)
                case _:
                    setattr(self, fact, as_stored(value))

    def _agree(self, on: Proposal | None) -> None:
        self.route, self.receiver_id = (int(on.route), on.receiver) if on else (None, None)
        self.moves_along, self.expected_end = (on.moves_along, on.expected_end) if on else (False, None)


def as_proposal(data: Mapping[str, Any]) -> Proposal:
    """A proposal from the values of the act that made it."""
    end = data["expected_end"]
    return Proposal(
        Route(data["route"]),
        data["receiving_provider"],
        data["moves_with_employees"],
        date.fromisoformat(end) if isinstance(end, str) else end,
    )


def as_values(proposal: Proposal) -> dict[str, Any]:
    """The way back: the values without their reason, which stays with the decision."""
    end = proposal.expected_end
    return {
        "route": int(proposal.route),
        "receiving_provider": proposal.receiver,
        "expected_end": end.isoformat() if end else None,
        "moves_with_employees": proposal.moves_along,
    }


def in_dossier() -> ColumnElement[bool]:
    """The children that are in their dossier, without those that were removed."""
    return col(StopChild.removed_on).is_(None)


# what was given of a child and of a dossier: the columns
REQUEST = (
    *("municipality", "care", "category", "care_form", "location"),
    *("registered_on", "allocation_ends_on", "sender_reference"),
)
REQUEST_OF_DOSSIER = ("stop_type", "announced_on", "contract_ends_on", "motives")


class StopDuty(SQLModel, table=True):
    """A duty of the IGJ guideline that was seen to: when, by whom (S-13 … S-23, S-54)."""

    __tablename__ = "stop_duty"

    dossier_id: int = Field(primary_key=True, foreign_key="stop_dossier.id")
    duty: str = Field(primary_key=True)
    done_on: date
    by: str
    note: str | None = None  # typed text: in the program only
