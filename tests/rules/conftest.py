"""How Hypothesis looks for examples here: the same ones every time, and a slow machine is no failure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "rules", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.fixture(autouse=True, scope="package")
def same_examples() -> Iterator[None]:
    before = settings.get_current_profile_name()
    settings.load_profile("rules")
    yield
    settings.load_profile(before)
