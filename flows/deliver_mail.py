"""The letters of the outbox go out."""

from __future__ import annotations

from datetime import datetime

from prefect import flow
from prefect.client.schemas.objects import State

import processes  # noqa: F401 - they register themselves
from flexroute import clock
from flows.runtime.jobs import job
from flows.runtime.outcome import ended
from tasks.engine.delivery import deliver


@flow(name="Post bezorgen", persist_result=False)
@job("mail")
async def deliver_mail(now: datetime | None = None) -> State[str]:
    """Send every letter that is due, once. What cannot go waits for a next try, or is kept with the reason."""
    done = deliver(now or clock.now())
    told = "; ".join([f"{done.sent} verstuurd", *done.notes])
    return ended(told, {"post": told, **done.kept} if done.kept else {}, done.sent)
