"""A child and a dossier as the decisions about them tell, by the tests' own reading of the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.machines.stop.world import CATEGORIES, ITEMS, JUDGED, MESSAGES, day_of


@dataclass
class Known:
    """A child as the decisions about it tell, by the test's own reading of the document."""

    waiting: dict[str, Any] | None = None
    refused: bool = False
    agreed: dict[str, Any] | None = None
    agreed_on: date | None = None
    informed_on: date | None = None
    consent: bool | None = None
    handed_over: bool = False
    items: set[str] = field(default_factory=set)
    accepted_on: date | None = None
    registered_on: str | None = None
    number: str | None = None
    allocated_on: date | None = None
    messages: set[str] = field(default_factory=set)
    started_on: date | None = None
    file: set[str] = field(default_factory=set)
    completed_on: date | None = None
    finished_on: date | None = None
    signed_off: bool = False

    def take(self, act: str, data: dict[str, Any], day: date) -> None:
        """What a decision, or the clock (`lapse`), makes of it."""
        match act:
            case "propose_route":
                self.waiting, self.refused = data, False
            case "decide_route" if data["agreed"]:
                agreed = self.waiting
                self.__init__()  # type: ignore[misc]  # everything that followed begins afresh
                self.agreed, self.agreed_on = agreed, day
            case "decide_route":
                self.waiting, self.refused = None, True
            case "lapse":
                waiting = self.waiting
                self.__init__()  # type: ignore[misc]
                self.waiting = waiting
            case "inform_family":
                self.informed_on = day_of(data["on"])
            case "record_consent":
                self.consent = data["given"]
            case "record_handover":
                self.handed_over = True
            case "record_file" if self.started_on is None:
                self.items |= {*data["items"]}
            case "record_file":
                before, self.file = self.file >= ITEMS, self.file | {*data["items"]}
                if not before and self.file >= ITEMS:
                    self.completed_on = day_of(data["on"])
            case "accept_transfer":
                self.accepted_on, self.registered_on = day, data["registered_on"]
            case "record_allocation":
                self.messages |= {*data["messages"]}
                if data["number"]:
                    self.number, self.allocated_on = data["number"], day_of(data["on"])
            case "record_start":
                self.started_on = day_of(data["on"])
            case "finish_care":
                self.finished_on = day_of(data["on"])
            case "sign_off":
                self.signed_off = True
            case "correct_child" if {*data} & JUDGED and (self.agreed or self.waiting):
                self.__init__()  # type: ignore[misc]  # it was about another child
            case _:
                assert act in ("add_child", "enter_flex_route", "correct_child", "remove_child")

    @property
    def receiver(self) -> str | None:
        return self.agreed["receiving_provider"] if self.agreed else None

    @property
    def along(self) -> bool:
        return bool(self.agreed and self.agreed["moves_with_employees"])

    @property
    def in_force(self) -> bool:
        """Gate decision: agreed, and nothing newer waits."""
        return self.agreed is not None and self.waiting is None

    @property
    def too_early(self) -> bool:
        return bool(self.informed_on and self.agreed_on and self.informed_on < self.agreed_on)

    @property
    def status(self) -> str:
        if self.started_on:
            return "transferred"
        if self.finished_on:
            return "finished"
        if self.waiting:
            return "waiting_for_decision"
        if self.agreed:
            return "transferring" if self.receiver else "finishing"
        return "waiting_for_decision" if self.refused else "waiting_for_proposal"

    @property
    def open(self) -> bool:
        return self.status not in ("transferred", "finished")

    def missing(self, counts_open: bool) -> set[str]:
        sign_off = set() if self.signed_off else {"sign_off"}
        match self.status:
            case "waiting_for_proposal":
                return {"proposal"}
            case "waiting_for_decision" if self.waiting is None:
                return {"proposal"}
            case "waiting_for_decision":
                return {"decision"} if counts_open else {"decision", "counts"}
            case "finishing":
                return set()
            case "transferred":
                return ITEMS - self.file | sign_off
            case "finished":
                return sign_off
        parts = {
            "family_informed": self.informed_on, "consent": self.consent, "handover": self.handed_over,
            "acceptance": self.accepted_on, "allocation": self.number,
        }  # fmt: skip
        missing = {what for what, there in parts.items() if not there} | ITEMS - self.items
        return missing | (MESSAGES - self.messages if self.along else set())


@dataclass
class FlexCase:
    """A case in the flex route as the decisions in it tell: who goes on with it, and how far."""

    open: bool = False
    accepted: str | None = None
    handed_over: bool = False
    allocated: bool = False

    @property
    def ready(self) -> bool:
        """Only the start is left."""
        return self.handed_over and self.allocated

    def take(self, act: str, data: dict[str, Any]) -> None:
        """What a decision makes of it."""
        match act:
            case "record_flex_answer" if data["accepts"]:
                self.accepted = data["provider"]
            case "record_handover":
                self.handed_over = True
            case "record_allocation":
                self.allocated = data["delivered_by"] == "provider"  # the others that are tried are wrong
            case "report_unable":
                self.accepted, self.handed_over, self.allocated = None, False, False
            case "withdraw":
                self.open, self.accepted, self.handed_over, self.allocated = False, None, False, False
            case "record_start":
                self.open = False


@dataclass
class Numbers:
    """What both sides counted in a municipality."""

    provider: dict[str, int] | None = None
    access: dict[str, int] | None = None
    explained: bool = False

    @property
    def differences(self) -> dict[str, list[int]]:
        if self.provider is None or self.access is None:
            return {}
        return {c: [self.provider[c], self.access[c]] for c in CATEGORIES if self.provider[c] != self.access[c]}

    @property
    def silent(self) -> bool:
        return self.provider is None or self.access is None

    @property
    def unexplained(self) -> bool:
        return bool(self.differences) and not self.explained


@dataclass
class Dossier:
    """A dossier as the decisions about it tell."""

    counts: dict[str, Numbers] = field(default_factory=dict)
    continuation: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)  # of children

    @property
    def counted(self) -> bool:
        """Gate counts."""
        every = self.places | self.counts.keys()
        fine = [p in self.counts and not self.counts[p].silent and not self.counts[p].unexplained for p in every]
        return bool(self.counts) and all(fine)
