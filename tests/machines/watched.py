"""For the machines that try to break the gates: how long they try, and an eye on what Prefect would show or keep (C.4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from flows.mover import Ended, Runner

REFERENCE = re.compile(r"ZB-\d{4}-\d{6}|ST-\d{4}-\d{6}(-\d{4})?")


def examples(number: int, steps: int) -> settings:
    """So many lives of so many steps."""
    return settings(
        max_examples=number,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # what fails is told act by act; making it shorter takes longer than reading it
        report_multiple_bugs=False,
    )


class Watched(Runner):
    """Runs without Prefect, and holds everything that Prefect would show or keep to references, ids and moments."""

    def __init__(self, secrets: Collection[str], tables: Collection[str]) -> None:
        super().__init__(None)
        self.secrets, self.tables = secrets, tables

    def run(self, flow: Any, name: str, labels: tuple[str, ...] = (), **given: Any) -> Ended:
        assert not any(secret in name for secret in self.secrets), name
        assert all(REFERENCE.fullmatch(label) for label in labels), labels
        self.nothing_private(given.values())
        ended = super().run(flow, name, labels, **given)
        assert not ended.attention, ended.message
        assert not ended.tracked
        return ended

    def nothing_private(self, parameters: Iterable[Any]) -> None:
        """Parameters of flows and tasks are references, row numbers, table ids and moments."""
        for value in parameters:
            for one in value if isinstance(value, list) else [value]:
                fine = isinstance(one, (int, date)) or one is None or one in self.tables
                assert fine or REFERENCE.fullmatch(str(one)), f"a run was given {one!r}"

    def watch_tasks(self, monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
        """The tasks that these modules call."""

        def call(work: Any, *args: Any) -> Any:
            self.nothing_private(args)
            return work.fn(*args)

        for module in modules:
            monkeypatch.setattr(module, "call", call)
