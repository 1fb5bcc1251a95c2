"""For tests in which a dossier's news waits: acts without their flow, the sweep, the clock, and what there is then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlmodel import col

from acts import perform, perform_each
from flows.deadline_watch import deadline_watch
from flows.mover import Ended
from models.stop.dossier import StopChild, StopDossier
from models.store.decision import Decision
from models.store.letter import Letter
from tests.support.dossiers import FILE, People
from tests.support.parties import ACCESS, RECEIVER, STOPPER
from tests.support.stored import rows, unsettled
from tests.support.tries import Try, of_its_own

ON = "2026-09-01"
FINISH = {"route": 1, "expected_end": "2027-05-01", "reason": "x"}
TRANSFER = {"route": 2, "receiving_provider": RECEIVER}
ENTRY = {"referral_route": "local_team", "opdracht": "B", "provider": "sys-noord", "referrer": "ref-lt", "reason": "x"}

PROPOSED: Try = ("propose_route", STOPPER, TRANSFER)
AGREED: Try = ("decide_route", ACCESS, {"agreed": True})
INFORMED: Try = ("inform_family", STOPPER, {"on": ON})
CONSENT: Try = ("record_consent", STOPPER, {"given": True, "on": ON})
HANDED_OVER: Try = ("record_handover", STOPPER, {"on": ON})
ITEMS: Try = ("record_file", STOPPER, {"on": ON, "items": FILE})
ACCEPTED: Try = ("accept_transfer", RECEIVER, {"registered_on": ON, "reason": "x"})
ALLOCATED: Try = ("record_allocation", ACCESS, {"number": "1", "on": ON})
STARTED: Try = ("record_start", RECEIVER, {"on": ON})
SIGNED: Try = ("sign_off", ACCESS, {"what": "handover"})
FINISHED: Try = ("finish_care", STOPPER, {"on": ON})
ROUTE_2 = (PROPOSED, AGREED, INFORMED, CONSENT, HANDED_OVER, ITEMS, ACCEPTED, ALLOCATED, STARTED, ITEMS, SIGNED)
ROUTE_1 = (("propose_route", STOPPER, FINISH), AGREED, FINISHED, ("sign_off", ACCESS, {"what": "finished"}))


def record(people: People, about: str | None, what: Try) -> str:
    """The decision is kept; then the process dies."""
    act, by, given = of_its_own(about, what)
    return perform(people.database, act, about, by, given, people.now)


def do(people: People, about: str, *acts: Try) -> None:
    for act, by, given in (of_its_own(about, what) for what in acts):
        people.do(act, about, by, **given)


def sweep(people: People) -> Ended:
    return people.runner.move(None, "veegronde", people.now)


def watch(people: People, at: str | None = None) -> list[tuple[str, str]]:
    """The clock, on a day: kind and subject of what it wrote."""
    if at:
        people.wait_until(f"{at}T07:00")
    before = len(rows(people.database, Letter))
    ended = people.runner.run(deadline_watch, "termijnbewaking", now=people.now)
    assert not ended.attention, ended.message
    return sorted({(letter.kind, letter.subject) for letter in rows(people.database, Letter)[before:]})


def everything_is_settled_and_said_once(people: People) -> None:
    assert unsettled(people.database) == []
    for kind in (StopDossier, StopChild):
        assert not rows(people.database, kind, col(kind.trouble).is_not(None))
    answered = Counter((d.subject, d.opening) for d in rows(people.database, Decision))
    assert {*answered.values()} <= {1}
    assert {*Counter(letter.key for letter in rows(people.database, Letter)).values()} <= {1}


def shown(people: People, dossier: str) -> tuple[Any, ...]:
    """What people see of a dossier and its children, without references; and every letter in its order."""
    children = rows(people.database, StopChild, col(StopChild.reference).startswith(f"{dossier}-"))
    views = [people.dossier(dossier), *(people.child(child.reference) for child in children)]
    seen = [
        {key: said for key, said in view.model_dump().items() if key not in ("reference", "dossier")} for view in views
    ]
    letters = [people.letters(reference) for reference in (dossier, *(child.reference for child in children))]
    return seen, letters, [(child.opening, child.watch_on) for child in children]


def many(people: People, number: int) -> list[str]:
    """So many children of one dossier."""
    dossier = people.open(number)
    return [people.add(dossier) for _ in range(number)]


def propose(people: People, children: Sequence[str]) -> None:
    """A proposal for each, recorded and not moved."""
    answers = perform_each(people.database, "propose_route", children, STOPPER, TRANSFER, people.now)
    assert not any(answers.values())
