"""Who must act is written in the transaction that opens a step, and closed in the one that answers it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlmodel import col, select

from flexroute.clock import from_local
from flows.mover import Runner
from models.region.directory import load_region
from models.store.assignment import Assignment, assign, most_urgent
from models.store.database import Database
from rules.shared.assignment import Assigned, Party
from rules.shared.region import Region
from tasks.engine.reassigning import import_region
from tests.faults.cases import WAY, WHEN, complete
from tests.support.assignments import asked, unlike_the_rules
from tests.support.databases import Postgresql
from tests.support.dossiers import CHILD, STOP, People
from tests.support.facts import changed, with_settings
from tests.support.flex_acts import BACK, STARTED
from tests.support.parties import ACCESS, ADMINISTRATION, RECEIVER, STOPPER
from tests.support.simultaneous import together
from tests.tasks.stop.test_flex_entry import TO_FLEX, accepted, ready

LATER = from_local("2026-03-11T11:00")


@pytest.fixture
def runner(database: Database) -> Iterator[Runner]:
    with Runner(None) as one:
        yield one


@pytest.fixture
def people(database: Database, runner: Runner) -> People:
    return People(database, runner)


def along(runner: Runner, steps: int) -> str:
    """A case so many acts along the usual way."""
    reference = None
    for attempt, when in zip(WAY[:steps], WHEN[:steps], strict=True):
        act, by, given = complete(attempt, "B")
        reference, _ = runner.decide(act, reference, by, given, when)
    assert reference is not None
    return reference


def history(database: Database, reference: str) -> list[tuple[Any, ...]]:
    with database.reading() as session:
        rows = select(Assignment).where(Assignment.subject == reference).order_by(col(Assignment.id))
        return [(one.acts, one.since, one.due, one.closed_at) for one in session.exec(rows)]


def first(database: Database, who: str | None = None) -> list[tuple[str, tuple[str, ...]]]:
    with database.reading() as session:
        return [
            (task.reference, task.who) for task in most_urgent(session, load_region(session), LATER.date(), 50, who)
        ]


def imported(database: Database, region: Region) -> None:
    with database.writing() as session:
        import_region(session, region, LATER)


@pytest.mark.both_databases
def test_each_step_is_somebodys(database: Database, runner: Runner) -> None:
    """F-21 … F-50: one at a time; what was answered stays, with when; nobody once the case is closed."""
    case = along(runner, 8)
    assert asked(database, case) == [("flex-anker", "record_start")]
    act, by, given = STARTED
    runner.decide(act, case, by, given, LATER)
    told = history(database, case)
    assert [acts for acts, *_ in told] == [
        "record_assessment",
        "decide_mediation",
        "record_table_answers move_to_table",
        "decide_approval",
        "record_flex_answer",
        "record_handover",
        "",
        "record_start",
    ]
    assert [closed for *_, closed in told] == [*WHEN[1:], LATER]
    assert (asked(database, case), unlike_the_rules(database)) == ([], {})


def test_by_when(database: Database, runner: Runner) -> None:
    """F-21, F-29, F-31: the week of the provider, the day of the table, and else the treeknorm."""
    norm, monday = date(2026, 5, 11), date(2026, 3, 2)
    told = [(since, due) for _, since, due, _ in history(database, along(runner, 4))]
    assert told == [
        (monday, date(2026, 3, 9)),
        (monday, norm),
        (monday, date(2026, 3, 10)),
        (date(2026, 3, 10), norm),
    ]


def test_the_same_step_again_is_asked_again(database: Database, runner: Runner) -> None:
    """F-26: back to the provider is another week, from the day on which it came back."""
    case = along(runner, 2)
    act, by, given = BACK
    runner.decide(act, case, by, given, LATER)
    assert [(acts, since) for acts, since, *_ in history(database, case)][::2] == [
        ("record_assessment", date(2026, 3, 2)),
        ("record_assessment", date(2026, 3, 11)),
    ]


def test_a_role_is_whoever_has_it_today(database: Database, runner: Runner, region: Region) -> None:
    """AMB-18: nobody is asked by name, so another contract manager has the work without a word being changed."""
    case = along(runner, 4)
    before = history(database, case)
    assert first(database, "cm-bc") == [(case, ("cm-bc",))]
    rows = [{**p.model_dump(), **({"id": "cm-nieuw"} if p.id == "cm-bc" else {})} for p in region.people]
    imported(database, changed(region, people=rows))
    assert (first(database, "cm-bc"), first(database, "cm-nieuw")) == ([], [(case, ("cm-nieuw",))])
    assert history(database, case) == before


@pytest.mark.both_databases
def test_what_the_numbers_hold_up_is_asked_once(database: Database, people: People) -> None:
    """S-42: one assignment on the dossier, not one for each child; once the numbers agree each decision is the access's."""
    dossier = people.do("register_stop", None, ADMINISTRATION, **STOP)
    assert asked(database, dossier) == [(STOPPER, "record_counts")]
    people.count(dossier, STOPPER, 3)
    children = [people.add(dossier) for _ in range(3)]
    for child in children:
        people.do("propose_route", child, STOPPER, route=2, receiving_provider=RECEIVER)
    assert asked(database, dossier, *children) == [("access 0599", "record_counts")]
    people.count(dossier, ACCESS, 3)
    assert asked(database, dossier, *children) == [
        ("contract_administration", ""),
        *[("access 0599", "decide_route")] * 3,
    ]
    people.count(dossier, ACCESS, 2)
    assert asked(database, dossier, *children) == [
        (STOPPER, "explain_difference"),
        ("access 0599", "explain_difference"),
    ]
    people.do("explain_difference", dossier, STOPPER, municipality="0599", explanation="Een jeugdige is verhuisd.")
    assert asked(database, *children) == [("access 0599", "decide_route")] * 3


