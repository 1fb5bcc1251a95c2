"""The server that the program starts really plans runs: a schedule that never fires is a child that waits."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.schedules import CronSchedule
from prefect.settings import PREFECT_API_KEY, PREFECT_API_URL, temporary_settings

from flows.flex_route import flex_route
from flows.local_prefect import local_server


@pytest.fixture
def server(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    with local_server() as api_url, temporary_settings({PREFECT_API_URL: api_url}, restore_defaults={PREFECT_API_KEY}):
        yield api_url


def test_a_schedule_gives_runs(server: str) -> None:
    async def planned() -> int:
        every_five_minutes = CronSchedule(cron="*/5 * * * *", timezone="Europe/Amsterdam")
        deployment = await flex_route.ato_deployment("sweep", schedules=[{"schedule": every_five_minutes}])
        await deployment.aapply()
        async with get_client() as client, asyncio.timeout(60):
            while not (runs := await client.read_flow_runs()):
                await asyncio.sleep(0.1)  # the scheduler's own turn; the test goes on at once when it came
        return len(runs)

    assert asyncio.run(planned()) > 0
