"""What breaks around the program or in it: nothing is half-done, nobody waits, and what stayed behind goes on afterwards."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from prefect.states import Crashed, Failed
from sqlalchemy import text
from sqlmodel import col, select

import acts
import tasks.delivery
import tasks.meetings
import tasks.provider_check
from acts import perform
from flexroute.clock import from_local
from flexroute.errors import Unreachable, UserError
from flows import running
from flows.deadline_watch import deadline_watch
from flows.deliver_mail import deliver_mail
from flows.flex_route import flex_route
from flows.running import Runner
from flows.table_prep import table_prep
from models import database as database_module
from models.case import Case, Decision
from models.database import Database, using
from models.directory import load_region, store_region
from models.letter import Letter
from models.meeting import Meeting
from models.schema import migrate
from notifications.render import render
from notifications.templates import Rendered
from rules.region import Region

MONDAY = from_local("2026-03-02T14:00")
FRIDAY = from_local("2026-03-06T13:00")
TUESDAY = from_local("2026-03-10T18:00")
NAME, BSN = "Kornoelje", "999900006"
REFERRAL = {
    "referral_route": "local_team",
    "opdracht": "B",
    "provider": "sys-noord",
    "received_on": "2026-03-02",
    "municipality": "0599",
    "private": {"naam": NAME, "bsn": BSN},
}
A_NO = {"can_deliver": False, "explanation": f"{NAME} ({BSN}) kan niet", "ground": "demand_peak"}
TO_TABLE = {"outcome": "table", "reason": NAME}
CANCEL = {"table": "T_BC", "on": "2026-03-10", "cancelled": True, "reason": NAME}


@pytest.fixture
def runner() -> Iterator[Runner]:
    with Runner(None) as made:
        yield made


def refer(database: Database, **other: Any) -> str:
    return perform(database, "register_referral", None, "ref-lt", REFERRAL | other, MONDAY)


def assessed(database: Database, runner: Runner, number: int) -> list[str]:
    """Cases whose provider said no; recorded, not moved."""
    references = [refer(database) for _ in range(number)]
    runner.move(None, "aanmeldingen", MONDAY)
    for reference in references:
        perform(database, "record_assessment", reference, "sys-noord", A_NO, MONDAY)
    return references


def rows(database: Database, kind: Any, *where: Any) -> list[Any]:
    with database.reading() as session:
        return list(session.exec(select(kind).where(*where).order_by(*kind.__table__.primary_key)).all())


def case_of(database: Database, reference: str) -> Case:
    (case,) = rows(database, Case, Case.reference == reference)
    return case


def dump(path: Path) -> str:
    with sqlite3.connect(path) as other:
        content = "\n".join(other.iterdump())
    other.close()
    return content


# the case database


@pytest.fixture
def file_in_use(home: Path, region: Region, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Database, Path]]:
    """A database in a file that gives up on a lock at once."""
    monkeypatch.setattr(database_module, "LOCK_WAIT_MS", 30)
    with using(Database(f"sqlite:///{home / 'flexroute.db'}")) as made:
        migrate(made)
        with made.writing() as session:
            store_region(session, region)
        yield made, home / "flexroute.db"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program writes, and does not stop."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_locked_file_changes_nothing_and_says_so(file_in_use: tuple[Database, Path], runner: Runner) -> None:
    """A.12, design "exactly once": every act and every flow is told; nothing is half-done; afterwards all of it works."""
    database, path = file_in_use
    reference, left = refer(database), refer(database)
    runner.move([reference], "aanmelding", MONDAY)
    before = dump(path)
    tried: list[Callable[[], Any]] = [
        lambda: refer(database),
        lambda: runner.decide("record_assessment", reference, "sys-noord", A_NO, MONDAY),
        lambda: runner.decide("call_flex_provider", None, "tz-anna", {**CANCEL, "provider": "flex-anker"}, MONDAY),
        lambda: runner.run(flex_route, "verplaatsen", now=MONDAY),
        lambda: runner.run(table_prep, "agenda's", now=FRIDAY),
        lambda: runner.run(deadline_watch, "termijnen", now=TUESDAY),
        lambda: runner.run(deliver_mail, "post", now=MONDAY),
    ]
    for attempt in tried:
        with locked(path), pytest.raises(Unreachable) as told:
            attempt()
        assert NAME not in str(told.value)
        assert dump(path) == before
    runner.decide("record_assessment", reference, "sys-noord", A_NO, MONDAY)
    runner.move(None, "verplaatsen", MONDAY)
    assert (case_of(database, reference).step, case_of(database, left).step) == ("mediation", "provider_check")


def test_a_new_connection_to_a_locked_file(file_in_use: tuple[Database, Path]) -> None:
    """Design "exactly once": also who comes in while the file is locked is told, not shown a stack trace."""
    _, path = file_in_use
    with locked(path), using(Database(f"sqlite:///{path}")) as newcomer, pytest.raises(Unreachable):
        refer(newcomer)


def test_a_lock_between_the_act_and_the_flow(
    file_in_use: tuple[Database, Path], runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A.12: what was recorded stands, so nobody is told that nothing changed; the next run moves it."""
    database, path = file_in_use
    reference = refer(database)
    runner.move(None, "aanmelding", MONDAY)
    lock, really = sqlite3.connect(path, isolation_level=None), acts.perform

    def record_and_lock(*given: Any) -> str:
        recorded = really(*given)
        lock.execute("BEGIN EXCLUSIVE")
        return recorded

    monkeypatch.setattr(acts, "perform", record_and_lock)
    of, ended = runner.decide("record_assessment", reference, "sys-noord", A_NO, MONDAY)
    lock.execute("ROLLBACK")
    lock.close()
    assert (of, ended.attention, ended.tracked) == (reference, True, False)
    assert "vastgelegd" in ended.message
    assert case_of(database, reference).step == "provider_check"
    runner.move(None, "veegronde", MONDAY)
    assert case_of(database, reference).step == "mediation"