def test_a_child_of_another_municipality_closes_the_gate(database: Database, people: People) -> None:
    """S-41, S-58: its access has not counted, so nobody can decide about the others either."""
    dossier = people.open(counted=1)
    child = people.add(dossier)
    people.do("propose_route", child, STOPPER, route=2, receiving_provider=RECEIVER)
    assert asked(database, child) == [("access 0599", "decide_route")]
    people.do("add_child", dossier, STOPPER, **{**CHILD, "municipality": "0606"})
    assert asked(database, dossier, child) == [(STOPPER, "record_counts"), ("access 0606", "record_counts")]
    assert unlike_the_rules(database) == {}


def test_a_child_along_route_2(database: Database, people: People) -> None:
    """S-45 … S-59: the acts up to where another one takes over; after the sign-off nobody."""
    child = people.add(people.open())
    assert asked(database, child) == [(STOPPER, "propose_route")]
    people.agree(child)
    assert asked(database, child) == [(STOPPER, "inform_family record_consent record_handover record_file")]
    people.hand_over(child, until="record_file")
    assert asked(database, child) == [(RECEIVER, "accept_transfer")]
    people.do("accept_transfer", child, RECEIVER)
    assert asked(database, child) == [("access 0599", "record_allocation")]
    people.do("record_allocation", child, ACCESS, number="700001", on=people.now.date().isoformat())
    assert asked(database, child) == [(RECEIVER, "record_start")]
    people.do("record_start", child, RECEIVER, on=people.now.date().isoformat())
    assert asked(database, child) == [(STOPPER, "record_file")]


def test_another_term_moves_the_last_day(database: Database, people: People, region: Region) -> None:
    """S-10: the months of the region count for what is open already."""
    child = people.add(people.open())
    [(acts, since, due, _)] = history(database, child)
    imported(database, with_settings(region, stop_term_months=6))
    assert (due, history(database, child)) == (date(2027, 12, 31), [(acts, since, date(2027, 6, 30), None)])


def test_a_child_whose_case_is_ready_is_the_receivers(database: Database, people: People) -> None:
    """Gate 5, S-29: while the flex route has more to do than the start the team sees to it; then the receiver starts."""
    child = people.add(people.open())
    case = accepted(people, child)
    people.agree(child, **TO_FLEX)
    people.hand_over(child, "flex-anker", until="record_allocation")
    assert asked(database, child) == [("care_mediator", "")]
    ready(people, case)
    assert asked(database, child) == [("flex-anker", "record_start")]
    assert unlike_the_rules(database) == {}


@pytest.mark.on_postgresql
def test_a_case_and_its_child_that_move_at_once(database: Database, people: People) -> None:
    """Whoever writes last has read what the other one wrote."""
    child = people.add(people.open())
    case = accepted(people, child)
    people.agree(child, **TO_FLEX)
    people.hand_over(child, "flex-anker", until="accept_transfer")
    day = people.now.date().isoformat()
    people.do("record_handover", case, "sys-noord", on=day, to="flex-anker", items=["Dossier"])
    allocation = {"number": "700002", "issued_by": "ref-lt", "delivered_by": "provider", "on": day}

    def of_case() -> None:
        with Runner(None) as runner:
            runner.decide("record_allocation", case, "sys-noord", allocation, people.now)

    def of_child() -> None:
        with Runner(None) as runner:
            runner.decide("record_allocation", child, ACCESS, {"number": "700002", "on": day}, people.now)

    together(of_case, of_child)
    assert asked(database, child) == [("flex-anker", "record_start")]
    assert unlike_the_rules(database) == {}


def test_who_waited_reads_what_was_written_meanwhile(postgresql: Postgresql, home: Path, region: Region) -> None:
    """Of two that write about one subject, the later one closes what the first one added: nothing is there twice or left over."""
    first_one, last_one = (Assigned(Party(who), ("re_offer",), "F-40") for who in ("sys-noord", "sys-zuid"))
    waits = Event()
    with postgresql.fresh(region) as database, Runner(None) as runner, ThreadPoolExecutor(1) as other:
        case = along(runner, 2)

        def later() -> None:
            with database.writing() as session:
                waits.set()
                assign(session, [case], lambda: {case: [last_one]}, LATER)

        with database.writing() as session:
            assign(session, [case], lambda: {case: [first_one]}, LATER)
            second = other.submit(later)
            assert waits.wait(30)
            blocked(database)
        second.result(30)
        assert asked(database, case) == [("sys-zuid", "re_offer")]


def blocked(database: Database) -> None:
    """Until somebody waits for a lock of this database."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    for _ in range(3000):
        with database.reading() as session:
            if session.connection().exec_driver_sql(waiting).scalar():
                return
    raise AssertionError("nobody waited")


@pytest.mark.both_databases
def test_the_most_urgent_first(database: Database, runner: Runner) -> None:
    """What is urgent, then by its last day; only what waits for somebody, where that is asked."""
    early, late = along(runner, 2), along(runner, 1)
    act, by, given = WAY[0]
    urgent, _ = runner.decide(act, None, by, {**given, "urgent": True}, LATER)
    assert [reference for reference, _ in first(database)] == [urgent, late, early]
    assert [reference for reference, _ in first(database, "sys-noord")] == [urgent, late]
    assert first(database, "care_mediation_team") == [(early, ("care_mediation_team",))]
    assert first(database, "tz-anna") == [(early, ("care_mediation_team",))]  # any care mediator may
    assert first(database, "flex-anker") == []
