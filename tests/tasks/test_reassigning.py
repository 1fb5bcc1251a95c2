"""Another region comes in: nobody is left without somebody, and whoever newly must act hears it (AMB-18, S-11)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from flexroute.clock import from_local, local_date
from flexroute.errors import UserError
from flows.deadline_watch import deadline_watch
from flows.mover import Runner
from models.flex.case import Case
from models.region.change import Reassignment
from models.region.directory import load_region, store_region
from models.store.database import Database
from models.store.letter import Letter, State
from models.store.schema import migrate
from models.store.waiting import waits_for_nobody
from notifications.contexts import Context, context_of
from notifications.outbox import letter_row, queue_letters
from notifications.render import render
from notifications.sender import send_due
from rules.shared.refusal import Refused
from rules.shared.region import Region
from tasks.engine.reassigning import REPLACED, import_region
from tests.faults.cases import WAY, WHEN, complete
from tests.faults.cases import record as keep
from tests.support.dossiers import STOP, People
from tests.support.facts import changed, with_organisation
from tests.support.flex_acts import APPROVED
from tests.support.parties import ACCESS, ADMINISTRATION
from tests.support.queued_letters import by_smtp
from tests.support.unmoved_dossiers import ROUTE_1, ROUTE_2, do, record

IMPORTED_AT = from_local("2026-03-11T11:00")
NEXT_DAY = from_local("2026-03-12T11:00")
NEW = {"id": "cm-nieuw", "name": "Nora Nieuw", "mail": "nora@grjr.example.nl", "roles": ["contract_manager"]}


def replaced(region: Region, ident: str, **keys: Any) -> Region:
    """One of the people in the place of another, with the same tasks."""
    return changed(region, people=[{**p.model_dump(), **(keys if p.id == ident else {})} for p in region.people])


def without_people(region: Region, *idents: str) -> Region:
    return changed(region, people=[p.model_dump() for p in region.people if p.id not in idents])


def successor(region: Region) -> Region:
    return replaced(region, "cm-bc", id="cm-nieuw", name="Nora Nieuw", mail="nora@grjr.example.nl")


@pytest.fixture
def runner(database: Database) -> Any:
    with Runner(None) as one:
        yield one


@pytest.fixture
def case(database: Database, runner: Runner) -> str:
    """A case that waits for the contract manager."""
    reference = None
    for attempt, when in zip(WAY[:4], WHEN[:4], strict=True):
        act, by, given = complete(attempt, "B")
        reference, _ = runner.decide(act, reference, by, given, when)
    assert reference is not None
    return reference


def imported(database: Database, region: Region, now: datetime = IMPORTED_AT) -> list[Reassignment]:
    with database.writing() as session:
        return import_region(session, region, now)


def letters(database: Database, subject: str, kind: str) -> list[tuple[str, str]]:
    with database.reading() as session:
        found = select(Letter).where(Letter.subject == subject, Letter.kind == kind).order_by(col(Letter.id))
        return [(letter.recipient, letter.state) for letter in session.exec(found)]


def send(database: Database, **where: Any) -> None:
    """What waits has gone out."""
    with database.writing() as session:
        for letter in session.exec(select(Letter).filter_by(**where)):
            letter.state = State.SENT.value


def said(database: Database, subject: str, kind: str) -> str:
    """The last letter of a kind, in words."""
    with database.reading() as session:
        found = select(Letter).where(Letter.subject == subject, Letter.kind == kind).order_by(col(Letter.id).desc())
        return render(session, load_region(session), session.exec(found).first()).text  # type: ignore[arg-type]


@pytest.mark.both_databases
def test_a_successor_gets_the_request(database: Database, region: Region, runner: Runner, case: str) -> None:
    """F-33, AMB-18, AMB-19: the letter that waits does not go to who is gone; reminders count from the new request."""
    [handed] = imported(database, successor(region))
    assert (handed.reference, handed.before, handed.now.who) == (case, ("cm-bc",), ("cm-nieuw",))
    assert letters(database, case, "approval_request") == [("cm-bc", "withheld"), ("cm-nieuw", "queued")]
    runner.run(deadline_watch, "termijnen", now=NEXT_DAY)
    assert letters(database, case, "approval_reminder") == []
    runner.run(deadline_watch, "termijnen", now=from_local("2026-03-13T07:00"))
    assert letters(database, case, "approval_reminder") == [("cm-nieuw", "queued")]
    with pytest.raises(Refused, match="Dit mag alleen"):
        keep(database, case, "B", APPROVED, NEXT_DAY)
    runner.decide("decide_approval", case, "cm-nieuw", APPROVED[2], NEXT_DAY)


def test_others_wait_for_one_walk(database: Database, region: Region, case: str) -> None:
    """Design "one writer": while an import holds what is open (on SQLite: the only writer) it goes once through it, for both regions."""
    walks = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        walks.extend(["cases"] if "FROM escalation_case" in statement and "step NOT IN" in statement else [])

    event.listen(database.engine, "before_cursor_execute", count)
    imported(database, successor(region))
    assert walks == ["cases"]


def test_who_leaves_and_comes_back_on_one_day(database: Database, region: Region, case: str) -> None:
    """AMB-18: each change of hands is told; the same region again changes nothing."""
    send(database)
    for other in (successor(region), region, successor(region), successor(region)):
        imported(database, other)
    asked = letters(database, case, "approval_request")
    assert asked == [("cm-bc", "sent"), ("cm-nieuw", "withheld"), ("cm-bc", "withheld"), ("cm-nieuw", "queued")]


def test_a_second_contract_manager_is_asked_too(database: Database, region: Region, case: str) -> None:
    """AMB-18: the first one goes on; the newcomer hears of it."""
    both = changed(region, people=[*(p.model_dump() for p in region.people), {**NEW, "opdrachten": ["B"]}])
    [handed] = imported(database, both)
    assert handed.now.who == ("cm-bc", "cm-nieuw")
    assert letters(database, case, "approval_request") == [("cm-bc", "queued"), ("cm-nieuw", "queued")]


def test_contract_administration_steps_in(database: Database, region: Region, case: str) -> None:
    """AMB-18: where nobody has the opdracht any more."""
    [handed] = imported(database, without_people(region, "cm-bc"))
    assert handed.newcomers == (ADMINISTRATION,)
    assert letters(database, case, "approval_request") == [("cm-bc", "withheld"), (ADMINISTRATION, "queued")]


def test_a_case_that_was_answered_is_not_asked_again(
    database: Database, region: Region, runner: Runner, case: str
) -> None:
    """AMB-18: the decision of who was in turn stands; whoever comes after it hears what the next step asks."""
    keep(database, case, "B", APPROVED, IMPORTED_AT)
    imported(database, successor(region))
    assert letters(database, case, "approval_request") == [("cm-bc", "withheld")]
    runner.move([case], "verder", IMPORTED_AT)
    with database.reading() as session:
        assert session.exec(select(Case.step)).one() == "flex_search"


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_nobody_is_left_to_judge(database: Database, region: Region, runner: Runner, steps: int) -> None:
    """AMB-18: at whatever step the case is; nothing of the file is taken over."""
    reference = None
    for attempt, when in zip(WAY[:steps], WHEN[:steps], strict=True):
        act, by, given = complete(attempt, "B")
        reference, _ = runner.decide(act, reference, by, given, when)
    told = rf"(?s)wachten deze op niemand.*{reference}: niemand mag akkoord geven voor opdracht B"
    with pytest.raises(UserError, match=told):
        imported(database, without_people(region, "cm-bc", ADMINISTRATION))
    with database.reading() as session:
        assert load_region(session) == region
        assert waits_for_nobody(session, region, local_date(IMPORTED_AT)) == {}
        assert [
            *waits_for_nobody(session, without_people(region, "cm-bc", ADMINISTRATION), local_date(IMPORTED_AT))
        ] == [reference]


def test_team_without_people(database: Database, region: Region, runner: Runner) -> None:
    """F-25: a case at mediation needs a care mediator who exists."""
    reference = None
    for attempt, when in zip(WAY[:2], WHEN[:2], strict=True):
        act, by, given = complete(attempt, "B")
        reference, _ = runner.decide(act, reference, by, given, when)
    nobody = changed(without_people(region, "tz-anna", "tz-bram"), tables=[])
    with database.reading() as session:
        told = waits_for_nobody(session, nobody, local_date(IMPORTED_AT))
    assert re.fullmatch(r"niemand kan .*\(Team Zorgbemiddeling\)", told[str(reference)])


def test_a_region_of_before_that_left_a_case_to_nobody(
    database: Database, region: Region, runner: Runner, case: str
) -> None:
    """AMB-18: it is found, and who comes in is asked."""
    with database.writing() as session:
        store_region(session, without_people(region, "cm-bc", ADMINISTRATION))
    with database.reading() as session:
        assert [*waits_for_nobody(session, load_region(session), local_date(IMPORTED_AT))] == [case]
    [handed] = imported(database, successor(region))
    assert (handed.before, handed.newcomers) == ((), ("cm-nieuw",))
    assert ("cm-nieuw", "queued") in letters(database, case, "approval_request")


def test_no_referral_of_an_opdracht_that_nobody_judges(database: Database, region: Region, runner: Runner) -> None:
    """F-33, AMB-18: it would wait for nobody in the end."""
    with database.writing() as session:
        store_region(session, without_people(region, ADMINISTRATION))
    act, by, given = complete(WAY[0], "B")
    with pytest.raises(Refused, match="voor opdracht D is er in deze regio geen contractmanager"):
        runner.decide(act, None, by, {**given, "opdracht": "D"}, IMPORTED_AT)
    runner.decide(act, None, by, given, IMPORTED_AT)


@pytest.mark.parametrize("kind", ["procedure_check_failed", "withdrawn"])
def test_other_letters_go_to_who_has_the_task_now(database: Database, region: Region, case: str, kind: str) -> None:
    """A.10, AMB-27: what a contract manager who left would have heard; what went out already stays."""
    with database.writing() as session:
        ident = session.exec(select(Case.id)).one()
        rows = [
            letter_row(kind, "cm-bc", case, occasion, Context({}), IMPORTED_AT, case_id=ident)
            for occasion in ("1", "2")
        ]
        queue_letters(session, rows)
    send(database, key=f"{kind}:{case}:1:cm-bc")
    told = ("cm-bc", "sent")
    with database.writing() as session:  # and the other one met a full mailbox
        waits = session.exec(select(Letter).where(Letter.key == f"{kind}:{case}:2:cm-bc")).one()
        waits.state, waits.trouble, waits.trouble_since, waits.attempts = "retry", "refused_for_now", IMPORTED_AT, 9
    imported(database, successor(region))
    with database.reading() as session:
        anew = session.exec(select(Letter).where(Letter.key == f"{kind}:{case}:2:cm-nieuw")).one()
        assert (anew.attempts, anew.trouble, anew.trouble_since, anew.try_at) == (0, None, None, None)
    assert letters(database, case, kind) == [told, ("cm-bc", "withheld"), ("cm-nieuw", "queued")]
    imported(database, region)  # who left is here again
    assert letters(database, case, kind) == [told, ("cm-bc", "queued"), ("cm-nieuw", "withheld")]


@pytest.mark.both_databases
def test_letters_of_one_mail_go_to_who_has_the_task_now(database: Database, region: Region, case: str) -> None:
    """A.10: three that were tried in one mail, in vain: they are one mail to the successor, and to who left goes none of them."""
    known = {
        "opdracht": "B",
        "round": 3,
        "owner": "sys-noord",
        "urgent": False,
        "treeknorm_date": None,
        "norm_passed": False,
    }
    with by_smtp() as server, server.running():
        send_due(database, IMPORTED_AT)
        with database.writing() as session:
            ident = session.exec(select(Case.id)).one()
            context = context_of("many_rounds", **known, received_on="2026-03-02")
            rows = [
                letter_row("many_rounds", "cm-bc", case, f"{n}", context, IMPORTED_AT, case_id=ident) for n in range(3)
            ]
            queue_letters(session, rows)
        server.says[region.mail_of("cm-bc")] = "450 4.2.0 Greylisted"
        send_due(database, IMPORTED_AT)
        assert letters(database, case, "many_rounds") == [("cm-bc", "retry")] * 3
        imported(database, successor(region))
        before = len(server.mails)
        send_due(database, NEXT_DAY)
        [mail] = [one for one in server.mails[before:] if str(one["Subject"]).endswith(": 3 keer")]
    assert mail["To"].addresses[0].addr_spec == NEW["mail"]
    assert letters(database, case, "many_rounds") == [("cm-bc", "withheld")] * 3 + [("cm-nieuw", "sent")] * 3


# dossiers and children

OTHER = "toegang-nieuw"


def moved(region: Region) -> Region:
    """The municipality has another access."""
    gone = with_organisation(region, ACCESS, municipality=None)
    return with_organisation(gone, OTHER, name="Toegang Nieuw", municipality="0599")


@pytest.mark.both_databases
def test_another_access_gets_the_proposal(people: People, region: Region) -> None:
    """S-32, S-44: that waits for its decision."""
    child = people.add(people.open())
    do(people, child, ROUTE_2[0])
    [handed] = imported(people.database, moved(region), people.now)
    assert (handed.reference, handed.before, handed.now.who) == (child, (ACCESS,), (OTHER,))
    assert letters(people.database, child, "route_proposal") == [(ACCESS, "withheld"), (OTHER, "queued")]
    assert "Toegang Rotterdam" not in said(people.database, child, "route_proposal")
    assert people.refused("decide_route", child, ACCESS, agreed=True) == "forbidden"
    people.do("decide_route", child, OTHER, agreed=True)


@pytest.mark.parametrize(
    ("acts", "kind", "asks"),
    [
        (ROUTE_2[:7], "your_turn", "toewijzing"),
        (ROUTE_2[:10], "transfer_complete", "eindcontrole"),
        (ROUTE_1[:3], "your_turn", "eindcontrole"),
    ],
)
def test_another_access_hears_what_is_due(people: People, region: Region, acts: Any, kind: str, asks: str) -> None:
    """S-32, S-59, S-60: also where no letter had asked the access before."""
    people.wait_until("2026-09-01T12:00")
    child = people.add(people.open())
    do(people, child, *acts)
    assert people.child(child).waiting_for == [ACCESS]
    assert [one.reference for one in imported(people.database, moved(region), people.now)] == [child]
    assert letters(people.database, child, kind)[-1] == (OTHER, "queued")
    assert asks in said(people.database, child, kind)
    if kind == "your_turn":
        assert "in de plaats van Toegang Rotterdam" in " ".join(said(people.database, child, kind).split())


def test_another_access_is_asked_for_its_numbers(people: People, region: Region) -> None:
    """S-41, S-42: the question of the stopping provider's numbers."""
    dossier = people.do("register_stop", None, ADMINISTRATION, **STOP)
    people.count(dossier, "zonnewende", 3)
    [handed] = imported(people.database, moved(region), people.now)
    assert (handed.reference, handed.newcomers) == (dossier, (OTHER,))
    assert letters(people.database, dossier, "counts_to_recognise") == [(ACCESS, "withheld"), (OTHER, "queued")]