@pytest.fixture
def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_postgresql_that_is_away(home: Path, closed_port: int, runner: Runner) -> None:
    """Design "two sizes": one sentence in Dutch, without the password."""
    with using(Database(f"postgresql://flexroute:geheim@127.0.0.1:{closed_port}/flexroute")) as away:
        for attempt in (lambda: refer(away), lambda: runner.move(None, "verplaatsen", MONDAY), lambda: migrate(away)):
            with pytest.raises(Unreachable) as told:
                attempt()
            assert "FLEXROUTE_DATABASE_URL" in str(told.value)
            assert "geheim" not in str(told.value)


def test_a_database_without_tables(empty_database: Database, runner: Runner) -> None:
    """Design "two sizes": who forgot the first command is told which one it is, on both databases."""
    for attempt in (lambda: refer(empty_database), lambda: runner.move(None, "verplaatsen", MONDAY)):
        with pytest.raises(UserError, match="flexroute init"):
            attempt()


def test_a_database_without_a_region(empty_database: Database, runner: Runner) -> None:
    """F-53: tables, but nothing in them."""
    migrate(empty_database)
    for attempt in (lambda: refer(empty_database), lambda: runner.run(table_prep, "agenda's", now=FRIDAY)):
        with pytest.raises(UserError, match="flexroute init"):
            attempt()


# a step that breaks


def breaking(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, broken: str) -> None:
    """A mistake in the program that only one case meets; its text holds what nobody may read."""
    really = getattr(module, name)

    def breaks_for_one(work: Any, *given: Any) -> Any:
        if work.case.reference == broken:
            raise ValueError(f"{NAME} {BSN}")
        return really(work, *given)

    monkeypatch.setattr(module, name, breaks_for_one)


