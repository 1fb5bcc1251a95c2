"""A dossier for tests: a provider that stops, made with the same acts and flows as in real life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from flexroute.clock import from_local, local_date
from flows.mover import Runner
from models.region.directory import load_region
from models.stop import overview as stop_overview
from models.store.database import Database
from models.store.letter import Letter
from models.views.dossier import ChildView, DossierView
from rules.shared.refusal import Refused
from tests.support.parties import ACCESS, ADMINISTRATION, RECEIVER, STOPPER
from tests.support.tries import own_number

STOP = {
    "provider": STOPPER,
    "stop_type": "not_renewed",
    "announced_on": "2026-09-01",
    "contract_ends_on": "2026-12-31",
    "motives": "De raamovereenkomst wordt niet verlengd.",
}
CHILD = {
    "municipality": "0599",
    "care": "durable",
    "category": "running",
    "care_form": "outpatient_individual",
    "registered_on": "2025-03-03",
    "allocation_ends_on": "2027-08-31",
}
FILE = ["family_plan", "minutes_running_indication", "future_indication"]


View = TypeVar("View", ChildView, DossierView)


class People:
    """People who act on a dossier, one after the other."""

    def __init__(self, database: Database, runner: Runner, at: str = "2026-09-01T09:00") -> None:
        self.database, self.runner, self.now = database, runner, from_local(at)

    def wait_until(self, at: str) -> datetime:
        """Time passes."""
        self.now = from_local(at)
        return self.now

    def do(self, act: str, about: str | None, by: str, **given: Any) -> str:
        """One act; answers with the reference. Raises Refused."""
        return self.runner.decide(act, about, by, given, self.now)[0]

    def refused(self, act: str, about: str | None, by: str, **given: Any) -> str:
        """The code with which an act is refused; "" where it is not."""
        try:
            self.do(act, about, by, **given)
        except Refused as refused:
            return refused.code
        return ""

    def open(self, counted: int = 1, **given: Any) -> str:
        """A dossier of which both sides counted so many running children in Rotterdam."""
        dossier = self.do("register_stop", None, ADMINISTRATION, **{**STOP, **given})
        for side in (STOPPER, ACCESS):
            self.count(dossier, side, counted)
        return dossier

    def count(self, dossier: str, by: str, running: int, municipality: str = "0599") -> None:
        """One side's numbers."""
        numbers = {"pre_trajectory": 0, "running": running, "finishing": 0}
        self.do("record_counts", dossier, by, municipality=municipality, **numbers)

    def add(self, dossier: str, **given: Any) -> str:
        """A child."""
        return self.do("add_child", dossier, STOPPER, **{**CHILD, **given})

    def agree(self, child: str, **solution: Any) -> None:
        """A route, proposed and agreed."""
        self.do("propose_route", child, STOPPER, **(solution or {"route": 2, "receiving_provider": RECEIVER}))
        self.do("decide_route", child, ACCESS, agreed=True)

    def hand_over(self, child: str, receiver: str = RECEIVER, until: str = "record_start") -> None:
        """From the family to the start, or `until` an earlier step, all on one day."""
        on = {"on": self.now.date().isoformat()}
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("inform_family", STOPPER, on),
            ("record_consent", STOPPER, {"given": True, **on}),
            ("record_handover", STOPPER, on),
            ("record_file", STOPPER, {"items": FILE, **on}),
            ("accept_transfer", receiver, {}),
            ("record_allocation", ACCESS, {"number": own_number(child), **on}),
            ("record_start", receiver, on),
        ]
        for act, by, given in steps:
            self.do(act, child, by, **given)
            if act == until:
                break

    def child(self, reference: str) -> ChildView:
        """Where a child stands."""
        return self._view(stop_overview.of_child, reference)

    def dossier(self, reference: str) -> DossierView:
        """Where a dossier stands."""
        return self._view(stop_overview.of_dossier, reference)

    def _view(self, look: Callable[..., View | None], reference: str) -> View:
        with self.database.reading() as session:
            view = look(session, load_region(session), reference, local_date(self.now))
        assert view is not None
        return view

    def letters(self, subject: str) -> list[tuple[str, str]]:
        """Kind and recipient of every letter about something, in the order of queueing."""
        with self.database.reading() as session:
            return [(letter.kind, letter.recipient) for letter in letters_about(session, subject)]


def letters_about(session: Session, subject: str) -> list[Letter]:
    """The letters filed under a dossier, a child or a consultation."""
    return list(session.exec(select(Letter).where(Letter.subject == subject).order_by(col(Letter.id))))


def told(letters: list[tuple[str, str]]) -> Mapping[str, set[str]]:
    """By kind: who got it."""
    return {kind: {who for of, who in letters if of == kind} for kind, _ in letters}