def test_what_was_decided_about_a_child_is_not_asked_again(people: People, region: Region) -> None:
    """S-44: a decision that waits to be settled was made."""
    child = people.add(people.open())
    do(people, child, ROUTE_2[0])
    record(people, child, ROUTE_2[1])
    imported(people.database, moved(region), people.now)
    assert letters(people.database, child, "route_proposal") == [(ACCESS, "withheld")]


def test_another_contract_administration(people: People, region: Region) -> None:
    """S-35, N-25: the dossier is another's; what it would have heard goes to who has the task now."""
    child = people.add(people.open())
    people.wait_until("2027-10-01T07:00")
    people.runner.run(deadline_watch, "termijnen", now=people.now)
    assert (ADMINISTRATION, "queued") in letters(people.database, child, "term_near")
    other = replaced(region, ADMINISTRATION, id="beheer-nieuw", name="Nieuw Beheer")
    imported(people.database, other, people.now)
    told = letters(people.database, child, "term_near")
    assert (ADMINISTRATION, "withheld") in told
    assert ("beheer-nieuw", "queued") in told
    with people.database.reading() as session:
        kept = session.exec(select(Letter.reason).where(Letter.recipient == ADMINISTRATION, Letter.state == "withheld"))
        assert {*kept} == {REPLACED}


def test_a_dossier_that_nobody_runs(people: People, region: Region) -> None:
    """S-35: also one without children or numbers yet."""
    dossier = people.do("register_stop", None, ADMINISTRATION, **STOP)
    with pytest.raises(UserError, match=f"{dossier}: niemand heeft de rol contract_administration"):
        imported(people.database, without_people(region, ADMINISTRATION), people.now)


def test_a_first_region_changes_no_hands(empty_database: Database, region: Region) -> None:
    """AMB-18: there is nothing open yet."""
    migrate(empty_database)
    assert imported(empty_database, region) == []
