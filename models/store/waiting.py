"""Whom everything open waits for, in all processes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from rules.shared.assignment import Waiting
from rules.shared.process import processes
from rules.shared.region import Region


def who_must_act(session: Session, region: Region, today: date) -> Iterator[Waiting]:
    """Everything open under this region; also under one that is not stored yet."""
    for process in processes():
        yield from process.who_must_act(session, region, today)


def waits_for_nobody(session: Session, region: Region, today: date) -> dict[str, str]:
    """What nobody who exists can bring to an end: by reference what it lacks, in Dutch (AMB-18, S-11)."""
    return {one.reference: one.lacks for one in who_must_act(session, region, today) if one.lacks}
