"""Whom something open waits for, and which of it nobody who exists can help (AMB-18, S-11)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something open: where it stands, who must act and with which acts, and in Dutch whom it lacks."""

    reference: str
    at: str
    who: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    lacks: str | None = None
