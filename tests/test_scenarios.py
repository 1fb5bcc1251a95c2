"""Every scenario holds: on both databases, followed by Prefect and not, with the same result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.player.play import play
from cli.player.scenario import load
from flows.running import Runner
from tests.conftest import SCENARIOS

FILES = sorted((SCENARIOS / "flex").glob("*.yaml"))


@pytest.fixture(scope="module")
def plain() -> Iterator[Runner]:
    with Runner(None) as runner:
        yield runner


@pytest.fixture(scope="module")
def followed(prefect_server: str) -> Iterator[Runner]:
    with Runner(prefect_server) as runner:
        yield runner


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_holds_on_sqlite(file: Path, plain: Runner) -> None:
    assert play(load(file), plain).failures == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_holds_on_postgresql(file: Path, plain: Runner, postgresql_url: str) -> None:
    assert play(load(file), plain, postgresql_url).failures == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_holds_followed_by_prefect(file: Path, followed: Runner) -> None:
    assert play(load(file), followed).failures == []
