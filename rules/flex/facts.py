"""What the rules know of a case: frozen facts, nothing of the youth."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rules.flex.route import Outcome, Step


@dataclass(frozen=True, slots=True)
class Statement:
    """What a subcontractor said in this case through the provider that contracted it (F-19, F-37)."""

    provider: str
    subcontractor: str
    declined: bool
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class FromStop:
    """The child of a stopping provider that a case is about (docs/decisions/0011)."""

    child: str  # its reference in the dossier
    provider: str  # the one that stops
    open: bool = True  # neither transferred nor finished
    started_at: str | None = None  # who took it over
    municipality: str | None = None  # whose access decides about it


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case as the rules see it. Dates are local (Europe/Amsterdam); ids are those of the region."""

    reference: str
    opdracht: str
    provider: str
    owner: str
    referrer: str
    received_on: date
    step: Step = Step.REFERRAL
    round: int = 1
    forensic: bool = False
    residential: bool = False
    care_form: str | None = None
    urgent: bool = False
    treeknorm_date: date | None = None
    opened_on: date | None = None  # the day on which it came to its step
    due: date | None = None
    overdue: bool = False
    taken_over: bool = False
    table: str | None = None
    meets_on: date | None = None
    asked: str | None = None
    accepted: str | None = None
    assessed_round: int = 0  # the last round in which every provider at the table said no
    approved_round: int = 0  # the last round that the contract manager approved
    handed_over_on: date | None = None
    allocation_number: str | None = None  # of an allocation that passed the check
    procedure_check: tuple[str, ...] | None = None  # None: has not run; empty: passed
    outcome: Outcome | None = None
    decided: frozenset[str] = frozenset()  # acts recorded in this round, with the one that began it
    statements: tuple[Statement, ...] = ()
    flex_answers: dict[str, bool] = field(default_factory=dict)  # of this round: who answered, and whether it accepted
    from_stop: FromStop | None = None

    @property
    def handed_over(self) -> bool:
        """The warm handover took place (F-39)."""
        return self.handed_over_on is not None

    @property
    def allocated(self) -> bool:
        """There is an allocation that passed the flex provider's check (F-50)."""
        return self.allocation_number is not None

    @property
    def table_assessed(self) -> bool:
        """The table assessed the case in the current round (gate 2)."""
        return self.assessed_round == self.round

    @property
    def approved(self) -> bool:
        """The contract manager approved in the current round; each case by itself (F-12, gate 1, AMB-24)."""
        return self.approved_round == self.round
