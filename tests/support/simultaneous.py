"""Several people at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any


def together(*works: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own, at the same moment. Answers with the results; raises what one of them raises."""
    barrier = Barrier(len(works))

    def at_once(work: Callable[[], Any]) -> Any:
        barrier.wait(30)
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(at_once, works))
