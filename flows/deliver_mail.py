"""The letters of the outbox go out."""

from __future__ import annotations

from datetime import datetime

from prefect import flow
from prefect.client.schemas.objects import State

from flexroute import clock
from flows.outcome import ended
from tasks.delivery import deliver


@flow(name="Post bezorgen", persist_result=False)
async def deliver_mail(now: datetime | None = None) -> State[str]:
    """Send every queued letter once. A letter that cannot go is kept with the reason."""
    done = deliver(now or clock.now())
    return ended(f"{done.sent} verstuurd", done.kept)
