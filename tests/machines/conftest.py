"""The same seed gives the same lives."""

from __future__ import annotations

import pytest
from hypothesis.internal.conjecture.providers import HypothesisProvider


@pytest.fixture(autouse=True)
def _the_same_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis would now and then draw a number that stands in a module, and which are imported depends on other tests."""
    monkeypatch.setattr(HypothesisProvider, "_maybe_draw_constant", lambda *_, **__: None)
