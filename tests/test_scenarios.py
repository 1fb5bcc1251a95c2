"""Every scenario holds: on both databases, followed by Prefect and not, with the same result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.player.play import play
from cli.player.scenario import load
from flows.running import Ended, Runner
from tests.conftest import SCENARIOS

FILES = [file for folder in ("flex", "stop") for file in sorted((SCENARIOS / folder).glob("*.yaml"))]
ALL = FILES + [file for folder in ("more", "more_stop") for file in sorted((SCENARIOS / folder).glob("*.yaml"))]
LONGEST = [file for file in FILES if file.stem[:5] in ("fx-10", "fx-13", "fx-19", "st-01", "st-02")]


class Followed(Runner):
    """A runner that fails when Prefect did not follow a run."""

    def run(self, *given: Any, **named: Any) -> Ended:
        ended = super().run(*given, **named)
        assert ended.tracked
        return ended


@pytest.fixture(scope="module")
def plain() -> Iterator[Runner]:
    with Runner(None) as runner:
        yield runner


@pytest.fixture(scope="module")
def followed(prefect_server: str) -> Iterator[Runner]:
    with Followed(prefect_server) as runner:
        yield runner


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.stem)
def test_holds_on_sqlite(file: Path, plain: Runner) -> None:
    assert play(load(file), plain).failures == []


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.stem)
def test_holds_on_postgresql(file: Path, plain: Runner, postgresql_url: str) -> None:
    assert play(load(file), plain, postgresql_url).failures == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_holds_followed_by_prefect(file: Path, followed: Runner) -> None:
    assert play(load(file), followed).failures == []


@pytest.mark.parametrize("file", LONGEST, ids=lambda file: file.stem)
def test_holds_on_postgresql_followed_by_prefect(file: Path, followed: Runner, postgresql_url: str) -> None:
    assert play(load(file), followed, postgresql_url).failures == []
