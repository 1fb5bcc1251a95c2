"""The log: a line for each decision, run, letter and sign of trouble; only codes, and never in anybody's way."""

from __future__ import annotations

import json
import logging
import os
import re
import stat
import tomllib
from contextlib import suppress
from importlib.metadata import version
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acts.stop.children import record_children
from flexroute import log
from flexroute.errors import Unreachable
from flexroute.settings import practising
from flows.deliver_mail import deliver_mail
from flows.mover import Ended, Runner
from flows.runtime.jobs import by_timer
from flows.table_prep import table_prep
from models.flex.agenda import ensure_meeting
from models.store.database import Database, when_committed
from models.store.exclusive import exclusively
from tests.conftest import ROOT
from tests.faults.processes import PATIENCE, PROCESSES
from tests.support.dossiers import CHILD, STOP, People
from tests.support.flex_acts import A_NO, FRIDAY, MONDAY, REFERRED, TO_TABLE
from tests.support.logged import EVENTS, keys_of, lines, read
from tests.support.parties import ADMINISTRATION, STOPPER
from tests.support.private import BSN, NAME, PRIVATE, SECRETS, TYPED
from tests.support.tries import Try

DATES = {"2014-05-09", "09-05-2014", "31-02-2014"}  # have the form of a code
A_DECISION = log.Decision(reference="ZB-2026-000001", act="withdraw", by="ref-lt", process="flex")


def decide(runner: Runner, one: Try, reference: str | None) -> tuple[str, Ended]:
    """One act, recorded and moved."""
    act, by, values = one
    return runner.decide(act, reference, by, values, MONDAY)


def test_a_story(case_database: Database, runner: Runner, home: Path) -> None:
    """C.4: who decided what about which case, what each run did, what became of each letter; nothing of what people typed."""
    reference = None
    for one in (REFERRED, A_NO, TO_TABLE):
        reference, _ = decide(runner, one, reference)
    runner.run(deliver_mail, "post", now=FRIDAY)
    assert lines(home, "decision") == [
        {"reference": reference, "act": act, "by": by, "process": "flex"} for act, by, _ in (REFERRED, A_NO, TO_TABLE)
    ]
    *moves, post = lines(home, "run")
    letters = lines(home, "letter")
    assert [(run["flow"], run["moved"], run["set_aside"], run["tracked"]) for run in moves] == [
        ("flex_route", 1, 0, False)
    ] * 3
    assert (post["flow"], post["moved"], post["tracked"]) == ("deliver_mail", len(letters), False)
    assert {letter["state"] for letter in letters} == {"sent"}
    assert letters[0] == {
        "letter": 1,
        "kind": "assessment_request",
        "recipient": "sys-noord",
        "state": "sent",
        "edition": 1,
        "attempts": 1,
    }
    assert not lines(home, "trouble")
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["at"]) for line in read(home))


def test_what_is_recorded_in_bulk(people: People, runner: Runner, home: Path) -> None:
    """A line for each child, in one write; what is refused has none."""
    dossier = people.do("register_stop", None, ADMINISTRATION, **STOP)
    good = [{**CHILD, "private": PRIVATE, "sender_reference": f"K-{number}"} for number in range(3)]
    taken = Taken()
    logging.getLogger("flexroute").addHandler(taken)
    answers = record_children(people.database, dossier, STOPPER, [*good, {**CHILD, "care": NAME}], people.now)
    logging.getLogger("flexroute").removeHandler(taken)
    added = [line["reference"] for line in lines(home, "decision") if line["act"] == "add_child"]
    assert added == answers[:3]
    assert [record.getMessage().count("\n") for record in taken.records] == [2]


