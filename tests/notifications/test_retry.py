"""When a letter is tried again, for every kind of trouble."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.store.letter import State
from notifications.retry import PATIENCE, TroubleKind, after
from tests.support.queued_letters import HOUR, MINUTE, QUEUED_AT

PAUSES = st.timedeltas(timedelta(0), timedelta(days=9))


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [
        (TroubleKind.UNREACHABLE, [5, 10, 20, 40, 60, 60]),
        (TroubleKind.DROPPED, [5, 10, 20, 40, 60, 60]),
        (TroubleKind.LOGIN, [30, 60, 120, 240, 240]),
        (TroubleKind.REFUSED_FOR_NOW, [15, 30, 60, 120, 240, 240]),
    ],
)
def test_pauses_double(kind: TroubleKind, minutes: list[int]) -> None:
    """Each kind has its own pauses; tried in time they double, up to a longest one."""
    now, pauses = QUEUED_AT, []
    for _ in minutes:
        state, try_at = after(kind, QUEUED_AT, now)
        assert (state, try_at is None) == (State.RETRY, False)
        pauses.append(((try_at or now) - now) // MINUTE)
        now = try_at or now
    assert pauses == minutes


@given(st.sampled_from(TroubleKind), PAUSES, st.none() | st.timedeltas(timedelta(days=-2), timedelta(days=900)))
def test_never_now_and_never_never(kind: TroubleKind, lasted: timedelta, told: timedelta | None) -> None:
    """A letter fails only when it was refused, or refused for five days; else there is a next try, later than now, within a day."""
    now = QUEUED_AT + lasted
    until = None if told is None else now + told
    state, try_at = after(kind, QUEUED_AT, now, until)
    too_long = kind is TroubleKind.REFUSED_FOR_NOW and lasted >= timedelta(days=5)
    assert (state is State.FAILED) == (kind is TroubleKind.REFUSED or too_long)
    if try_at is None:
        assert state is State.FAILED
        return
    assert now < try_at <= now + timedelta(days=1)
    if until and now < until <= now + timedelta(days=1):
        assert try_at == until


def test_a_clock_that_goes_back() -> None:
    """Trouble that seems to begin in an hour is trouble that begins now."""
    assert after(TroubleKind.UNREACHABLE, QUEUED_AT + HOUR, QUEUED_AT) == (State.RETRY, QUEUED_AT + 5 * MINUTE)
    assert set(PATIENCE) == set(TroubleKind)
