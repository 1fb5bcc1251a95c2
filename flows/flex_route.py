"""The flex route of the GRJR (document F, version 1.1), step by step: settle what people decided, open what comes next."""

from __future__ import annotations

from datetime import datetime

from prefect import flow
from prefect.client.schemas.objects import State

import processes  # noqa: F401 - they register themselves
from flexroute import clock
from flows.runtime.outcome import ended, tagged
from rules.flex.route import settled_at
from tasks.engine.step import collect
from tasks.flex.allocation import allocation
from tasks.flex.approval import approval
from tasks.flex.flex_search import flex_search
from tasks.flex.handover import handover
from tasks.flex.mediation import mediation
from tasks.flex.meetings import meetings
from tasks.flex.provider_check import provider_check
from tasks.flex.re_offer import re_offer
from tasks.flex.referral import referral
from tasks.flex.table import table
from tasks.flex.withdrawal import withdrawal


@flow(name="Flexroute GRJR", persist_result=False)
async def flex_route(references: list[str] | None = None, now: datetime | None = None) -> State[str]:
    """Move the cases that have news: all of them, or these. Safe to run at any time, and twice at once."""
    news = collect("flex", settled_at, references, now or clock.now())
    # fmt: off
    referral(news)        # step 1: a referral to a system provider     F-17
    provider_check(news)  # steps 2, 3: one week                        F-19 … F-24
    mediation(news)       # step 4: Team Zorgbemiddeling                F-25
    table(news)           # steps 5–7: RER/ZBT, by opdracht             F-26 … F-33
    meetings(news)        # a meeting changed; a flex provider called   F-53
    approval(news)        # step 8: contract manager; loop L-1          F-34 … F-38
    flex_search(news)     # step 9: matching                            F-36, F-37
    re_offer(news)        # loop L-2                                    F-40
    handover(news)        # step 10: warm handover                      F-39
    allocation(news)      # the flex provider's procedure check         F-50, F-51
    withdrawal(news)      # any step before the start                   AMB-30
    # fmt: on
    await tagged(news.settled.moved)
    moved = len(news.settled.moved)
    return ended(f"{moved} in de flexroute verplaatst", news.settled.aside, moved)