class Taken(logging.Handler):
    """Somebody else who wants the lines."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.mark.both_databases
def test_what_is_undone_has_no_line(database: Database, home: Path) -> None:
    """A decision has its line once it is committed."""
    with suppress(RuntimeError), database.writing() as session:
        when_committed(session, [A_DECISION])
        raise RuntimeError
    assert read(home) == []
    with database.writing() as session:
        when_committed(session, [A_DECISION])
        assert read(home) == []
    assert len(read(home)) == 1


@pytest.mark.both_databases
def test_what_was_set_aside(database: Database, runner: Runner, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A.12, C.4: where it broke, of which class, at which decision; not a word of the error, which may hold what was typed."""

    def breaks(_work: Any) -> None:
        try:
            raise KeyError(TYPED)
        except KeyError as error:
            raise ValueError(f"{PRIVATE}") from error

    reference, _ = decide(runner, REFERRED, None)
    monkeypatch.setattr("tasks.flex.settle.moved_on", lambda *_: breaks(None))
    _, ended = decide(runner, A_NO, reference)
    (trouble,) = lines(home, "trouble")
    where = trouble.pop("where")
    module, _, line = where[-1].split(":")
    assert ended.message == f"{reference}: ValueError in {module}:{line}"
    assert trouble == {
        "errors": ["builtins.ValueError", "builtins.KeyError"],
        "version": version("flexroute"),
        "reference": reference,
        "process": "flex",
        "act": "record_assessment",
        "opening": 1,
    }
    assert re.fullmatch(r"tasks\.flex\.settle:together:\d+", where[-1])
    assert [re.sub(r"\d+$", "", frame) for frame in where[:2]] == [
        "tasks.engine.batch:_chunk:",
        "tasks.flex.settle:each.<locals>.all_of:",
    ]
    assert [(run["moved"], run["set_aside"]) for run in lines(home, "run")] == [(1, 0), (0, 1)]


