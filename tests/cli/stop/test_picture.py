"""The picture of a child at a provider that stops is true: people try everything everywhere, and what moves is what is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlmodel import col, select

from flows.deadline_watch import deadline_watch
from models.stop.dossier import StopChild
from models.store.subject import begin
from notifications.stop.picture import CLOCK, LEADS
from rules.stop.route import MESSAGES, ChildStatus
from tests.support.dossiers import FILE, People
from tests.support.parties import ACCESS, RECEIVER, STOPPER
from tests.support.tries import own_number
from tests.support.unmoved_dossiers import ON

AFTER_THE_TERM = "2028-01-03T07:00"
ALONG = {"route": 1, "receiving_provider": RECEIVER, "moves_with_employees": True, "reason": "Gaat mee."}
TRIES: list[tuple[str, str, dict[str, Any]]] = [  # an act, by whom, with what
    ("propose_route", STOPPER, {"route": 1, "expected_end": "2027-06-30", "reason": "Kan hier."}),
    ("propose_route", STOPPER, {"route": 2, "receiving_provider": RECEIVER}),
    ("propose_route", STOPPER, ALONG),
    ("decide_route", ACCESS, {"agreed": True}),
    ("decide_route", ACCESS, {"agreed": False, "reason": "Nog niet."}),
    ("inform_family", STOPPER, {"on": ON}),
    ("record_consent", STOPPER, {"given": True, "on": ON}),
    ("record_handover", STOPPER, {"on": ON}),
    ("record_file", STOPPER, {"on": ON, "items": FILE}),
    ("accept_transfer", RECEIVER, {}),
    ("record_allocation", ACCESS, {"on": ON, "messages": list(MESSAGES)}),
    ("record_start", RECEIVER, {"on": ON}),
    ("finish_care", STOPPER, {"on": ON}),
    ("sign_off", ACCESS, {"what": "handover"}),
    ("sign_off", ACCESS, {"what": "finished"}),
]
IDENTITY = (
    "id",
    "reference",
    "opening",
    "watch_on",
    "warned",
    "allocation_number",
)  # of a row; the rest says where the child stands


def children_of(people: People, references: Sequence[str]) -> dict[str, StopChild]:
    """These children as they are stored."""
    with people.database.reading() as session:
        found = session.exec(select(StopChild).where(col(StopChild.reference).in_(references)))
        return {child.reference: child for child in found}


def standing(child: StopChild) -> str:
    """All that decides what may happen next."""
    return str(sorted(child.model_dump(exclude=set(IDENTITY)).items(), key=str))


def doubles(people: People, children: Sequence[StopChild]) -> list[str]:
    """For each of these children another one that stands at the same place."""
    with people.database.writing() as session:
        last = len(session.exec(select(StopChild.id)).all())
        new = [
            StopChild(**child.model_dump(exclude={"id", "reference", "opening"}), reference=f"{dossier}-{number:04d}")
            for number, child in enumerate(children, last + 1)
            for dossier in [child.reference.rpartition("-")[0]]
        ]
        begin(session, [child.reference for child in new], "stop", "child")
        session.add_all(new)
        return [child.reference for child in new]


@pytest.mark.long
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_moves_a_child_is_what_is_drawn(people: People) -> None:
    """S-10, S-11, S-24, S-29, S-32, AMB-43, AMB-44: every move that is drawn happens, and no other does."""
    first = children_of(people, [people.add(people.open())])
    moves: set[tuple[str, str | None, str]] = {("add_child", None, child.status) for child in first.values()}
    known = {standing(child): child for child in first.values()}
    edge = list(known.values())
    while edge:
        found: dict[str, StopChild] = {}
        for act, by, given in TRIES:
            tried = doubles(people, edge)
            answers: Mapping[str, object]
            if act == "record_allocation":  # each its own number
                answers = {one: people.refused(act, one, by, **given, number=own_number(one)) or None for one in tried}
            else:
                answers = people.runner.decide_each(act, tried, by, given, people.now)[0]
            after = children_of(people, tried)
            for before, reference in zip(edge, tried, strict=True):
                if answers[reference] is None:
                    moves.add((act, before.status, after[reference].status))
                    found[standing(after[reference])] = after[reference]
        edge = [child for where, child in found.items() if where not in known]
        known |= {standing(child): child for child in edge}
    assert {child.status for child in known.values()} == set(ChildStatus)

    statuses = {child.reference: child.status for child in known.values()}
    people.runner.run(deadline_watch, "termijnbewaking", now=people.wait_until(AFTER_THE_TERM))
    moves |= {
        (CLOCK, statuses[reference], child.status) for reference, child in children_of(people, list(statuses)).items()
    }

    drawn = {(lead.act, lead.origin, lead.to) for lead in LEADS}
    assert {(act, a, b) for act, a, b in moves if a != b} <= drawn
    assert drawn <= moves
