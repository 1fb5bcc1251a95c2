"""The mover of the portal: people record in their own threads; one thread moves all that waits in one run (decision 0024).

Where no worker runs the jobs (sweep, post, terms, agendas), this thread runs them as well, when it is idle.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from queue import Empty, SimpleQueue
from typing import Any

from sqlmodel import select

from flexroute import clock, log
from flexroute.settings import settings
from flows.mover import Ended, Runner, record
from flows.runtime.jobs import by_timer
from models.store.database import current
from models.store.job import JobRun
from notifications.words import code_in_words
from rules.shared.jobs import EVERY, JOBS, Job, is_due

LOOK_SECONDS = 20.0  # how often an idle mover looks whether a job is due
SETTLE_SECONDS = 30.0  # so long somebody waits for an earlier decision
STUCK_SECONDS = 60.0  # a move that lasts longer is told of
_FLOW_OF = {"sweep": "sweep", "mail": "deliver_mail", "every-morning": "deadline_watch", "agendas": "table_prep"}
_ONLY_WHEN_DUE = {"agendas": {"only_when_due": True}}


@dataclass
class Asked:
    """What the mover must do: something of its own first (to settle what waits), or to move what was decided."""

    now: datetime
    decided: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by act what it touched
    first: Callable[[Runner], None] | None = None
    done: Future[Ended | None] = field(default_factory=Future)


class Mover:
    """One thread with its own Runner. `api_url`: the Prefect server to report to; `jobs`: whether it looks after the jobs too."""

    def __init__(self, api_url: str | None = None, jobs: bool = True) -> None:
        self._api_url, self._jobs = api_url, jobs
        self._queue: SimpleQueue[Asked | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="mover", daemon=True)
        self._since: float | None = None
        self._ran: dict[str, float] = {}  # a practice clock stands still: these jobs go by another

    def __enter__(self) -> Mover:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """What waits is still moved; then it ends."""
        self._queue.put(None)
        self._thread.join()

    @property
    def moving_for(self) -> float:
        """For how many seconds the move of now lasts already; 0.0 when nothing moves."""
        return 0.0 if self._since is None else time.monotonic() - self._since

    @property
    def stuck(self) -> bool:
        """Whether a move lasts longer than it ever should, or the thread is gone."""
        return self.moving_for > STUCK_SECONDS or not self._thread.is_alive()

    def decide(
        self,
        act: str,
        about: str | None,
        by: str,
        given: Mapping[str, Any],
        now: datetime,
        person: str | None = None,
    ) -> tuple[str, Future[Ended | None]]:
        """Record one act in this thread, and have it moved. Answers with its reference, and with what ends when it is at rest.

        Raises Refused.
        """
        reference = record(self._settle, act, about, by, given, now, person)
        return reference, self.moved({act: [reference]}, now)

    def moved(self, decided: Mapping[str, Sequence[str]], now: datetime) -> Future[Ended | None]:
        """Have moved what was decided."""
        return self._ask(Asked(now, decided))

    def _settle(self, act: str, waiting: Sequence[str], now: datetime) -> None:
        with suppress(TimeoutError):  # then who recorded hears that something still waits
            self._ask(Asked(now, first=lambda runner: runner.settle(act, waiting, now))).result(SETTLE_SECONDS)

    def _ask(self, asked: Asked) -> Future[Ended | None]:
        self._queue.put(asked)
        return asked.done

    def _work(self) -> None:
        with Runner(self._api_url) as runner:
            while True:
                waiting, ends = self._next()
                for one in [one for one in waiting if one.first]:
                    self._do(runner, [one])
                if decided := [one for one in waiting if one.decided]:
                    self._do(runner, decided)
                if ends:
                    return
                if not waiting and self._jobs:
                    self._run_jobs(runner)

    def _next(self) -> tuple[list[Asked], bool]:
        """Everything that waits now; waits a while for the first."""
        found: list[Asked] = []
        with suppress(Empty):
            asked = self._queue.get(timeout=LOOK_SECONDS)
            while asked is not None:
                found.append(asked)
                asked = self._queue.get_nowait()
            return found, True
        return found, False

    def _do(self, runner: Runner, these: list[Asked]) -> None:
        """One run for all of them; whatever goes wrong, the thread goes on and everybody hears the end."""
        self._since = time.monotonic()
        watching = threading.Timer(STUCK_SECONDS, _tell_stuck, [these])
        watching.daemon = True
        watching.start()
        try:
            ended = None
            if first := these[0].first:
                first(runner)
            else:
                decided = _together(these)
                ended = runner.move_on(decided, _name(decided), max(one.now for one in these))
        except Exception as error:
            log.write(log.trouble(error))
            for one in these:
                one.done.set_exception(error)
        else:
            for one in these:
                one.done.set_result(ended)
        finally:
            watching.cancel()
            self._since = None

    def _run_jobs(self, runner: Runner) -> None:
        """The jobs that are due and that nobody else ran."""
        now = clock.now()
        try:
            with current().reading() as session:
                last = {row.name: row.completed_at for row in session.exec(select(JobRun))}
            for name, job in JOBS.items():
                if is_due(job, last.get(name), clock.local(now)) or self._stood_still(name, job):
                    self._ran[name] = time.monotonic()
                    flow = getattr(import_module(f"flows.{_FLOW_OF[name]}"), _FLOW_OF[name])
                    with by_timer():
                        runner.run(flow, job.title, (), now=now, **_ONLY_WHEN_DUE.get(name, {}))
        except Exception as error:  # the database is away, a flow breaks: the next look tries again
            log.write(log.trouble(error))

    def _stood_still(self, name: str, job: Job) -> bool:
        """Whether the clock is one for practice, and the job ran here so long ago as it may wait."""
        ran = self._ran.get(name, 0.0)
        return bool(settings().now) and job.at is None and time.monotonic() - ran >= EVERY.total_seconds()


class Stuck(Exception):
    """A move lasts longer than it ever should; recording goes on, and `/ready` says so."""


def _tell_stuck(these: Sequence[Asked]) -> None:
    """The log has a line for each subject of a move that lasts too long."""
    references = dict.fromkeys(one for asked in these for touched in asked.decided.values() for one in touched)
    log.write(*(log.trouble(Stuck(), reference=one) for one in references or (None,)))


def _together(these: Sequence[Asked]) -> dict[str, list[str]]:
    decided: dict[str, list[str]] = {}
    for one in these:
        for act, touched in one.decided.items():
            decided.setdefault(act, []).extend(touched)
    return decided


def _name(decided: Mapping[str, Sequence[str]]) -> str:
    """What the run is called: its case and act, or how many decisions it moves."""
    many = sum(map(len, decided.values()))
    if many != 1:
        return f"{many} besluiten"
    ((act, (reference,)),) = decided.items()
    return f"{reference} · {code_in_words(act, reference)}"
