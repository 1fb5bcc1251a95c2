"""How a run ended, for people who look at Prefect: done, or done but somebody must look."""

from __future__ import annotations

from prefect.client.schemas.objects import State
from prefect.states import Completed


def ended(done: str, attention: dict[str, str]) -> State[str]:
    """Completed, or AttentionNeeded with what was set aside and why (references and ids only)."""
    if attention:
        told = "; ".join(f"{what}: {why}" for what, why in attention.items())
        return Completed(name="AttentionNeeded", message=told)
    return Completed(message=done)
