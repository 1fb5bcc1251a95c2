"""What the clock brings, every working morning: reminders, terms that passed, signals."""

from __future__ import annotations

from datetime import datetime

from prefect import flow
from prefect.client.schemas.objects import State

from flexroute import clock
from flows.runtime.jobs import job
from flows.runtime.outcome import ended
from tasks.flex.deadlines import approval_reminders, assessment_terms, flex_reminders, late_re_offers, treeknorms_passed
from tasks.stop.terms import closing, files, terms


@flow(name="Termijnbewaking", persist_result=False)
@job("every-morning")
async def deadline_watch(now: datetime | None = None) -> State[str]:
    """Look at every case and every child of a stopping provider whose term may be due. However often it runs, nothing is said twice."""
    moment = now or clock.now()
    # fmt: off
    parts = [
        assessment_terms(moment),    # one week                      F-21, N-11
        approval_reminders(moment),  # every 2 working days          AMB-19
        flex_reminders(moment),      # every 3 working days          AMB-19
        late_re_offers(moment),      # "onverwijld"                  F-24, F-40
        treeknorms_passed(moment),   # no start before the treeknorm F-31
        terms(moment),               # routes 1 and 2                S-10, S-25, N-26
        files(moment),               # four weeks from the start     S-47, N-25
        closing(moment),             # after the declarations        S-52
    ]
    # fmt: on
    aside = {reference: why for part in parts for reference, why in part.aside.items()}
    return ended(f"{sum(len(part.moved) for part in parts)} bekeken", aside)
