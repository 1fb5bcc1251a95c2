"""One decision until the next step is open, against an empty async Prefect flow run in the same process.

The empty run is measured twice: by the book (`await empty()`), which connects to the server every time, and over the
connection that Flexroute keeps.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from benchmarks import workload
from benchmarks.world import fresh
from flows.mover import Runner
from models.store.database import Database, using

FEW, MANY = 100, 10_000
IN_A_ROW = 5


@flow(name="Leeg", persist_result=False)
async def empty() -> State[str]:
    """Nothing: what a run costs by the book."""
    return Completed(message="klaar")


def measure(postgresql: str | None, times: int, api_url: str) -> dict[str, Any]:
    """Medians in milliseconds, with few and with many waiting cases and of empty runs, all taken in turns."""
    with fresh(postgresql) as few, fresh(postgresql) as many, Runner(api_url) as runs, asyncio.Runner() as loop:
        here = [(few, iter(_waiting(few, FEW, runs))), (many, iter(_waiting(many, MANY, runs)))]
        nothing: list[float] = []
        nothing_connected: list[float] = []
        decisions: tuple[list[float], list[float]] = ([], [])
        act, by, given = workload.DECISIONS[0]

        def decide(reference: str) -> None:
            runs.decide(act, reference, by, given, workload.BEFORE)

        for _ in range(times // IN_A_ROW):
            for (database, references), took in zip(here, decisions, strict=True):
                with using(database):
                    decide(next(references))  # this one connects
                    for _ in range(IN_A_ROW):
                        took.append(_milliseconds(lambda: decide(next(references))))  # noqa: B023 - called at once
                        nothing.append(_milliseconds(lambda: loop.run(empty())))
                        nothing_connected.append(_milliseconds(lambda: runs.run(empty, "leeg")))
    a_few, a_many = map(median, decisions)
    return {
        "empty_ms": median(nothing),
        "decision_ms": a_few,
        "ratio": a_few / median(nothing),
        "empty_connected_ms": median(nothing_connected),
        "ratio_connected": a_few / median(nothing_connected),
        "waiting": MANY,
        "decision_with_many_ms": a_many,
        "many_to_few": a_many / a_few,
    }


def _waiting(database: Database, number: int, runs: Runner) -> list[str]:
    with using(database):
        references = workload.referrals(database, number)
        runs.move(None, "aanmeldingen", workload.BEFORE)
    return references


def _milliseconds(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000
