"""Whole cases a second, by the product with Prefect tracking and by the plain loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from benchmarks import workload
from benchmarks.world import fresh
from flows.running import Runner


def measure(postgresql: str | None, number: int, api_url: str) -> dict[str, Any]:
    """Cases a second of both, and the ratio. Each on a fresh database; what they leave behind must be the same."""
    with fresh(postgresql) as plain, fresh(postgresql) as moved, Runner(api_url) as runs:
        workload.referrals(plain, number)
        references = workload.referrals(moved, number)
        loop = _rate(number, lambda: workload.baseline(plain))
        product = _rate(number, lambda: workload.product(moved, references, runs))
        workload.same_rows(moved, plain)
    return {"cases": number, "baseline_per_second": loop, "per_second": product, "ratio": product / loop}


def _rate(number: int, work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return number / (time.perf_counter() - begin)
