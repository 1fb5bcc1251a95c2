"""What the rules know of a dossier and of a child in it: frozen facts, nothing of the youth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rules.stop.route import FILE_ITEMS, Care, Category, Route

Numbers = Mapping[str, int]  # by category


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of one municipality: of the stopping provider and of its access (S-40, S-41, S-58)."""

    provider: Numbers | None = None
    access: Numbers | None = None
    explained: bool = False  # the difference between these two

    @property
    def complete(self) -> bool:
        """Both sides gave their numbers."""
        return self.provider is not None and self.access is not None

    @property
    def differences(self) -> dict[str, list[int]]:
        """By category: both numbers where both are known and differ; an explanation does not take them away (S-42)."""
        if self.provider is None or self.access is None:
            return {}
        both = ((category, self.provider[category], self.access[category]) for category in Category)
        return {category.value: [mine, yours] for category, mine, yours in both if mine != yours}

    @property
    def agreed(self) -> bool:
        """Both sides are known and every difference is explained (S-42)."""
        return self.complete and (self.explained or not self.differences)


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """A dossier as the rules see it. Ids are those of the region."""

    reference: str
    provider: str
    stop_type: str
    contract_ends_on: date
    care_forms: tuple[str, ...]
    locations: tuple[str, ...] = ()
    continuation: frozenset[str] = frozenset()  # who asked for it (S-07)
    counts: Mapping[str, Counts] = field(default_factory=dict)  # by municipality
    children_in: frozenset[str] = frozenset()  # municipalities
    closed: bool = False

    @property
    def places(self) -> frozenset[str]:
        """The municipalities with counts or children."""
        return self.children_in | self.counts.keys()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A way to settle a child (S-31): finish here, or move to a receiver."""

    route: Route
    receiver: str | None = None
    moves_along: bool = False  # with employees (S-27)
    expected_end: date | None = None


@dataclass(frozen=True, slots=True)
class FlexCase:
    """The case with which a child entered the flex route last, as far as its dossier must know (docs/decisions/0011)."""

    reference: str
    opdracht: str
    open: bool = True
    accepted: str | None = None  # the flex provider that goes on with it; of a case that was withdrawn nobody
    ready: bool = False  # nothing is left there but the start
    at: str = ""  # its step, or how it ended


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """A child in a dossier as the rules see it. What follows an agreement begins afresh with the next one."""

    reference: str
    municipality: str
    care: Care
    category: Category
    care_form: str
    registered_on: date
    allocation_ends_on: date | None = None
    waiting: Proposal | None = None  # for the access's decision
    refused: bool = False  # the last proposal got a no
    proposed: bool = False  # ever
    agreed: Proposal | None = None
    agreed_on: date | None = None
    informed_on: date | None = None
    consent: bool | None = None  # the last answer (S-50)
    handed_over_on: date | None = None
    handover_file: frozenset[str] = frozenset()
    accepted_on: date | None = None
    taken_over_as_registered_on: date | None = None  # the receiver's registration date (S-33)
    allocation_number: str | None = None
    allocated_on: date | None = None
    messages: frozenset[str] = frozenset()
    started_on: date | None = None
    file: frozenset[str] = frozenset()  # after the start (S-47)
    file_completed_on: date | None = None
    finished_on: date | None = None
    signed_off_on: date | None = None
    signals: frozenset[str] = frozenset()
    flex: FlexCase | None = None
    removed_on: date | None = None  # it was added by mistake, and is in the dossier no more

    @property
    def receiver(self) -> str | None:
        """Who takes the child over by the agreed route."""
        return self.agreed.receiver if self.agreed else None

    @property
    def receivers(self) -> frozenset[str]:
        """Who may act as the receiver: by the agreed route, or by the proposal that waits."""
        proposals = (self.agreed, self.waiting)
        return frozenset(one.receiver for one in proposals if one and one.receiver)

    @property
    def handed_over(self) -> bool:
        """The warm handover took place (S-12)."""
        return self.handed_over_on is not None

    @property
    def signed_off(self) -> bool:
        """The access checked how it ended (S-59, S-60)."""
        return self.signed_off_on is not None

    @property
    def in_flex_route(self) -> bool:
        """Its case is open."""
        return self.flex is not None and self.flex.open

    @property
    def waits_for_flex_route(self) -> bool:
        """Its receiver accepted it in the flex route, and more than the start is left there (gate 5)."""
        return self.flex is not None and self.receiver == self.flex.accepted is not None and not self.flex.ready

    @property
    def told_too_early(self) -> bool:
        """The family heard of this agreement before it was made (S-45)."""
        return self.informed_on is not None and self.agreed_on is not None and self.informed_on < self.agreed_on

    @property
    def file_complete(self) -> bool:
        """The file after the start has its three items (S-47, S-48)."""
        return self.file.issuperset(FILE_ITEMS)
