"""Whole cases a second, by the product with Prefect tracking and by the plain loop."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from benchmarks import workload
from benchmarks.world import fresh
from flows.mover import Runner

ROUNDS, WARM = 3, 50


def measure(postgresql: str | None, number: int, api_url: str) -> dict[str, Any]:
    """Cases a second of both in turns, and the ratios; each on a fresh database, and what they leave behind must be the same."""
    with Runner(api_url) as runs:
        _round(postgresql, WARM, runs)
        rounds = [_round(postgresql, number, runs) for _ in range(ROUNDS)]
    ratios = [product / loop for loop, product in rounds]
    return {
        "cases": number,
        "baseline_per_second": median(loop for loop, _ in rounds),
        "per_second": median(product for _, product in rounds),
        "ratio": median(ratios),
        "ratios": ratios,
    }


def _round(postgresql: str | None, number: int, runs: Runner) -> tuple[float, float]:
    with fresh(postgresql) as plain, fresh(postgresql) as moved:
        workload.referrals(plain, number)
        references = workload.referrals(moved, number)
        begin = time.perf_counter()
        workload.baseline(plain)
        between = time.perf_counter()
        workload.product(moved, references, runs)
        end = time.perf_counter()
        workload.same_rows(moved, plain)
    return number / (between - begin), number / (end - between)
