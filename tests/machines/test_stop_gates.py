"""The gates of a dossier hold whatever people try (A.12, gates 6 to 10): random acts by random people over years.

What must be so is read from the decisions alone, by a small model of the document; none of the program's rules are asked.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import seed
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

import tasks.engine.deadlines
import tasks.engine.step
from tests.machines.life import SEEDS
from tests.machines.stop.courses import Courses
from tests.machines.stop.people import RandomPeople
from tests.machines.stop.world import DATA, REGION, STOPPERS
from tests.machines.watched import Watched, examples
from tests.support.acts import STOP_VALUES
from tests.support.private import SECRETS
from tests.support.repeating import Rounds


class StopGates(RandomPeople, Courses, RuleBasedStateMachine):
    """Two dossiers with children in two municipalities; people, clock and schedules do what they like."""

    begins = date(2026, 9, 1)

    def __init__(self) -> None:
        super().__init__()
        self.months, self.file_days = 12, 28
        self.verified: set[int] = set()
        self.letters_read = 0
        self.due_letters: Counter[tuple[str, str, str]] = Counter()
        self.signals: dict[int, set[str]] = {}
        self.listed: set[int] = set()
        self.closed: dict[int, str] = {}
        self.watched_on: date | None = None

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        chance = self.chance(seed)
        self.opened(chance, "zonnewende", chance.choice(["provider_decision", "not_renewed"]))
        self.opened(chance, chance.choice(STOPPERS), "dissolved")
        for dossier in self.all("SELECT * FROM stop_dossier"):
            for _ in range(2):
                self.added(chance, dossier, fine=True)
            if chance.random() < 0.7:
                self.count(chance, dossier, fine=True)
        for _ in range(3):
            self.corrected(chance)
        ways = {
            "consulted": self.consult,
            "at flex": self.at_flex,
            "lapsed": self.left_alone,
            "closed": self.to_the_end,
        }
        ways |= {"file_due": self.without_file, "file_overdue": self.without_file}
        for event, way in ways.items():
            if event not in self.came:
                way(chance)
                break

    @rule(seed=SEEDS)
    def something(self, seed: int) -> None:
        """Some things at once: mostly a child that goes on as the document has it, so that the deep steps are reached."""
        people = [self.out_of_turn, self.somebody_else, self.odd_values, self.crash, self.bulk, self.of_the_dossier]
        people += [self.again, *[self.corrected] * 3]
        people += [self.counted, self.counted, self.newcomer, *[self.story] * 7]
        rare = [self.to_the_end, self.to_the_end, self.flex, self.flex]
        rare += [self.consult, self.left_alone, self.bankruptcy, self.imported]
        for _ in range(3):
            chance = self.chance(seed)
            chance.choice([*people * 3, *[self.clock] * 9, *rare])(chance)
            self.everything_holds()

    @invariant()
    def always(self) -> None:
        """After every step."""
        self.everything_holds()


def test_the_gates_hold_whatever_people_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounds: Rounds) -> None:
    """Gates 6 to 10 of A.12 and A.8, whatever people try, over years."""
    StopGates.copy_from(tmp_path / "template.db", REGION)
    for counter in (StopGates.accepted, StopGates.refused, StopGates.came):
        counter.clear()
    StopGates.runner = Watched(SECRETS, [row["id"] for row in DATA["tables"]])
    StopGates.runner.watch_tasks(monkeypatch, tasks.engine.step, tasks.engine.deadlines)
    with StopGates.runner:
        for one in rounds.seeds(1):
            run_state_machine_as_test(seed(one)(StopGates), settings=examples(3, steps=22))
    for counter in (StopGates.accepted, StopGates.refused, StopGates.came):
        print(dict(counter.most_common()))  # noqa: T201
    if rounds.seconds is not None:
        return  # how much chance reaches depends on its time
    missed = {*STOP_VALUES} - {*StopGates.accepted}
    assert not missed, f"never reached: {missed}"
    events = {"closed", "bulk", "crash", "imported", "flex", "at flex", "lapsed", "consulted"}
    events |= {"term_near", "term_exceeded", "file_due", "file_overdue"}
    assert not events - {*StopGates.came}, f"never came: {events - {*StopGates.came}}"