def test_one_case_of_sixty_breaks(database: Database, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gates 1 to 5 are never half-passed: the one is set aside whole, the others move; afterwards it goes on. C.4."""
    references = assessed(database, runner, 60)
    broken = references[20]
    with monkeypatch.context() as fault:
        breaking(fault, tasks.provider_check, "open_mediation", broken)
        ended = runner.move(None, "verplaatsen", MONDAY)
        assert (ended.attention, ended.tracked) == (True, False)
        assert ended.message == f"{broken}: ValueError in breaks_for_one"
        case = case_of(database, broken)
        assert (case.step, case.trouble, case.opening) == ("provider_check", "ValueError in breaks_for_one", 1)
        assert NAME not in ended.message
        assert not rows(database, Letter, Letter.subject == broken, Letter.kind != "assessment_request")
        assert Counter(case.step for case in rows(database, Case)) == {"mediation": 59, "provider_check": 1}
        assert runner.move(None, "nog eens", MONDAY).attention
    assert runner.move(None, "hersteld", MONDAY).message == "1 verplaatst"
    assert case_of(database, broken).trouble is None
    kinds = Counter(letter.kind for letter in rows(database, Letter))
    assert kinds == {"assessment_request": 60, "assessment_outcome": 60, "escalation": 60}
    assert not rows(database, Decision, col(Decision.settled_at).is_(None))


def test_one_case_of_sixty_cannot_be_written(database: Database, runner: Runner) -> None:
    """A.10: the database itself refuses one case (a letter that is there already); the others move, each letter once."""
    references = assessed(database, runner, 60)
    broken = references[55]
    with database.writing() as session:
        key = f"escalation:{broken}:1:care_mediation_team"
        (like,) = session.exec(select(Letter).where(Letter.subject == broken)).all()
        session.add(Letter(**{**like.model_dump(exclude={"id"}), "key": key, "kind": "escalation"}))
    ended = runner.move(None, "verplaatsen", MONDAY)
    assert ended.message.startswith(f"{broken}: IntegrityError in ")
    assert Counter(case.step for case in rows(database, Case)) == {"mediation": 59, "provider_check": 1}
    with database.writing() as session:
        session.delete(session.exec(select(Letter).where(Letter.key == key)).one())
    assert runner.move(None, "hersteld", MONDAY).message == "1 verplaatst"


def test_who_acts_on_a_broken_case_is_told(database: Database, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A.12: a decision that waits blocks what would follow from it; nothing is recorded on top of it."""
    (broken,) = assessed(database, runner, 1)
    breaking(monkeypatch, tasks.provider_check, "open_mediation", broken)
    known = len(rows(database, Decision))
    with pytest.raises(acts.Refused) as refused:
        runner.decide("decide_mediation", broken, "tz-anna", TO_TABLE, MONDAY)
    assert refused.value.code == "already_decided"
    assert len(rows(database, Decision)) == known


def test_a_meeting_that_breaks_holds_up_nobody_else(
    database: Database, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-53: one meeting cannot be cancelled; cases at other steps move all the same, and it goes on afterwards."""
    on_it, elsewhere = assessed(database, runner, 2)
    runner.decide("decide_mediation", on_it, "tz-anna", TO_TABLE, MONDAY)
    runner.decide("decide_mediation", elsewhere, "tz-anna", TO_TABLE | {"table": "T_C2"}, MONDAY)
    perform(database, "change_meeting", None, "tz-anna", CANCEL, MONDAY)
    perform(database, "withdraw", elsewhere, "ref-lt", {"reason": NAME}, MONDAY)
    with monkeypatch.context() as fault:
        breaking(fault, tasks.meetings, "open_table", on_it)
        ended = runner.move(None, "verplaatsen", MONDAY)
    assert ended.attention
    assert "ValueError" in ended.message
    assert NAME not in ended.message
    assert case_of(database, elsewhere).step == "closed"
    assert not rows(database, Meeting, col(Meeting.cancelled))
    assert not runner.move(None, "hersteld", MONDAY).attention
    (cancelled,) = rows(database, Meeting, col(Meeting.cancelled))
    assert case_of(database, on_it).meeting_id not in (None, cancelled.id)


# Prefect


def test_prefect_is_away(database: Database, closed_port: int) -> None:
    """Design "Prefect may be away": the case moves, untracked, and says so."""
    with Runner(f"http://127.0.0.1:{closed_port}/api") as away:
        reference, ended = away.decide("register_referral", None, "ref-lt", REFERRAL, MONDAY)
        assert (ended.tracked, ended.attention) == (False, False)
        _, ended = away.decide("record_assessment", reference, "sys-noord", A_NO, MONDAY)
        assert (ended.tracked, ended.attention) == (False, False)
    assert case_of(database, reference).step == "mediation"


HTTP_503 = httpx.HTTPStatusError("503", request=httpx.Request("POST", "http://x"), response=httpx.Response(503))
GONE_WRONG = {
    "a call within the flow failed": Failed(data=HTTP_503),
    "failed without a word": Failed(),
    "crashed": Crashed(message="the process was told to stop"),
}


@pytest.mark.parametrize("how", GONE_WRONG)
def test_a_run_that_prefect_spoiled_is_run_again_without_it(
    database: Database, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Design "Prefect may be away": how Prefect says it failed does not matter; people and cases do not wait for it."""

    async def spoiled(*_: Any) -> Any:
        return GONE_WRONG[how]

    monkeypatch.setattr(running, "answers", lambda _: True)
    monkeypatch.setattr(running, "_tracked", spoiled)
    with Runner("http://prefect.example.nl/api") as runner:
        reference, ended = runner.decide("register_referral", None, "ref-lt", REFERRAL, MONDAY)
    assert (ended.tracked, ended.attention) == (False, False)
    assert case_of(database, reference).step == "provider_check"


def test_a_mistake_of_the_program_is_not_hidden_by_prefect(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design "Prefect may be away": what is not Prefect's fault is told as it is, with Prefect too."""

    async def away(*_: Any) -> Any:
        return Failed(data=UserError("De database is nog niet ingericht."))

    monkeypatch.setattr(running, "answers", lambda _: True)
    monkeypatch.setattr(running, "_tracked", away)
    with Runner("http://prefect.example.nl/api") as runner, pytest.raises(UserError, match="ingericht"):
        runner.move(None, "verplaatsen", MONDAY)


# Runs in a process of its own, left without goodbye: Prefect's client would try for minutes to send its last events.
IN_THE_MIDDLE = """
import os, socket, sys, threading
from contextlib import suppress

url, server_port, when = sys.argv[1], int(sys.argv[2]), sys.argv[3]
ends = [socket.create_server(("127.0.0.1", 0))]  # a line to the server that can be cut
line_url = f"http://127.0.0.1:{ends[0].getsockname()[1]}/api"
os.environ.update(PREFECT_API_URL=line_url, PREFECT_CLIENT_MAX_RETRIES="0", PREFECT_LOGGING_LEVEL="CRITICAL")


def listen():
    with suppress(OSError):
        while True:
            pair = (ends[0].accept()[0], socket.create_connection(("127.0.0.1", server_port)))
            ends.extend(pair)
            for one, other in (pair, pair[::-1]):
                threading.Thread(target=pass_on, args=(one, other), daemon=True).start()


def pass_on(one, other):
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)


def cut():
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


threading.Thread(target=listen, daemon=True).start()

import tasks.provider_check as step
from flows.running import Runner
from models.database import Database, using
from tests.test_faults import A_NO, MONDAY, refer

really = step.open_mediation


def cut_and_go_on(work):
    cut()
    really(work)


with using(Database(url)) as cases, Runner(line_url) as runner:
    reference = refer(cases)
    print(runner.move([reference], "aanmelding", MONDAY).tracked)
    if when == "in the step":
        step.open_mediation = cut_and_go_on
    else:
        step.open_mediation = lambda work: (really(work), threading.Thread(target=cut).start())
    print(runner.decide("record_assessment", reference, "sys-noord", A_NO, MONDAY)[1].attention, flush=True)
os._exit(0)
"""


@pytest.mark.parametrize("when", ["in the step", "at any moment after it"])
def test_prefect_goes_away_in_the_middle(home: Path, region: Region, prefect_server: str, when: str) -> None:
    """Design "Prefect may be away": a real server dies while a run is on its way; the case moves, each letter once."""
    port = prefect_server.rpartition(":")[2].partition("/")[0]
    with using(Database(f"sqlite:///{home / 'flexroute.db'}")) as database:
        migrate(database)
        with database.writing() as session:
            store_region(session, region)
        child = subprocess.run(
            [sys.executable, "-c", IN_THE_MIDDLE, str(database.url), port, when],
            cwd=Path(__file__).parent.parent, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert child.stdout.split() == ["True", "False"], child.stderr
        (case,) = rows(database, Case)
        assert (case.step, case.trouble) == ("mediation", None)
        assert not rows(database, Decision, col(Decision.settled_at).is_(None))
        kinds = Counter(letter.kind for letter in rows(database, Letter))
        assert kinds == {"assessment_request": 1, "assessment_outcome": 1, "escalation": 1}


# letters


def test_a_number_that_may_be_a_bsn_is_held(database: Database, runner: Runner, region: Region, home: Path) -> None:
    """C.4: somebody gave an organisation a name with nine digits that pass the elfproef; its letters wait, the others go."""
    renamed = [o.model_copy(update={"name": f"Zuid {BSN}"}) if o.id == "sys-zuid" else o for o in region.organisations]
    with database.writing() as session:
        store_region(session, region.model_copy(update={"organisations": tuple(renamed)}))
    odd, plain = refer(database, provider="sys-zuid"), refer(database)
    runner.move(None, "aanmeldingen", MONDAY)
    for reference, owner in ((odd, "sys-zuid"), (plain, "sys-noord")):
        runner.decide("record_assessment", reference, owner, A_NO, MONDAY)
    ended = runner.run(deliver_mail, "post", now=MONDAY)
    assert ended.attention
    assert BSN not in ended.message
    states = {(letter.subject, letter.kind): letter.state for letter in rows(database, Letter)}
    assert {state for (subject, _), state in states.items() if subject == plain} == {"sent"}
    assert {state for (subject, _), state in states.items() if subject == odd} == {"held"}
    said = [path.read_text(encoding="utf-8") for path in (home / "letters").iterdir()]
    assert len(said) == len([state for state in states.values() if state == "sent"])
    assert not [mail for mail in said if BSN in mail]


class Wire:
    """A transport that does not work, and then does."""

    def __init__(self) -> None:
        self.broken: Exception | None = ConnectionRefusedError(f"{NAME} <aanmelding@noord.example.nl>")
        self.sent: list[int | None] = []

    def send(self, letter: Letter, address: str, name: str, said: Rendered) -> None:
        if self.broken:
            raise self.broken
        self.sent.append(letter.id)


def test_a_transport_that_is_away(database: Database, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A.10, C.4: the gateway does not answer; letters wait, none is lost, the next run sends each once, in their order."""
    wire = Wire()
    monkeypatch.setattr(tasks.delivery, "transport", lambda: wire)
    assessed(database, runner, 60)
    runner.move(None, "verplaatsen", MONDAY)
    ended = runner.run(deliver_mail, "post", now=MONDAY)
    assert ended.attention
    assert NAME not in ended.message
    letters = rows(database, Letter)
    assert {(letter.state, letter.reason) for letter in letters} == {
        ("queued", "nog niet verstuurd: ConnectionRefusedError")
    }
    wire.broken = None
    assert not runner.run(deliver_mail, "post", now=MONDAY).attention
    assert not runner.run(deliver_mail, "post", now=MONDAY).attention
    assert wire.sent == [letter.id for letter in letters]
    assert {(letter.state, letter.reason) for letter in rows(database, Letter)} == {("sent", None)}


def test_two_senders_at_once(database: Database, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A.10: two runs of the post at the same moment; each letter goes once."""
    wire = Wire()
    wire.broken = None
    monkeypatch.setattr(tasks.delivery, "transport", lambda: wire)
    assessed(database, runner, 60)
    runner.move(None, "verplaatsen", MONDAY)
    barrier = threading.Barrier(2)

    def send() -> None:
        with Runner(None) as own:
            barrier.wait(30)
            own.run(deliver_mail, "post", now=MONDAY)

    with ThreadPoolExecutor(2) as threads:
        for sending in [threads.submit(send), threads.submit(send)]:
            sending.result(60)
    assert Counter(wire.sent) == Counter(letter.id for letter in rows(database, Letter))


def test_one_letter_that_cannot_be_written(database: Database, runner: Runner) -> None:
    """A.10: a mistake in one letter holds up no other; it is kept with the kind of error, not with what it held."""
    good, bad = assessed(database, runner, 2)
    with database.writing() as session:
        session.connection().execute(text("UPDATE letter SET context = '{}' WHERE subject = :bad"), {"bad": bad})
    ended = runner.run(deliver_mail, "post", now=MONDAY)
    assert ended.attention
    assert {letter.subject: letter.state for letter in rows(database, Letter)} == {good: "sent", bad: "failed"}
    with database.reading() as session:
        (letter,) = session.exec(select(Letter).where(Letter.subject == good)).all()
        assert NAME not in render(session, load_region(session), letter).text
