"""Playing a scenario on a fresh database and a simulated clock, through the same acts and flows as everybody else.

What people do goes through a driver (cli/player/driver.py); what the clock brings runs in this process.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import col, select

from cli.player.driver import UNKNOWN, Direct, Driver
from cli.player.observe import Observer, label
from cli.player.scenario import Scenario, Step, act_of, labels_of
from flexroute.errors import UserError
from flexroute.settings import practising
from flows.deadline_watch import deadline_watch
from flows.deliver_mail import deliver_mail
from flows.mover import Runner
from flows.table_prep import table_prep
from models.region.directory import store_region
from models.store.database import Database, using
from models.store.letter import Letter
from models.store.schema import migrate
from notifications.render import render
from rules.shared.refusal import Refused

FLOWS: dict[str, Any] = {"table_prep": table_prep, "deadline_watch": deadline_watch, "deliver_mail": deliver_mail}


@dataclass
class Report:
    """How a scenario went."""

    id: str
    failures: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """As printed with --json."""
        return {"id": self.id, "ok": not self.failures, "failures": self.failures, "seconds": round(self.seconds, 2)}


def play(scenario: Scenario, runner: Runner, database_url: str | None = None, through: Driver | None = None) -> Report:
    """Play one scenario to its end; what does not hold is in the report. `through`: the driver, Direct unless another is given."""
    began, report, driver = time.monotonic(), Report(scenario.id), through or Direct(runner)
    with (
        TemporaryDirectory() as home,
        _fresh(database_url, Path(home)) as database,
        practising(home=Path(home), environment="practice"),
    ):
        migrate(database)
        with database.writing() as session:
            store_region(session, scenario.region)
        with driver.playing(database, scenario.region):
            _play(_Player(scenario, runner, driver, database, report))
    report.seconds = time.monotonic() - began
    return report


def _play(player: _Player) -> None:
    for step in player.scenario.steps:
        try:
            player.take(step)
        except UserError:
            raise
        except Exception as error:  # the other scenarios are still played
            if os.environ.get("FLEXROUTE_DEBUG"):
                raise
            player.fail(step, "error", None, type(error).__name__)
            break


@contextmanager
def _fresh(url: str | None, home: Path) -> Iterator[Database]:
    """An empty database: a SQLite file, or a schema of its own in the database given."""
    if url is None or url.startswith("sqlite"):
        with using(Database(f"sqlite:///{home / 'play.db'}")) as database:
            yield database
        return
    schema = f"play_{uuid4().hex}"
    outside = Database(url)
    with outside.writing() as session:
        session.connection().execute(text(f"CREATE SCHEMA {schema}"))
    try:
        with using(Database(url, schema)) as database:
            yield database
    finally:
        with outside.writing() as session:
            session.connection().execute(text(f"DROP SCHEMA {schema} CASCADE"))
        outside.close()


def _labels(step: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Of the scenario's labels: what an act is about, and what it makes."""
    act, named = act_of(step), labels_of(step)
    about = act.kind.label if act and act.kind else None
    makes = act.makes if act else None
    return (
        label(about, named[about]) if about in named else None,
        label(makes, named[makes]) if makes in named else None,
    )


class _Player:
    def __init__(self, scenario: Scenario, runner: Runner, driver: Driver, database: Database, report: Report) -> None:
        self.scenario, self.runner, self.driver, self.database, self.report = scenario, runner, driver, database, report
        self.labels: dict[str, str] = {}  # of a scenario -> reference, or what a rejected referral was filed under
        self.private: set[str] = set()
        self.read_until = 0
        self.observer = Observer(database, driver, self.labels)

    def take(self, step: Step) -> None:
        if "act" in step.data:
            self._act(step)
        elif "run" in step.data:
            self.runner.run(FLOWS[step.data["run"]], f"{self.scenario.id} · {step.data['run']}", now=step.at)
        else:
            for key, expected, got in self.observer.compare(step.data["expect"], step.at):
                self.fail(step, key, expected, got)
        self._read_letters(step)

    def _act(self, step: Step) -> None:
        data, given = step.data, dict(step.data.get("with") or {})
        self._remember_private(given.get("private"))
        about, new = _labels(data)
        given = {key: value for key, value in given.items() if key not in labels_of(data)}
        refused = None
        try:
            known = about and self.labels.get(about, UNKNOWN)
            reference = self.driver.act(str(data["act"]), known, str(data["by"]), given, step.at)
            if new:
                self.labels[new] = reference
        except Refused as error:
            refused = error.code
            if error.subject and new:
                self.labels[new] = error.subject
        if refused != data.get("refused"):
            self.fail(step, "refused", data.get("refused"), refused)

    def _remember_private(self, given: Any) -> None:
        if isinstance(given, Mapping):
            for value in given.values():
                self._remember_private(value)
        elif isinstance(given, list):
            for value in given:
                self._remember_private(value)
        elif given is not None and str(given).strip():
            self.private.add(str(given).strip())

    def _read_letters(self, step: Step) -> None:
        """Nothing that a letter says, attachments included, may hold a private value (C.4)."""
        with self.database.reading() as session:
            for letter in session.exec(
                select(Letter).where(col(Letter.id) > self.read_until).order_by(col(Letter.id))
            ).all():
                said = render(session, self.scenario.region, letter)
                in_text = [content for _, kind, content in said.attachments if kind.startswith("text/")]
                calendars = [content.decode("utf-8", "replace").replace("\r\n ", "") for content in in_text]
                parts = [said.subject, said.text, said.html, *calendars]
                if any(_says(_flat(part), _flat(value)) for value in self.private for part in parts):
                    self.fail(step, "private", None, letter.kind)
                self.read_until = letter.id or self.read_until

    def fail(self, step: Step, key: str, expected: Any, got: Any) -> None:
        """Report what does not hold."""
        self.report.failures.append({"step": step.number, "key": key, "expected": _plain(expected), "got": _plain(got)})


def _says(part: str, value: str) -> bool:
    """Whether it stands there; a short value, such as an age, as a word: in a colour of the letter it says nothing."""
    short = len(value) < 5
    return bool(re.search(rf"\b{re.escape(value)}\b", part)) if short else value in part


def _flat(text: str) -> str:
    return " ".join(text.split())  # a letter breaks its lines


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return (
        value
        if value is None or isinstance(value, (str, int, float, bool))
        else value.isoformat()
        if isinstance(value, datetime)
        else str(value)
    )
