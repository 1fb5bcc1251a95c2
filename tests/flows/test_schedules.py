"""The server that the program starts really plans runs: a schedule that never fires is a child that waits."""

from __future__ import annotations

import asyncio

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.client.schemas.schedules import CronSchedule

from flows.flex_route import flex_route


def test_a_schedule_gives_runs(prefect_server: str) -> None:
    async def planned() -> int:
        every_five_minutes = CronSchedule(cron="*/5 * * * *", timezone="Europe/Amsterdam")
        deployment = await flex_route.ato_deployment("sweep", schedules=[{"schedule": every_five_minutes}])
        made = await deployment.aapply()
        of_it = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[made]))
        async with get_client() as client, asyncio.timeout(60):
            while not (runs := await client.read_flow_runs(flow_run_filter=of_it)):
                await asyncio.sleep(0.1)  # the scheduler's own turn; the test goes on at once when it came
            await client.delete_deployment(made)
        return len(runs)

    assert asyncio.run(planned()) > 0
