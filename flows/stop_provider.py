"""A provider stops (document S): settle what people decided about the dossier and every child in it, in the document's order."""

from __future__ import annotations

from datetime import datetime

from prefect import flow
from prefect.client.schemas.objects import State

import processes  # noqa: F401 - they register themselves
from flexroute import clock
from flows.runtime.outcome import ended, tagged
from rules.stop.route import STAGE_OF
from tasks.engine.step import PendingDecisions, collect
from tasks.stop.children import children
from tasks.stop.consultations import consultations
from tasks.stop.counts import counts
from tasks.stop.dossier import dossier
from tasks.stop.duties import duties
from tasks.stop.families import families
from tasks.stop.flex import flex
from tasks.stop.proposals import proposals
from tasks.stop.route_1 import finish
from tasks.stop.route_2 import acceptance, allocation, consent, file, handover, start
from tasks.stop.sign_off import sign_off


@flow(name="Stoppende aanbieder", persist_result=False)
async def stop_provider(references: list[str] | None = None, now: datetime | None = None) -> State[str]:
    """Move the dossiers and children that have news: all of them, or these. Safe to run at any time, and twice at once."""
    news = collect("stop", STAGE_OF.__getitem__, references, now or clock.now())
    # fmt: off
    dossier(news)    # the letter to Werkgroep Toegang and Backoffice  S-38, S-39
    counts(news)     # both sides' numbers, differences explained      S-40 … S-42, S-58
    children(news)   # every child by itself                           S-17
    proposals(news)  # proposal and joint decision: which route        S-31, S-32, S-43, S-44
    families(news)   # only then the family                            S-45
    route_1(news)
    route_2(news)
    flex(news)       # nobody with a contract can: a case as well      F-13, F-17
    sign_off(news)   # the access checks; nobody let go of             S-11, S-59, S-60
    consultations(news)  # the recurring one, planned or changed       S-35, S-36
    duties(news)     # the IGJ guideline                               S-13 … S-23
    # fmt: on
    await tagged(news.settled.moved)
    moved = len(news.settled.moved)
    return ended(f"{moved} bij stoppende aanbieders verplaatst", news.settled.aside, moved)


def route_1(news: PendingDecisions) -> None:
    """Restorative care: the stopping provider finishes it within the allocation and the twelve months (S-24 … S-26)."""
    finish(news)  # the provider finished the care   S-24, S-25, S-51


def route_2(news: PendingDecisions) -> None:
    """Durable care, and who moves along with employees: another contracted provider takes over (S-27 … S-30)."""
    # fmt: off
    consent(news)     # of the child or its parents              S-50
    handover(news)    # always warm                              S-12, S-46
    file(news)        # complete before the acceptance and after S-47 … S-49
    acceptance(news)  # the receiver checks file and order       S-33, S-55, S-56
    allocation(news)  # through the message traffic              S-28, S-32
    start(news)       # as soon as the allocation is there       S-57
    # fmt: on
