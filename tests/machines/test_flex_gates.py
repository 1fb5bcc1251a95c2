"""The hard gates of the flex route hold whatever people try (A.12, gates 1 to 5): random acts by random people.

What must be so is read from the database without the rules.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import seed
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import tasks.engine.deadlines
import tasks.engine.step
import tasks.flex.meetings
from tests.machines.flex.people import RandomPeople
from tests.machines.flex.world import REGION, TABLES
from tests.machines.life import SEEDS
from tests.machines.watched import Watched, examples
from tests.support.acts import VALUES
from tests.support.private import SECRETS
from tests.support.repeating import Rounds


class FlexGates(RandomPeople, RuleBasedStateMachine):
    """A few cases and meetings of one region; people, clock and schedules do what they like."""

    begins = date(2026, 2, 27)

    def __init__(self) -> None:
        super().__init__()
        self.letters_read = 0
        self.checked_request = 0

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        for _ in range(2):
            self.act("register_referral", None, *self.referral(self.chance(seed), fine=True))

    @rule(seed=SEEDS)
    def people(self, seed: int) -> None:
        """Some things at once: mostly a case that goes on as the document has it, so that the deep steps are reached."""
        rest = [
            self.out_of_turn,
            self.somebody_else,
            self.odd_values,
            self.odd_values,
            self.meeting,
            self.crash,
            self.imported,
            self.again,
        ]
        for _ in range(3):
            chance = self.chance(seed)
            chance.choice([*rest, self.referred, *[self.story] * 5])(chance)
            self.everything_holds()

    @rule(seed=SEEDS)
    def time(self, seed: int) -> None:
        """Time passes, and the scheduled flows run."""
        self.clock(self.chance(seed))

    @invariant()
    def always(self) -> None:
        """After every step."""
        self.everything_holds()

    def teardown(self) -> None:
        try:
            self.to_the_end()
            self.everything_holds()
        finally:
            super().teardown()


def test_the_gates_hold_whatever_people_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounds: Rounds) -> None:
    """Gates 1 to 5 of A.12 (F-10, F-11, F-33, F-36, F-37, F-39, F-50), A.8, AMB-20 … AMB-27, AMB-32, F-26 and C.4.

    AMB-71 and AMB-72: who is in time; AMB-74: an allocation at any step.
    """
    FlexGates.copy_from(tmp_path / "template.db", REGION)
    FlexGates.accepted.clear()
    FlexGates.refused.clear()
    FlexGates.runner = Watched(SECRETS, TABLES)
    FlexGates.runner.watch_tasks(monkeypatch, tasks.engine.step, tasks.engine.deadlines, tasks.flex.meetings)
    with FlexGates.runner:
        for one in rounds.seeds(1):
            run_state_machine_as_test(seed(one)(FlexGates), settings=examples(4, steps=30))
    print(f"accepted: {dict(FlexGates.accepted.most_common())}\nrefused: {dict(FlexGates.refused.most_common())}")  # noqa: T201
    missed = {*VALUES, "import"} - {*FlexGates.accepted}
    assert rounds.seconds is not None or not missed, f"never reached: {missed}"
