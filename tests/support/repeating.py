"""What is left to chance in two sizes: a few rounds that are the same each time, or others until the time is up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from time import monotonic


@dataclass(frozen=True)
class Rounds:
    """Seeds for something that is tried again and again. `seconds`: None for the small size (`make test`)."""

    seed: int
    seconds: float | None

    def seeds(self, few: int) -> Iterator[int]:
        """So many fixed seeds; or, in the large size, others from the printed seed until the time is up."""
        if self.seconds is None:
            yield from range(few)
            return
        chance, until = Random(self.seed), monotonic() + self.seconds
        while monotonic() < until:
            one = chance.randrange(2**32)
            print(f"seed of this round: {one}")  # noqa: T201
            yield one