def test_a_letter_that_does_not_go(
    case_database: Database, runner: Runner, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A.10: what became of it, and for who mends the program where it broke."""

    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError(TYPED)

    decide(runner, REFERRED, None)
    monkeypatch.setattr("notifications.sender.render", breaks)
    runner.run(deliver_mail, "post", now=FRIDAY)
    (letter,), (trouble,) = lines(home, "letter"), lines(home, "trouble")
    assert (letter["letter"], letter["state"]) == (1, "failed")
    assert (trouble["letter"], trouble["errors"]) == (1, ["builtins.RuntimeError"])
    assert re.fullmatch(r"notifications\.sender:_ready:\d+", trouble["where"][-1])


def test_an_agenda_that_breaks(
    case_database: Database, runner: Runner, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F-26: which table, and where; the others get theirs."""
    really = ensure_meeting

    def breaks(session: Any, table: str, day: Any) -> Any:
        if table == "T_C2":
            raise KeyError(TYPED)
        return really(session, table, day)

    monkeypatch.setattr("tasks.flex.agendas.ensure_meeting", breaks)
    assert runner.run(table_prep, "agenda's", now=FRIDAY).attention
    (trouble,), (run,) = lines(home, "trouble"), lines(home, "run")
    assert (trouble["reference"], trouble["where"][-1].partition(":")[0]) == ("T_C2", "tasks.flex.agendas")
    assert (run["flow"], run["set_aside"], run["moved"] > 0) == ("table_prep", 1, True)


def test_a_run_that_breaks_off(
    case_database: Database, runner: Runner, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line too, with what it broke off with; one that another round does has none."""

    def gone(*_: Any) -> None:
        raise Unreachable(TYPED)

    monkeypatch.setattr("flows.deliver_mail.deliver", gone)
    with pytest.raises(Unreachable):
        runner.run(deliver_mail, "post", now=FRIDAY)
    with exclusively(case_database, "job-mail"), by_timer():
        runner.run(deliver_mail, "post", now=FRIDAY)
    (run,) = lines(home, "run")
    assert (run["flow"], run["error"], run["moved"]) == ("deliver_mail", "Unreachable", 0)


@given(st.text())
def test_no_text_passes(text: str) -> None:
    """C.4: whatever would come to this door; a code is no sentence, no address, no number that could be a BSN."""
    line = json.loads(log._line(log.Decision(reference=text, act="withdraw", by="ref-lt"), "now"))
    assert line["reference"] == (
        text if re.fullmatch(r"[A-Za-z0-9_.:<>-]{1,160}", text) and not re.search(r"\d{9}", text) else "?"
    )


@pytest.mark.parametrize("typed", [*SECRETS[1:], TYPED, "a@example.nl", f"x{BSN}", "Jan Jansen", "", "a\nb"])
def test_nothing_that_is_typed_passes(typed: str) -> None:
    said = log._line(log.trouble(ValueError(typed), act=typed), "now")
    assert json.loads(said)["act"] == ("?" if typed not in DATES else typed)


@pytest.mark.parametrize("aloud", [True, False])
def test_a_full_disk(
    home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, aloud: bool
) -> None:
    """Said once, and not where the run that broke off by it is told already."""
    monkeypatch.setattr(log._Telling, "told", False)
    with practising(home=home, log="/dev/full"):
        for _ in range(3):
            log.write(A_DECISION, aloud=aloud)
    assert capfd.readouterr().err.count("de schijf is vol") == int(aloud)


def test_where_it_goes(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file elsewhere, standard error, or nowhere."""
    for to in (str(tmp_path / "logs" / "f.log"), "-", ""):
        with practising(home=home, log=to):
            log.write(A_DECISION)
    assert read(home) == []
    assert (tmp_path / "logs" / "f.log").read_text().count("\n") == 1
    assert json.loads(capsys.readouterr().err)["act"] == "withdraw"


def test_for_its_user_alone(tmp_path: Path) -> None:
    """C.4: a new file, one that was there, and those that were put away."""
    before = os.umask(0)
    (tmp_path / "old.log").touch(mode=0o666)
    (tmp_path / "old.log.1").touch(mode=0o666)
    for name in ("new.log", "old.log"):
        with practising(log=str(tmp_path / name)):
            log.write(A_DECISION)
    os.umask(before)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob("*.log*")} == {0o600}


WRITERS, TIMES, TOGETHER = 3, 60, 7


def writer(home: str, number: int, start: Barrier) -> None:
    """A process that writes, with files that are soon full."""
    log.LARGEST, log.KEPT = 12_000, 1000
    with practising(home=Path(home)):
        start.wait(PATIENCE)
        for time in range(TIMES):
            log.write(
                *[log.Decision(reference=f"ZB-{number}", act=f"a{time}", by=f"b{one}") for one in range(TOGETHER)]
            )


def test_several_at_once(home: Path) -> None:
    """Every line is there once and whole, also when a file is put away meanwhile."""
    start = PROCESSES.Barrier(WRITERS)
    writers = [PROCESSES.Process(target=writer, args=(str(home), number, start)) for number in range(WRITERS)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(PATIENCE)
    files = [file for file in home.glob("flexroute.log*") if not file.name.endswith(".lock")]
    written = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    assert (
        len({(line["reference"], line["act"], line["by"]) for line in written})
        == len(written)
        == WRITERS * TIMES * TOGETHER
    )
    assert 2 < len(files) < 100
    assert {stat.S_IMODE(file.stat().st_mode) for file in home.glob("flexroute.log*")} == {0o600}


def test_the_manual_has_every_key() -> None:
    """The table in docs/operations.md is the one in flexroute/log.py."""
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(decision|reading|run|letter|trouble)` \|[^|]*\| (.*) \|$", manual, re.MULTILINE))
    assert {event: {"at", "event", *re.findall(r"`(\w+)`", keys)} for event, keys in rows.items()} == {
        event: keys_of(event)[1] for event in EVENTS
    }


def test_our_own_code() -> None:
    """Whose frames are shown: every package of the program."""
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    assert set(packages) == log.OURS
